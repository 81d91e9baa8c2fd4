"""Runs other programs (Helm, kustomize, kubectl) and ends them together with every process that they start.

The output of a program is limited, and so is its time if the caller sets a limit. This package also handles signals.
Interpreting a program's output and exit status is left to the caller.
"""

from postrender.programs.running import Command, Ended, Terminated, TimedOut, ending, run, run_all

__all__ = ["Command", "Ended", "Terminated", "TimedOut", "ending", "run", "run_all"]
