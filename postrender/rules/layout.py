"""A document keeps its layout.

What: each document that is changed could be edited in place, so every other line of it stays as it is written.

Why: below an alias, a merge key (`<<`) or a tag, an edit in place could change something else as well. Such a document
is written anew instead: its values are proved to be right, but its comments and quotes may stand differently.

Fix: review the comments; or write out, in the chart's values or template, what the message names.

Source: how this program edits YAML.
"""

from __future__ import annotations

from postrender.rules.finding import WARNING

ID = "layout"
LEVEL = WARNING
