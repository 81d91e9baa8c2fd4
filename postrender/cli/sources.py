"""The input of a verb: a file that the user names, or standard input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.cli import stdio
from postrender.errors import NAME, UsageError, brief, quoted
from postrender.record import NamedTuple
from postrender.yamledit import stream

if TYPE_CHECKING:
    from collections.abc import Sequence

    from postrender.limits import Limits
    from postrender.yamledit.stream import Stream


def path(word: str | None) -> str | None:
    """Return the file that an argument names; None for standard input, if it is `-` or absent.

    Raises UsageError for an option and its value that were given as one word.
    """
    if word and word.startswith("--") and " " in word:
        name, _, value = word.partition(" ")
        raise UsageError(f"{quoted(word)} is one word; write {brief(name)}={brief(value.strip(), NAME)}")
    return None if word == "-" else word


def manifests(file: str | None, limits: Limits, needs: str) -> Stream:
    """Return the documents of a file, or of standard input; they know its name."""
    return stream.read(read(file, limits, needs), file or stream.STDIN, limits)


class Source(NamedTuple):
    """An input: its bytes, and the file that they are from; None for standard input."""

    data: bytes
    file: str | None = None


def read_all(words: Sequence[str], limits: Limits, needs: str) -> list[Source]:
    """Return each file that is named, or standard input; each is read once, since a pipe can be read only once."""
    return [Source(read(path(word), limits, needs), path(word)) for word in words or ("-",)]


def read(file: str | None, limits: Limits, needs: str) -> bytes:
    """Return the bytes of a file, or of standard input; `needs` tells somebody at a terminal what the verb reads."""
    if file is None:
        return stdio.read(limits, needs)
    from postrender.hosts import files

    return files.read(file, limits)
