"""What a reader sees in a stream, and what every reader can do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol


class View(NamedTuple):
    """The documents of a stream as plain values, and what the reader says of those that it leaves out."""

    documents: list[Any]
    errors: frozenset[str] = frozenset()


class Unread(NamedTuple):
    """Why a reader cannot read a stream."""

    reason: str


class Reader(Protocol):
    """Reads many streams at a time, so that a program starts once for all of them."""

    @property
    def name(self) -> str:
        """What the reader is called."""

    @property
    def flattens(self) -> bool:
        """Whether a list is not seen as a document: its items are."""

    def read(self, streams: Sequence[bytes]) -> list[View | Unread]:
        """Return a view of each stream."""
