"""Quotes text for Markdown: text from a stream, a cluster or the config becomes code, which is not interpreted.

Escaping is not enough: GitHub also finds mentions, issues and links in escaped text.
"""

from __future__ import annotations

from postrender.errors import one_line

FENCE = 3  #: the minimum number of backquotes that open a block
EDGES = ("`", " ")  #: at either end of code, Markdown strips these or reads them as part of the fence


def code(text: str) -> str:
    """Return text as code on one line. Empty text stays empty, because Markdown has no empty code."""
    line = one_line(text)
    around = "`" * (_longest_run(line) + 1)
    pad = " " if line.startswith(EDGES) or line.endswith(EDGES) else ""
    return f"{around}{pad}{line}{pad}{around}" if line else ""


def cell(text: str) -> str:
    """Return text as code in a table's cell, where a bar needs a backslash even in code.

    Markdown parsers disagree about a bar after an even number of backslashes. One backslash too many is better than a
    bar that ends the cell.
    """
    written, *parts = code(text).split("|")
    for part in parts:
        before = len(written) - len(written.rstrip("\\"))
        written += "\\" * (1 + before % 2) + "|" + part
    return written


def block(text: str, language: str) -> str:
    """Return lines as a block of code, with a fence that is longer than any run of backquotes in the lines."""
    fence = "`" * max(FENCE, _longest_run(text) + 1)
    return f"{fence}{language}\n{text}{fence}\n"


def _longest_run(text: str) -> int:
    """Return the length of the longest run of backquotes."""
    return max(map(len, "".join(char if char == "`" else " " for char in text).split(" ")))
