"""The input can be read.

What: the manifests are YAML that can be converted, stay within the limits, and contain at most one TMM. For `verify`,
the cluster answers. `check`, `diff` and `verify` report an error under this name in JSON output, and `check` also in
its GitHub output. The exit status is 3.

Why: guessing, or reading only a part of the input, would lead to a wrong conversion.

Fix: follow the message, which names the document, line and column if they are known.

Source: the errors of this program.
"""

from __future__ import annotations

from postrender.rules.finding import ERROR

ID = "input"
LEVEL = ERROR
