"""The command line is valid.

What: the options and arguments are valid, and the files can be used together. In JSON output, `check`, `diff` and
`verify` report a mistake as `usage`; `check` also does so in its GitHub annotations. The mistake is reported in the
chosen format only if the option for the format comes before it. The exit status is 2.

Why: if the program silently ignored an argument, it would do less than the user asked for.

Fix: follow the message; each verb has `--help`.

Source: this program's own error.

Confidence: this program.
"""

from __future__ import annotations

from postrender.rules.finding import ERROR

ID = "usage"
LEVEL = ERROR
