"""Reads the input of a verb: files given on the command line, or standard input."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from postrender import files
from postrender.cli import stdio
from postrender.errors import NAME, InputError, Place, TooLarge, UsageError, brief
from postrender.limits import DEFAULTS
from postrender.record import NamedTuple
from postrender.yamledit import stream

if TYPE_CHECKING:
    from collections.abc import Sequence

    from postrender.limits import Limits
    from postrender.yamledit.stream import Stream


def path(word: str | None) -> str | None:
    """Return the path in an argument; None, which means standard input, if the argument is `-` or absent.

    Raises UsageError if the argument contains an option and its value.
    """
    if word and word.startswith("--") and " " in word:
        name, _, value = word.partition(" ")
        raise UsageError(f"{brief(word)} is a single argument; write {brief(name)}={brief(value.strip(), NAME)}")
    return None if word == "-" else word


def manifests(file: str | None, limits: Limits, needs: str) -> Stream:
    """Return the documents of a file or of standard input, with the name of their source."""
    return stream.read(read(file, limits, needs), file or stream.STDIN, limits)


class Source(NamedTuple):
    """An input: its bytes, and its file, which is None for standard input."""

    data: bytes
    file: str | None = None


def read_all(words: Sequence[str], limits: Limits, needs: str) -> list[Source]:
    """Return the contents of the given files, or of standard input. A file is read only once: it may be a pipe."""
    return [Source(read(path(word), limits, needs), path(word)) for word in words or ("-",)]


def is_config(given: Source) -> bool:
    """Report whether an input is a config, judging by its kind, or by its name if it contains no object."""
    from postrender import config

    lines = b"\n" + given.data[: DEFAULTS.config_size]
    if f"\nkind: {config.KIND}".encode() in lines:
        return len(given.data) <= DEFAULTS.config_size
    named = given.file is not None and os.path.basename(given.file).startswith("spk-macvlan")
    return named and b"\nkind:" not in lines


def manifests_of(words: Sequence[str], limits: Limits, needs: str) -> list[Source]:
    """Return the result of `read_all`; raise UsageError if one of the files is a config instead of manifests."""
    given = read_all(words, limits, needs)
    for it in given:
        if it.file is not None and is_config(it):
            raise UsageError(f"{it.file} is a config; to convert manifests with it, use --config {it.file}")
    return given


def read(file: str | None, limits: Limits, needs: str) -> bytes:
    """Return the bytes of a file or of standard input; `needs` is the error message if standard input is a terminal."""
    if file is None:
        return stdio.read(limits, needs)
    try:
        return files.read(file, limits.stream_size)
    except OSError as error:
        folder = "; for a chart, pass the output of `helm template`" if isinstance(error, IsADirectoryError) else ""
        raise InputError(f"cannot be read: {error.strerror}{folder}", Place(file)) from None
    except files.Exceeded:
        raise TooLarge(f"the file has {limits.exceeded('stream_size')}", Place(file)) from None
