"""Formats rows as text, JSON or Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.errors import one_line
from postrender.report import json_document, markdown
from postrender.verify import rows
from postrender.verify.rows import MANUAL, STATES, UNKNOWN, Row

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WIDTH = 110
INDENT = 9  #: the width of the longest state, and two spaces
COLUMNS = ("group", "what", "expected", "found", "state", "section", "what to do")
OUR_WORDS = ("group", "state", "section")


def format_rows(reported: Sequence[Row], form: str) -> str:
    """Return the rows in the given format, with the number of rows in each state."""
    return {"json": _json, "markdown": _markdown, "text": _text}[form](reported)


def _text(reported: Sequence[Row]) -> str:
    lines: list[str] = []
    group = ""
    for row in reported:
        if row.group != group:
            lines += ["", row.group] if group else [row.group]
            group = row.group
        lines += _lines(row)
    return "".join(f"{line}\n" for line in [*lines, "", rows.summary(reported)])


def _lines(row: Row) -> Iterator[str]:
    """Yield the lines of a row: its title and section, the expected and found values, and the advice."""
    yield from _title(row)
    seen = f"{row.state}:" if row.state in (UNKNOWN, MANUAL) else "found"
    expected, found = f"expected {one_line(row.expected)}", f"{seen} {one_line(row.found)}"
    short = len(expected) + len(found) + INDENT + 2 <= WIDTH
    for text in (f"{expected}; {found}",) if short else (expected, found):
        yield from _wrapped(text)
    if row.advice:
        yield from _wrapped(f"-> {one_line(row.advice)}")


def _title(row: Row) -> list[str]:
    """Return the title and the section; after a long title, the section is on the next line."""
    left, page = f"{row.state:<{INDENT}}{one_line(row.what)}", f"[{row.section}]"
    if len(left) + 2 + len(page) <= WIDTH:
        return [f"{left}  {page:>{WIDTH - len(left) - 2}}"]
    import textwrap

    indent = " " * (INDENT + 2)
    whole = textwrap.wrap(left, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    return [*whole, f"{page:>{WIDTH}}"]


def _wrapped(text: str) -> list[str]:
    import textwrap

    first, rest = " " * INDENT, " " * (INDENT + 2)
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)


def _json(reported: Sequence[Row]) -> str:
    """Return the rows as one JSON object, which schemas/verify.schema.json describes."""
    counts = {state: sum(row.state == state for row in reported) for state in STATES}
    return json_document.serialize({"rows": [*map(_fields, reported)], "summary": counts})


def _fields(row: Row) -> dict[str, str | None]:
    """Return a row's fields. The advice is called `fix`, as in a finding; it is None if there is nothing to do."""
    *others, advice = zip(Row._fields, row, strict=True)
    return {**dict(others), "fix": advice[1] or None}


def _markdown(reported: Sequence[Row]) -> str:
    head = f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}\n"
    body = "".join(f"| {' | '.join(_cells(row))} |\n" for row in reported)
    return f"### spk-macvlan verify: {rows.summary(reported)}\n\n{head}{body}"


def _cells(row: Row) -> Iterator[str]:
    """Yield the cells of a row. The group, the state and the section are fixed texts, so they need no escaping."""
    for name, text in zip(Row._fields, row, strict=True):
        yield text if name in OUR_WORDS else markdown.cell(text)
