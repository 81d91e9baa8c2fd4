"""Text that Markdown shows as it is: in a heading, or in a cell of a table."""

from __future__ import annotations

from postrender.errors import one_line

READ = "\\|`*_[]<"  #: what Markdown or HTML would read


def plain(text: str) -> str:
    """Return text on one line, with nothing in it that Markdown or HTML would read."""
    return "".join(f"\\{char}" if char in READ else char for char in one_line(text))
