"""The stream holds nothing but manifests.

What: neither the text before the first `---` nor the last line is a program's message (`Error: …`).

Why: `2>&1` puts a program's messages, such as Helm's `failed to load plugins` or its warnings, into a file. Nothing can
apply such a stream, and the conversion keeps the messages as it keeps everything else.

Fix: remove the messages, and do not send standard error into the stream.

Source: what kubectl and Helm do with such a stream.
"""

from __future__ import annotations

from postrender.rules.finding import ERROR

ID = "text"
LEVEL = ERROR
