"""Puts edited and new documents into a stream, and checks that the stream splits into exactly the planned documents.

All YAML output is made here: `write` makes a stream of new documents, and `insert` changes an existing stream.

The check reads the output again from its first byte, as any reader would. Documents without planned changes must have
the input's bytes at the expected offsets, each new document must have the planned value, and each edited document must
have the text, or at least the tree, that `proof` accepted. The check fails if a `---` is missing or extra.
"""

from __future__ import annotations

from postrender.errors import ProofFailed
from postrender.record import NamedTuple
from postrender.yamledit import emit, nodes, proof
from postrender.yamledit.stream import Document, Parsed, read, split

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from postrender.yamledit.edit import Edited
    from postrender.yamledit.nodes import Node
    from postrender.yamledit.stream import Stream


class Piece(NamedTuple):
    """The replacement for one document: the new text and root, and any new documents to insert directly before it."""

    document: Document
    text: str
    root: Node
    above: str = ""  #: the text of the new documents, including the separator after the last one
    added: tuple[dict[str, Any], ...] = ()  #: the values of the new documents


def text_of(values: Iterable[object], comments: Sequence[str] = (), newline: str = "\n") -> str:
    """Return new documents as text. A `---` and the comments precede each one."""
    return "".join(line + newline for value in values for line in ("---", *comments, *emit.document(value)))


def write(values: Sequence[object], comments: Sequence[str] = (), *, opened: bool = True) -> Stream:
    """Return new documents as a separate stream, below the comments; without documents, the stream is empty.

    If `opened`, a `---` also precedes the first document, so that the stream can be appended to another one. Raises
    ProofFailed if a reader would not get exactly these documents from the stream.
    """
    head = "".join(f"{comment}\n" for comment in comments) if values else ""
    text = text_of(values) if opened else text_of(values).removeprefix("---\n")
    output = read((head + text).encode("utf-8", "backslashreplace"))
    _require(all(comment.startswith("#") for comment in comments), "has a comment without a #")
    _require(len(output.documents) == len(values), "has more or fewer documents than planned")
    for document, value in zip(output.documents, values, strict=True):
        text = output.data[document.start : document.end].decode()
        _require(emit.says(_root(text), value), "has a new document that differs from the plan")
    return output


def insert(stream: Stream, pieces: Sequence[Piece]) -> Stream:
    """Return the stream with each piece in place of its document; raise ProofFailed if it differs from the plan."""
    whole, at = memoryview(stream.data), 0
    parts: list[bytes | memoryview] = []
    for piece in pieces:
        parts += (whole[at : piece.document.start], piece.above.encode(), piece.text.encode())
        at = piece.document.end
    data = b"".join((*parts, whole[at:]))  # the stream is copied once
    output = stream._replace(data=data, documents=split(data))
    _require_joined(stream, output, pieces)
    return output


def replace(parsed: Parsed, edited: Edited) -> Parsed:
    """Return the edited document, as part of a stream with its new text."""
    output = insert(parsed.stream, (Piece(parsed.document, edited.text, edited.root),))
    number, start, _ = parsed.document
    place = Document(number, start, start + len(edited.text.encode()))
    return Parsed(output, place, edited.text, edited.root)


def _require_joined(stream: Stream, output: Stream, pieces: Sequence[Piece]) -> None:
    """Raise ProofFailed unless every document of the output is unchanged or as planned."""
    # How many documents of the input and of the output are checked so far, and by how many bytes the next ones moved.
    before, after, shift = 0, 0, 0
    for piece in pieces:
        stays = stream.documents[before : piece.document.number]
        _require_untouched(stream, stays, output, output.documents[after : after + len(stays)], shift)
        own = output.documents[after + len(stays) :][: len(piece.added) + 1]
        _require_planned(output.data, own, piece)
        before, after = piece.document.number + 1, after + len(stays) + len(own)
        shift = own[-1].end - piece.document.end
    _require_untouched(stream, stream.documents[before:], output, output.documents[after:], shift)


def _require_untouched(
    stream: Stream, documents: Sequence[Document], output: Stream, found: Sequence[Document], shift: int
) -> None:
    """Raise ProofFailed if the count, the offsets or the bytes of documents without planned changes are wrong."""
    _require(len(documents) == len(found), "has more or fewer documents than planned")
    for document, other in zip(documents, found, strict=True):
        _require(
            (document.start + shift, document.end + shift) == (other.start, other.end),
            "has a document in the wrong place",
        )
    if documents:
        kept = memoryview(stream.data)[documents[0].start : documents[-1].end]
        _require(output.data.startswith(kept, documents[0].start + shift), "differs where no change was planned")


def _require_planned(output: bytes, documents: Sequence[Document], piece: Piece) -> None:
    """Raise ProofFailed if the new documents, or the edited document after them, differ from the plan."""
    _require(len(documents) == len(piece.added) + 1, "has fewer documents than planned")
    texts = [output[start:end].decode() for _, start, end in documents]
    _require("".join(texts) == piece.above + piece.text, "lost or gained something between two documents")
    for text, value in zip(texts, piece.added, strict=False):
        _require(emit.says(_root(text), value), "has a new document that differs from the plan")
    if texts[-1] != piece.text:  # it gained a `---`, or its first comments moved to the document above
        proof.require(piece.root, texts[-1], ())


def _root(text: str) -> Node | None:
    try:
        return nodes.compose(text)
    except nodes.Unreadable as error:
        raise ProofFailed(f"a new document is not YAML: {error.problem}") from error


def _require(holds: bool, sentence: str) -> None:
    if not holds:
        raise proof.bug(f"the stream {sentence}")
