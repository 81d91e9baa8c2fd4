"""The program works without an internal error.

What: the result matches the plan, and nothing unexpected happened. `check`, `diff` and `verify` report a bug under this
name in JSON output, and `check` also in its GitHub output. The exit status is 70.

Why: the program never writes a result that it cannot prove correct.

Fix: report the bug, with the output of `--debug` and the input that causes it.

Source: the errors of this program.
"""

from __future__ import annotations

from postrender.rules.finding import ERROR

ID = "internal"
LEVEL = ERROR
