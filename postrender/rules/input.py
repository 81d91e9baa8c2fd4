"""The input can be read.

What: the manifests are convertible YAML, stay within the limits, and contain at most one TMM. For `verify`, this rule
means that the cluster responds. In JSON output, `check`, `diff` and `verify` report each error as `input`; `check` also
does so in its GitHub annotations. The exit status is 3.

Why: guessing, or reading only a part of the input, would lead to a wrong conversion.

Fix: follow the message, which gives the document, line and column if they are known.

Source: this program's own error.

Confidence: this program.
"""

from __future__ import annotations

from postrender.rules.finding import ERROR

ID = "input"
LEVEL = ERROR
