"""A document keeps its layout.

What: each changed document can be edited in place, so that all its other lines stay unchanged.

Why: below an alias, a merge key (`<<`) or a tag, an edit in place could also change another part of the document. The
conversion therefore rewrites the whole document: the values are verified, but comments and quotes may differ.

Fix: review the comments. To avoid the rewrite, replace the alias, merge key or tag that the message names with its
content, in the chart's values or template.

Source: this program's YAML editor.
"""

from __future__ import annotations

from postrender.rules.finding import WARNING

ID = "layout"
LEVEL = WARNING
