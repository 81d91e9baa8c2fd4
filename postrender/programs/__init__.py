"""Runs other programs (Helm, kustomize, kubectl) and ends them together with every process that they start.

The output of a program is limited, and so is its time if the caller sets a limit. This package handles signals, but
does not depend on what a program does.
"""

from postrender.programs.running import Command, Ended, Terminated, TimedOut, ending, run, run_all

__all__ = ["Command", "Ended", "Terminated", "TimedOut", "ending", "run", "run_all"]
