"""A document keeps its layout.

What: each changed document can be edited in place, so that all its other lines stay as they are.

Why: below an alias, a merge key (`<<`) or a tag, an edit in place could also change something else. The conversion
rewrites such a document: its values are proved correct, but its comments and quotes may differ.

Fix: review the comments. Or, in the chart's values or template, write out the part that the message names.

Source: how this program edits YAML.
"""

from __future__ import annotations

from postrender.rules.finding import WARNING

ID = "layout"
LEVEL = WARNING
