"""A document keeps its layout.

What: each changed document can be edited in place, so that all its other lines stay unchanged.

Why: below an alias, a merge key (`<<`) or a tag, an edit in place could also change another part of the document. The
conversion therefore rewrites the whole document: the values are verified, but comments and quotes may differ.

Fix: review the comments. To avoid the rewrite, find the alias, merge key or tag from the message in the chart's values
or template, and write out its content instead.

Source: this program's YAML editor.

Confidence: this program.
"""

from __future__ import annotations

from postrender.rules.finding import WARNING

ID = "layout"
LEVEL = WARNING
