"""Read the Containerfile's stages and instructions; the parser covers only the syntax that this file uses."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[3]
ARGOCD = ROOT / "argocd"

_CONTINUED = re.compile(r"\\\n\s*")


class Instruction(NamedTuple):
    """An instruction: its name, and the rest as written, joined to one line."""

    name: str
    rest: str

    def words(self) -> list[str]:
        return shlex.split(self.rest)


def instructions() -> list[Instruction]:
    text = (ARGOCD / "Containerfile").read_text()
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    joined = _CONTINUED.sub(" ", "\n".join(lines))
    return [Instruction(*line.split(" ", 1)) for line in joined.splitlines() if line.strip()]


def stages() -> list[list[Instruction]]:
    """Return the instructions of each stage, starting with its FROM."""
    found: list[list[Instruction]] = []
    for it in instructions():
        if it.name == "FROM":
            found.append([])
        if found:
            found[-1].append(it)
    return found


def environment() -> dict[str, str]:
    """Return the environment variables that the image sets."""
    words = [word for it in stages()[-1] if it.name == "ENV" for word in it.words()]
    return dict(word.split("=", 1) for word in words)
