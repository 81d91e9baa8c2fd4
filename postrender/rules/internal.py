"""The program works without an internal error.

What: the result matches the plan, and no unexpected error occurred. In JSON output, `check`, `diff` and `verify` report
a bug as `internal`; `check` also does so in its GitHub annotations. The exit status is 70.

Why: the program never writes a result that it has not verified.

Fix: report the bug, with the output of `--debug` and the input that causes the bug.

Source: this program's own error.
"""

from __future__ import annotations

from postrender.rules.finding import ERROR

ID = "internal"
LEVEL = ERROR
