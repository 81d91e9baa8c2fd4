"""Reads recorded.txt: messages of real programs, and the entry that each leads to."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_name("recorded.txt")
MARK = "=== "


class Recorded(NamedTuple):
    """A message: which program printed it, what it was asked, with what the entry begins, and the text."""

    program: str
    asked: str
    entry: str
    text: str


def recorded() -> list[Recorded]:
    _, *blocks = f"\n{FILE.read_text(encoding='utf-8')}".split(f"\n{MARK}")
    return [_read(block) for block in blocks]


def _read(block: str) -> Recorded:
    head, _, text = block.partition("\n")
    program, asked, entry = head.split(" | ")
    return Recorded(program, asked, entry, text.strip("\n"))


def of(program: str) -> list[Recorded]:
    """The messages of a program, in any of its versions."""
    return [it for it in recorded() if it.program.startswith(f"{program} ")]
