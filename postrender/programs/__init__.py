"""Runs other programs (Helm, kustomize, kubectl) and ends them with every process that they start.

The output of a program is limited, and also its time if the caller sets a limit. This package handles signals, but
does not know why a program runs.
"""

from postrender.programs.running import Command, Ended, Terminated, TimedOut, ending, run, run_all

__all__ = ["Command", "Ended", "Terminated", "TimedOut", "ending", "run", "run_all"]
