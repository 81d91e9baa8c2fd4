"""The objects of a stream, for all rules that look beside the TMM."""

from __future__ import annotations

from postrender.kubernetes.objects import objects
from postrender.yamledit import search, stream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.kubernetes.objects import Object
    from postrender.yamledit.stream import Document, Stream

#: How much text, in bytes, may be kept in parsed form: a parsed tree takes up to 90 times the memory of its text.
KEPT = 4 << 20


class Documents:
    """The documents of a stream. Each is parsed once, not once for each rule; what does not fit is parsed again."""

    def __init__(self, manifests: Stream) -> None:
        self._manifests = manifests
        self._kept: dict[int, tuple[Object, ...]] = {}
        self._room = KEPT

    def objects(self, word: str) -> Iterator[Object]:
        """Yield the objects of all documents that contain a word; leave out documents that are not YAML."""
        for document in search.holding(self._manifests, word):
            kept = self._kept.get(document.number)
            yield from self._parse(document) if kept is None else kept

    def _parse(self, document: Document) -> tuple[Object, ...]:
        found = tuple(it for parsed in stream.readable(self._manifests, (document,)) for it in objects(parsed))
        if (size := document.end - document.start) <= self._room:
            self._room -= size
            self._kept[document.number] = found
        return found
