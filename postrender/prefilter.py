"""Which documents can matter at all. The rest are never parsed: that is what makes a large stream cheap.

A document is passed over only where its bytes rule out that it is a TMM workload or a network attachment definition:
it lacks the words, and no escape in a double-quoted scalar could spell them.
"""

from __future__ import annotations

from _bisect import bisect_right  # in C; `bisect` would load a Python half beside it

from postrender.rules.definitions import KIND
from postrender.target import INSTANCES, WORKLOADS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from postrender.stream import Document

ESCAPES = (b"\\x", b"\\u", b"\\U", b"\\\n", b"\\\r")  #: of a double-quoted scalar, those that can stand for a letter


def candidates(data: bytes, documents: Sequence[Document], workload: str) -> list[Document]:
    """Return the documents that may be a TMM workload of this name, or a network attachment definition."""
    starts = [document.start for document in documents]
    escaped = {at for escape in ESCAPES if b"\\" in data for at in _holding(data, starts, escape)}
    named = set(_holding(data, starts, workload.encode())) | escaped
    kinds = tuple(kind.encode() for kind in WORKLOADS)
    chosen = {at for at in named if at in escaped or _holds_any(data, documents[at], kinds)}
    for kind in (KIND, *INSTANCES):
        chosen.update(_holding(data, starts, kind.encode()))
    return [documents[at] for at in sorted(chosen)]


def _holding(data: bytes, starts: Sequence[int], needle: bytes) -> Iterator[int]:
    """Yield the index of every document that holds the needle."""
    at = data.find(needle)
    while at >= 0:
        index = bisect_right(starts, at) - 1
        yield index
        at = data.find(needle, starts[index + 1]) if index + 1 < len(starts) else -1


def _holds_any(data: bytes, document: Document, needles: Sequence[bytes]) -> bool:
    return any(data.find(needle, document.start, document.end) >= 0 for needle in needles)
