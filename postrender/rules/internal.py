"""The program works without an internal error.

What: the result contains exactly the changes that the program intended, and no unexpected error occurred. Otherwise,
the program has a bug: it exits with status 70, and the JSON output of `check`, `diff` and `verify`, as well as the
GitHub annotations of `check`, report the bug as `internal`.

Why: the program never writes a result that it has not verified.

Fix: report the bug, with the output of `--debug` and the input that causes the bug.

Source: this program's own error.

Confidence: this program.
"""

from __future__ import annotations

from postrender.rules.finding import ERROR

ID = "internal"
LEVEL = ERROR
