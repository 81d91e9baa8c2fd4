"""The command line can be followed.

What: the options name what there is, and the files fit together. `check`, `diff` and `verify` say what is wrong under
this name in JSON, and `check` for GitHub, if the format precedes the mistake; the exit status is 2.

Why: a word that is passed over would do less than was meant.

Fix: what the message says; each verb has `--help`.

Source: the errors of this program.
"""

from __future__ import annotations

from postrender.rules.finding import ERROR

ID = "usage"
LEVEL = ERROR
