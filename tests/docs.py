"""Parse the documentation's Markdown for its tests: code blocks, commands, inline code, links and tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
PROGRAMS = ("helm", "kubectl", "kustomize", "make", "pip", "spk-macvlan")

_FENCE = re.compile(r"^```(?P<language>\w*)(?P<output> output(?: \d+)?)?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]*)\)", re.DOTALL)
_TABLE = re.compile(r"^\|.*\n\|[-|]+\n((?:\|.*\n)+)", re.MULTILINE)
_COMMENT = re.compile(r"^# (.*)\n", re.MULTILINE)


class Block(NamedTuple):
    """A fenced code block; its heading is the nearest heading above it."""

    page: str
    line: int
    language: str
    shows_output: bool  # this block is the output of the commands in the block above
    heading: str
    text: str

    def is_shell(self) -> bool:
        commands = self.text.startswith(tuple(f"{name} " for name in PROGRAMS))
        return self.language == "sh" or (commands and self.language != "text" and not self.shows_output)


class Step(NamedTuple):
    """Commands that belong together.

    Their title is the comment above them in the block; without a comment, it is the block's heading.
    """

    title: str
    script: str


def read(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str) -> list[Block]:
    text = read(page)
    return [
        Block(page, _line(text, found), found["language"], bool(found["output"]), _heading(text, found), found["text"])
        for found in _FENCE.finditer(text)
    ]


def _line(text: str, block: re.Match[str]) -> int:
    return text.count("\n", 0, block.start()) + 1


def _heading(text: str, block: re.Match[str]) -> str:
    # Remove code blocks first, because a comment in a code block looks like a heading.
    above: list[str] = _HEADING.findall(_FENCE.sub("", text[: block.start()]))
    return above[-1]


def prose(page: str) -> str:
    return _FENCE.sub("", read(page))


def spans(page: str) -> list[str]:
    """Return the inline code of a page, without backticks."""
    return _SPAN.findall(prose(page))


def links(page: str) -> list[str]:
    """Return the targets of a page's links."""
    return links_in(prose(page))


def links_in(text: str) -> list[str]:
    """Return the targets of the links in a text; links in code do not count."""
    return _LINK.findall(_SPAN.sub("", text))


def code(page: str) -> list[str]:
    return [*spans(page), *(block.text for block in blocks(page))]


def steps(block: Block) -> Iterator[Step]:
    """Yield the commands of a block in order, without those of make. Each comment line starts a new step."""
    first, *rest = _COMMENT.split(block.text)
    for title, text in [(block.heading, first), *zip(rest[::2], rest[1::2], strict=True)]:
        script = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("make "))
        if script.strip():
            yield Step(title, script)


def first_column(text: str) -> list[str]:
    """Return the names in the first column of all tables, without the header rows."""
    rows = "".join(_TABLE.findall(text)).splitlines()
    return [name.strip(" `/") for row in rows for name in row.split("|")[1].split(",")]


def below(page: str, title: str) -> str:
    """Return the text between this title, or other words, and the next heading."""
    return _HEADING.split(prose(page).partition(title)[2])[0]
