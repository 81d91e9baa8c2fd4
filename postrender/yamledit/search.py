"""Finds the documents of a stream that contain a word. It parses none of them, so searching a large stream is fast."""

from __future__ import annotations

from _bisect import bisect_right  # the C part; importing `bisect` would also load a Python module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from postrender.yamledit.stream import Document, Stream

#: Bytes that can follow a backslash in double quotes to encode a letter, or to continue a word on the next line. The
#: last two are the first bytes of the line breaks NEL, U+2028 and U+2029.
ESCAPED = (b"x", b"u", b"U", b"\n", b"\r", b"\xc2", b"\xe2")


def holding(stream: Stream, *words: str) -> Sequence[Document]:
    """Return the documents of a stream that contain every word, or an escape that could encode part of a word."""
    if not words:
        return stream.documents
    starts = [document.start for document in stream.documents]
    held = set.intersection(*(set(indexes(stream.data, starts, word.encode())) for word in words))
    return [stream.documents[at] for at in sorted(held | with_escapes(stream.data, starts))]


def with_escapes(data: bytes, starts: Sequence[int]) -> set[int]:
    """Return the index of every document with an escape that could encode part of a word."""
    return _followed(data, starts, b"\\", ESCAPED, 2)


def with_tags(data: bytes, starts: Sequence[int]) -> set[int]:
    """Return the index of every document that may have one of YAML's own tags, such as `!!binary`, in any notation."""
    return _followed(data, starts, b"!", (b"!", b"<"), 1) | _followed(data, starts, b"%", (b"T",), 1)


def _followed(data: bytes, starts: Sequence[int], sign: bytes, followers: Sequence[bytes], step: int) -> set[int]:
    """Return the index of every document in which one of `followers` directly follows the byte `sign`.

    The search is for `sign` alone, because a search for one byte is ten times as fast as for two. After a match, it
    resumes at the next document; otherwise, `step` bytes later.
    """
    indexes = set()
    at = data.find(sign)
    while at >= 0:
        after = at + step
        if data[at + 1 : at + 2] in followers:
            index = bisect_right(starts, at) - 1
            indexes.add(index)
            after = starts[index + 1] if index + 1 < len(starts) else len(data)
        at = data.find(sign, after)
    return indexes


def indexes(data: bytes, starts: Sequence[int], needle: bytes) -> Iterator[int]:
    """Yield the index of every document that contains the needle; `starts` lists the offset of each document."""
    at = data.find(needle)
    while at >= 0:
        index = bisect_right(starts, at) - 1
        yield index
        at = data.find(needle, starts[index + 1]) if index + 1 < len(starts) else -1
