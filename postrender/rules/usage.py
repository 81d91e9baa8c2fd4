"""The command line is valid.

What: the options and arguments are valid, and the given files can be combined. In JSON output, `check`, `diff` and
`verify` report a usage error as `usage`; `check` also does so in its GitHub annotations. The error is reported in the
chosen format only if the format option precedes the error on the command line. The exit status is 2.

Why: if the program silently ignored an argument, it would do less than the user asked for.

Fix: follow the message; each verb has `--help`.

Source: this program's own error.

Confidence: this program.
"""

from __future__ import annotations

from postrender.rules.finding import ERROR

ID = "usage"
LEVEL = ERROR
