"""The stream holds nothing but manifests.

What: what stands before the first `---` is an object, and not words; and so is the last line (`Error: …`).

Why: a program's message, such as Helm's `failed to load plugins` or its warnings, gets into a file with `2>&1`. Nothing
can apply such a stream, and the conversion keeps the words as it keeps all else.

Fix: leave the words out; do not send standard error into the stream.

Source: what kubectl and Helm do with such a stream.
"""

from __future__ import annotations

from postrender.rules.finding import ERROR

ID = "text"
LEVEL = ERROR
