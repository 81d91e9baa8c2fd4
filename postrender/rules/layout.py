"""A document keeps its layout.

What: each changed document could be edited in place, so all its other lines stay as they were.

Why: below an alias, a merge key (`<<`) or a tag, an edit in place could also change something else. The conversion
rewrites such a document: its values are proved to be right, but its comments and quotes may differ.

Fix: review the comments; or write out the part that the message names, in the chart's values or template.

Source: how this program edits YAML.
"""

from __future__ import annotations

from postrender.rules.finding import WARNING

ID = "layout"
LEVEL = WARNING
