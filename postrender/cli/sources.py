"""The input of a verb: a file that the user names, or standard input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.cli import stdio
from postrender.yamledit import stream

if TYPE_CHECKING:
    from postrender.limits import Limits
    from postrender.yamledit.stream import Stream


def path(word: str | None) -> str | None:
    """Return the file that an argument names; None for standard input, if it is `-` or absent."""
    return None if word == "-" else word


def manifests(file: str | None, limits: Limits, needs: str) -> Stream:
    """Return the documents of a file, or of standard input; they know its name."""
    return stream.read(read(file, limits, needs), file or stream.STDIN, limits)


def read(file: str | None, limits: Limits, needs: str) -> bytes:
    """Return the bytes of a file, or of standard input; `needs` tells somebody at a terminal what the verb reads."""
    if file is None:
        return stdio.read(limits, needs)
    from postrender.hosts import files

    return files.read(file, limits)
