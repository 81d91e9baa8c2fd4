"""Escaping for Markdown, in headings and table cells."""

from __future__ import annotations

from postrender.errors import one_line

READ = "\\|`*_[]<"  #: characters with a meaning in Markdown or HTML


def plain(text: str) -> str:
    """Return text on one line, escaped for Markdown and HTML."""
    return "".join(f"\\{char}" if char in READ else char for char in one_line(text))
