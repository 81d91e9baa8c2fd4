"""Markdown as the tests of the documentation read it: blocks of code, commands in them, code in the text, tables."""

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
    """A fenced block; its heading is the last one above it."""

    page: str
    line: int
    language: str
    shows_output: bool  # of the commands in the block above
    heading: str
    text: str

    def is_shell(self) -> bool:
        commands = self.text.startswith(tuple(f"{name} " for name in PROGRAMS))
        return self.language == "sh" or (commands and self.language != "text" and not self.shows_output)


class Step(NamedTuple):
    """Commands that belong together, and what stands above them: a comment in the block, else the heading."""

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
    # A comment in a block above looks like a heading.
    above: list[str] = _HEADING.findall(_FENCE.sub("", text[: block.start()]))
    return above[-1]


def prose(page: str) -> str:
    return _FENCE.sub("", read(page))


def spans(page: str) -> list[str]:
    """Code in the text, without its backticks."""
    return _SPAN.findall(prose(page))


def links(page: str) -> list[str]:
    """Where the page's links lead."""
    return links_in(prose(page))


def links_in(text: str) -> list[str]:
    """Where the links in a text lead; a link in code is none."""
    return _LINK.findall(_SPAN.sub("", text))


def code(page: str) -> list[str]:
    return [*spans(page), *(block.text for block in blocks(page))]


def steps(block: Block) -> Iterator[Step]:
    """The commands of a block, in order, less those of make: each comment line starts a step."""
    first, *rest = _COMMENT.split(block.text)
    for title, text in [(block.heading, first), *zip(rest[::2], rest[1::2], strict=True)]:
        script = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("make "))
        if script.strip():
            yield Step(title, script)


def first_column(text: str) -> list[str]:
    """What the first cells of a text's tables name, below their heads."""
    rows = "".join(_TABLE.findall(text)).splitlines()
    return [name.strip(" `/") for row in rows for name in row.split("|")[1].split(",")]


def below(page: str, title: str) -> str:
    """The text behind this title, or any other words, to the next heading."""
    return _HEADING.split(prose(page).partition(title)[2])[0]
