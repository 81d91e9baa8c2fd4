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


def manifests(file: str | None, limits: Limits) -> Stream:
    """Return the documents of a file, or of standard input; they know its name."""
    if file is None:
        return stream.read(stdio.read(limits), limits=limits)
    from postrender.hosts import files

    return stream.read(files.read(file, limits), file, limits)
