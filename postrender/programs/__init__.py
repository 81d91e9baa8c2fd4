"""Runs other programs (Helm, kustomize, kubectl) and ends them with all that they start.

Their output is bounded, and their time where the caller sets a limit. Nothing here knows what a program is run for.
"""

from postrender.programs.running import Command, Ended, Terminated, TimedOut, ending, run, run_all

__all__ = ["Command", "Ended", "Terminated", "TimedOut", "ending", "run", "run_all"]
