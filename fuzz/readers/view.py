"""The interface of a reader, and the view of a stream that it returns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol


class View(NamedTuple):
    """The documents of a stream as plain values, and the reader's errors about documents that it leaves out."""

    documents: list[Any]
    errors: frozenset[str] = frozenset()


class Unread(NamedTuple):
    """The reason why a reader cannot read a stream."""

    reason: str


class Reader(Protocol):
    """Reads many streams in one batch, so that the external program starts only once."""

    @property
    def name(self) -> str:
        """The name of the reader."""

    @property
    def flattens(self) -> bool:
        """Whether the reader returns the items of a List instead of the List."""

    def read(self, streams: Sequence[bytes]) -> list[View | Unread]:
        """Return a view of each stream."""
