"""The command line is valid.

What: the options and arguments are valid, and the files fit together. `check`, `diff` and `verify` report a mistake
under this name in JSON output, and `check` also in its GitHub output, if the option for the format comes before the
mistake. The exit status is 2.

Why: if the program silently ignored an argument, it would do less than the user asked for.

Fix: follow the message; each verb has `--help`.

Source: the errors of this program.
"""

from __future__ import annotations

from postrender.rules.finding import ERROR

ID = "usage"
LEVEL = ERROR
