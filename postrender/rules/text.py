"""The stream contains only manifests.

What: neither the text before the first `---` nor the last line is a message printed by a program (such as
`Error: …`).

Why: `2>&1` mixes a program's messages, such as Helm's warnings or `failed to load plugins`, into the manifests. No tool
can apply such a stream, and the conversion keeps the messages like any other text.

Fix: remove the messages, and do not redirect standard error into the stream.

Source: kubectl and Helm, which were run on such a stream.

Confidence: tested.
"""

from __future__ import annotations

from postrender.rules.finding import ERROR

ID = "text"
LEVEL = ERROR
