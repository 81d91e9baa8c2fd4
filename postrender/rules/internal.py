"""The program has no bug.

What: the result is what was planned, and nothing unexpected happened. `check`, `diff` and `verify` say it under this
name in JSON, and `check` for GitHub; the exit status is 70.

Why: what cannot be proved is not written.

Fix: report it, with what `--debug` prints and the input that it happens with.

Source: the errors of this program.
"""

from __future__ import annotations

from postrender.rules.finding import ERROR

ID = "internal"
LEVEL = ERROR
