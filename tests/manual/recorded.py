"""Read recorded.txt: messages of real programs, each with the manual's entry for it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_name("recorded.txt")
MARK = "=== "


class Recorded(NamedTuple):
    """A message: the program that printed it, the command, the start of the entry's first message, and the text."""

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
    """Return the messages of a program, from all its versions."""
    return [it for it in recorded() if it.program.startswith(f"{program} ")]
