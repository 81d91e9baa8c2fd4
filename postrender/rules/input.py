"""The input can be read.

What: the manifests are YAML that can be converted, within the limits, and hold one TMM, not two; the cluster answers
`verify`. `check`, `diff` and `verify` say what is wrong under this name in JSON, and `check` for GitHub; the exit
status is 3.

Why: what is guessed at, or read in part, would be converted wrongly.

Fix: what the message says; it names the document, line and column where that is known.

Source: the errors of this program.
"""

from __future__ import annotations

from postrender.rules.finding import ERROR

ID = "input"
LEVEL = ERROR
