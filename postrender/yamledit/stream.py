"""Splits a stream of bytes into documents.

YAML 1.2.2 chapter 9: a line that starts with ``---`` or ``...``, followed by white space or the end, is always
a marker, even inside a block scalar. Documents are therefore plain slices of the input: the slices and the BOMs between
them, joined in order, are the input.
"""

from __future__ import annotations

from itertools import islice

from postrender.errors import InputError, Place, TooLarge
from postrender.limits import DEFAULTS, Work
from postrender.record import NamedTuple
from postrender.yamledit import nodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from postrender.limits import Limits
    from postrender.yamledit.nodes import Node

STDIN = "<stdin>"  #: the name of standard input in messages
BOM = b"\xef\xbb\xbf"
BLANK = (b" ", b"\t", b"\r", b"\n", b"")  #: what may follow a marker; b"" is the end of the stream

#: The signs after which a node can start: a line break, a comma, a bracket or an indicator. At most two nodes start
#: after each sign.
ENTRY_SIGNS = (b"\n", b"\r", b",", b"[", b"{", b"- ", b"-\t", b"? ", b"?\t")

LINE = 256  #: how many bytes to search first for the end of a line; most lines are shorter
WINDOW = 4096  #: how many bytes to examine at once, to tell comments from content


class Document(NamedTuple):
    """A document's slice of the stream: from its marker (or first byte) to the next document, without a BOM.

    `number` counts from 0; `start` and `end` are byte offsets. Comments above a marker belong to the slice that ends at
    the marker.
    """

    number: int
    start: int
    end: int


class Stream(NamedTuple):
    """A stream of manifests: its bytes, its documents, the name of its source, and a counter of the remaining work."""

    data: bytes
    documents: tuple[Document, ...]
    source: str
    work: Work

    @property
    def limits(self) -> Limits:
        """Return the limits on the input."""
        return self.work.limits

    def place(self, document: Document, line: int = 0, column: int = 0, path: str = "") -> Place:
        """Return the place of a mark in a document; marks count lines and columns from 0, within the document."""
        from postrender.yamledit.places import line_of

        return Place(self.source, line_of(self.data, document.start) + line + 1, column + 1, path)


class Parsed(NamedTuple):
    """A document of a stream, its text, and its root node."""

    stream: Stream
    document: Document
    text: str
    root: Node

    def place(self, line: int = 0, column: int = 0, path: str = "") -> Place:
        """Return the place of a mark in this document."""
        return self.stream.place(self.document, line, column, path)

    def place_of(self, node: Node, path: str = "") -> Place:
        """Return the place where a node starts."""
        return self.place(node.start_mark.line, node.start_mark.column, path)


def read(data: bytes, source: str = STDIN, limits: Limits = DEFAULTS) -> Stream:
    """Return bytes as a stream, split into documents.

    Raises InputError if the bytes are not UTF-8 text, and TooLarge if there are more documents than the limit.
    """
    return Stream(data, split(data, source, limits), source, Work(limits))


def split(data: bytes, source: str = STDIN, limits: Limits | None = None) -> tuple[Document, ...]:
    """Return the documents of a stream; raise the same errors as `read`.

    A slice may contain no document (for example, only comments after `...`).
    """
    _require_text(data, source)
    most = limits.documents if limits else len(data)
    starts = [*islice(_starts(data, 2 * most), most + 1)]
    if limits and len(starts) > most:
        raise TooLarge(f"the stream has {limits.exceeded('documents')}")
    ends = [*starts[1:], len(data)]
    if not data.isascii():
        ends = [end - len(BOM) if data.endswith(BOM, 0, end) else end for end in ends]
    return tuple(map(Document._make, zip(range(len(starts)), starts, ends, strict=False)))


def parse(stream: Stream, document: Document) -> Parsed | None:
    """Return a document with its text and root node, or None if the document is empty.

    Raises InputError if the document is not YAML, and TooLarge if its size or number of entries exceeds the limit.
    """
    try:
        return compose(stream, document)
    except nodes.Unreadable as error:
        raise unreadable(stream, document, error) from None


def compose(stream: Stream, document: Document) -> Parsed | None:
    """Return the same as `parse`, but raise nodes.Unreadable instead of InputError, which would have to count lines."""
    _require_small(stream, document)
    body = _text(stream, document)
    root = nodes.compose(body)
    return None if root is None else Parsed(stream, document, body, root)


def _text(stream: Stream, document: Document) -> str:
    return stream.data[document.start : document.end].decode()


def limit_exceeded(data: bytes, limits: Limits, start: int = 0, end: int | None = None) -> str:
    """Return the name of the limit that a document exceeds, or an empty string. The document is not parsed."""
    end = len(data) if end is None else end
    if end - start > limits.document_size:
        return "document_size"
    if end - start <= limits.entries:  # an entry takes at least a byte, so most documents need no count
        return ""
    entries = sum(data.count(sign, start, end) for sign in ENTRY_SIGNS)
    return "entries" if entries > limits.entries else ""


def _require_small(stream: Stream, document: Document) -> None:
    exceeded = limit_exceeded(stream.data, stream.limits, document.start, document.end)
    if exceeded:
        sentence = f"document {document.number + 1} has {stream.limits.exceeded(exceeded)}"
        raise TooLarge(sentence, stream.place(document))


def require_small(parsed: Parsed) -> None:
    """Raise TooLarge if a document's text, which may have been edited, exceeds the limits for one document."""
    limits = parsed.stream.limits
    exceeded = limit_exceeded(parsed.text.encode(), limits)
    if exceeded:
        sentence = f"document {parsed.document.number + 1}, after the patches, has {limits.exceeded(exceeded)}"
        raise TooLarge(sentence, parsed.place())


def readable(stream: Stream, documents: Iterable[Document] | None = None) -> Iterator[Parsed]:
    """Yield the given documents (default: all) that are not empty and can be read; skip all others silently."""
    for document in stream.documents if documents is None else documents:
        try:
            parsed = compose(stream, document)
        except nodes.Unreadable:
            continue
        if parsed is not None:
            yield parsed


def composable(stream: Stream, documents: Iterable[Document]) -> Iterator[Parsed]:
    """Yield the documents that are not empty; raise InputError if a document is YAML but cannot be composed.

    Another reader may compose that document, for example if it defines an anchor twice or is nested more deeply than
    libyaml allows, so it must not be skipped. A document that is not YAML is skipped.
    """
    for document in documents:
        try:
            parsed = compose(stream, document)
        except nodes.Unreadable as error:
            if isinstance(error, nodes.TooDeep) or is_yaml(stream, document):
                raise unreadable(stream, document, error) from None
            continue
        if parsed is not None:
            yield parsed


def is_separate(parsed: Parsed) -> bool:
    """Report whether a document is the first one, or has `---` above its content.

    Kubernetes' tools see only `---` as the end of a document, and skip what follows `...`.
    """
    if not parsed.document.number:
        return True
    above = parsed.text[: parsed.root.start_mark.index].replace("\r", "\n")
    return above.startswith("---") or "\n---" in above


def require_countable(parsed: Parsed) -> None:
    """Raise TooLarge if a document has more values than the limit after its aliases and merge keys are expanded.

    Raises InputError if a map merges itself. The count includes all values that `postrender.conversion.json_values`
    makes, and the merge sources that it examines.
    """
    limits = parsed.stream.limits
    left, waiting = limits.values, [parsed.root]
    has_merges = "<<" in parsed.text
    while waiting:
        node = waiting.pop()
        left -= 1
        if has_merges and nodes.is_mapping(node):
            sources = [*nodes.merge_sources(node)]
            left -= len(sources)
            if any(it is node for it in sources):
                raise InputError("a map merges itself", parsed.place_of(node))
            waiting += (part for pair in nodes.effective_pairs(node) for part in pair)
        else:
            waiting += nodes.children(node)
        if left < 0:
            sentence = f"document {parsed.document.number + 1}, with its aliases expanded, has"
            raise TooLarge(f"{sentence} {limits.exceeded('values')}", parsed.place())


def several(stream: Stream, most: int) -> list[Parsed]:
    """Return the first documents that are not empty, at most `most`; raise InputError if one is not YAML."""
    documents: list[Parsed] = []
    for document in stream.documents:
        parsed = parse(stream, document) if len(documents) < most else None
        documents += [parsed] if parsed else []
    return documents


def check(stream: Stream, document: Document) -> None:
    """Raise InputError if a document is not YAML. No nodes are composed, because an anchor may be defined twice."""
    try:
        nodes.check(_text(stream, document))
    except nodes.Unreadable as error:
        raise unreadable(stream, document, error) from None


def is_yaml(stream: Stream, document: Document) -> bool:
    """Report whether a document is valid YAML, even if it cannot be composed."""
    try:
        nodes.check(_text(stream, document))
    except nodes.Unreadable:
        return False
    return True


def unreadable(stream: Stream, document: Document, error: nodes.Unreadable) -> InputError:
    """Return the error for a document that cannot be read, with the place and the reason."""
    from postrender.yamledit import encoding

    state = "cannot be edited" if isinstance(error, nodes.Uneditable) else "is not valid YAML"
    sentence = f"document {document.number + 1} {state}: {error.problem}"
    lines = stream.data[document.start : document.end].splitlines()
    line = lines[error.line] if error.line < len(lines) else b""
    if encoding.is_indented_with_a_tab(line):
        sentence = f"{sentence}; the line is indented with a tab: use spaces, as YAML requires"
    elif b"{{" in line:
        sentence = f"{sentence}; the line is from a template: render it first"
    return InputError(sentence, stream.place(document, error.line, error.column))


def _require_text(data: bytes, source: str) -> None:
    if b"\0" in data:
        raise _not_text(data, source, data.index(b"\0"))
    try:
        if not data.isascii():
            data.decode()
    except UnicodeDecodeError as error:
        raise _not_text(data, source, error.start) from None


def _not_text(data: bytes, source: str, offset: int) -> InputError:
    from postrender.yamledit import encoding
    from postrender.yamledit.places import column_of, line_of

    place = Place(source, line_of(data, offset) + 1, column_of(data, offset) + 1)
    return InputError(f"the stream {encoding.describe(data)}", place)


def _starts(data: bytes, most: int) -> Iterator[int]:
    """Yield the start of each slice.

    Comments and directives before the first marker, or after `...`, do not start a slice. Neither does a second `...`,
    which belongs to the document that the first `...` ended. After `most` markers, every marker counts as a start, so
    that a stream with little else exceeds the limit.
    """
    start, opened, first = _without_bom(data, 0), False, True
    for number, (at, closes) in enumerate(_markers(data, start)):
        if number > most:
            yield at
        empty = not opened and _is_prologue(data, start, at)
        if not empty or (closes and first):
            yield start
            first = False
        if closes or not empty:
            start = _without_bom(data, _after_line(data, at)) if closes else at
        opened = not closes
    if start < len(data):
        yield start


def _without_bom(data: bytes, at: int) -> int:
    """Return the offset after a BOM at `at`, or `at` if there is no BOM. Each document may start with its own BOM."""
    return at + len(BOM) if data.startswith(BOM, at) else at


def _is_prologue(data: bytes, at: int, end: int) -> bool:
    """Report whether the bytes before a marker are only blanks, comments and directives that belong to its document."""
    while at < end:  # a few lines at a time, because there may be many and the first one often decides
        window = data[at : min(at + WINDOW, end)]
        below = max(window.rfind(b"\n"), window.rfind(b"\r")) + at + 1
        below = below if below > at else _after_line(data, at)
        if not all(line.lstrip()[:1] in (b"", b"#") or line.startswith(b"%") for line in data[at:below].splitlines()):
            return False
        at = below
    return True


def _markers(data: bytes, start: int) -> Iterator[tuple[int, bool]]:
    """Yield the offset of every marker from `start` on, and whether the marker is `...`."""
    lone = b"\r" in data and data.count(b"\r") != data.count(b"\r\n")
    if lone or (not data.isascii() and data.find(BOM, start) >= 0):
        yield from _rare_markers(data, start)
        return
    ends = _at_line_starts(data, b"...", start)
    end = next(ends, None)
    for at in _at_line_starts(data, b"---", start):
        while end is not None and end < at:
            yield end, True
            end = next(ends, None)
        yield at, False
    while end is not None:
        yield end, True
        end = next(ends, None)


def _at_line_starts(data: bytes, marker: bytes, start: int) -> Iterator[int]:
    at = start if data.startswith(marker, start) else _next_line(data, marker, start)
    while at >= 0:
        if data[at + 3 : at + 4] in BLANK:
            yield at
        at = _next_line(data, marker, at)


def _next_line(data: bytes, marker: bytes, at: int) -> int:
    found = data.find(b"\n" + marker, at)
    return found + 1 if found >= 0 else -1


def _rare_markers(data: bytes, start: int) -> Iterator[tuple[int, bool]]:
    """Yield the markers of a stream in which a lone CR ends some lines, or documents start with a BOM."""
    import re

    for match in re.finditer(rb"(?:^|(?<=[\r\n]))(?:\xef\xbb\xbf)?(---|\.\.\.)(?=[ \t\r\n]|\Z)", data[start:]):
        yield start + match.start(1), match[1] == b"..."


def _after_line(data: bytes, at: int) -> int:
    """Return the offset after the line break that ends the line at `at`; CR, LF and CRLF end a line."""
    end = _line_end(data, at)
    return min(end + (2 if data.startswith(b"\r\n", end) else 1), len(data))


def _line_end(data: bytes, at: int) -> int:
    """Return the offset of the next CR or LF. The search goes piece by piece: one of the two may be far away."""
    window = LINE
    while True:
        found = [end for sign in (b"\n", b"\r") if (end := data.find(sign, at, at + window)) >= 0]
        if found or at + window >= len(data):
            return min(found, default=len(data))
        window *= 16
