"""Writes the tables of messages into the pages of docs/, between marker comments (make docs).

Run `python -m tools.message_tables`. Each table lists the manual's entries for its section; all other text is written
by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from postrender.manual import Entry
from postrender.manual.entries import ENTRIES

DOCS = Path(__file__).parent.parent / "docs"
BEGIN, END = "<!-- messages -->\n", "<!-- end of messages -->\n"
MARKED = re.compile(f"{BEGIN}.*?{END}", re.DOTALL)
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
HEAD = "| message | cause | what to do |\n|---|---|---|\n"


def pages() -> list[str]:
    """Return the names of the pages with a table of messages."""
    return sorted(path.name for path in DOCS.glob("*.md") if BEGIN in path.read_text(encoding="utf-8"))


def page(name: str) -> str:
    """Return a page with its tables rewritten."""
    text = (DOCS / name).read_text(encoding="utf-8")
    return MARKED.sub(lambda found: f"{BEGIN}\n{table(section(name, text[: found.start()]))}\n{END}", text)


def section(name: str, above: str) -> str:
    """Return a link to the last section of a text: the page, and the anchor of the last heading."""
    title = HEADING.findall(above)[-1].lower()
    return f"{name}#{re.sub(r'[^a-z0-9 -]', '', title).replace(' ', '-')}"


def sections(name: str) -> list[str]:
    """Return the sections of a page that have a table."""
    text = (DOCS / name).read_text(encoding="utf-8")
    return [section(name, text[: found.start()]) for found in MARKED.finditer(text)]


def table(of: str) -> str:
    """Return the table of a section."""
    return HEAD + "".join(_row(entry) for entry in ENTRIES if of in entry.pages)


def _row(entry: Entry) -> str:
    messages = ", ".join(f"`{message}`" for message in entry.seen)
    return f"| {' | '.join(map(_cell, (messages, entry.cause, entry.advice)))} |\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def write(names: Iterable[str]) -> None:
    """Write pages."""
    for name in names:
        (DOCS / name).write_text(page(name), encoding="utf-8")


if __name__ == "__main__":
    write(pages())
