"""Running other programs (Helm, kustomize, kubectl), bounded in output and time, and ended with all that they start.

Nothing here knows what a program is run for.
"""

from postrender.programs.running import Command, Ended, Terminated, TimedOut, ending, run, run_all

__all__ = ["Command", "Ended", "Terminated", "TimedOut", "ending", "run", "run_all"]
