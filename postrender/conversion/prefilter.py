"""Selects the documents that can be the TMM or define a network.

A conversion parses no other documents, so a large stream takes little time. A document is skipped only if its bytes
show that it is neither a TMM nor a network attachment definition: it lacks the words that both contain, and has no
escape in double quotes and no tag such as `!!binary` that could encode those words.
"""

from __future__ import annotations

from postrender.config.network_definitions import KIND
from postrender.errors import InputError, brief
from postrender.rules.finding import ERROR, Finding
from postrender.spk.kinds import INSTANCES, WORKLOADS
from postrender.yamledit import search, stream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from postrender.yamledit.stream import Document, Stream


#: Lines that `helm install --dry-run` and `helm get all` print around manifests. No Kubernetes object contains them.
ABOVE, BELOW = (b"\nHOOKS:", b"\nMANIFEST:"), (b"\nNOTES:",)
SEPARATOR = b"---"
LOOKED_AT = 1 << 16  #: the maximum number of bytes to search for text around the manifests
NO_OBJECT = "this is not a Kubernetes object: "
FIX = "remove this text; if a program printed it, do not redirect standard error (2>&1) into the stream"


def refuse_report(manifests: Stream) -> None:
    """Raise InputError for Helm's output about a release: the text around the manifests would stay in the stream.

    The search covers the text before the first separator and the last document.
    """
    if not manifests.documents:
        return
    first, last = manifests.documents[0], manifests.documents[-1]
    if _holds_any(manifests.data, first, ABOVE) or _holds_any(manifests.data, last, BELOW):
        sentence = "this is Helm's output about a release, not only its manifests"
        advice = "pipe in the output of `helm template` or `helm get manifest`"
        raise InputError(f"{sentence}; {advice}", manifests.place(first))


def text_around(manifests: Stream) -> Iterator[Finding]:
    """Yield the findings about text around the manifests, such as a program's message redirected into the stream."""
    yield from _text_above(manifests)
    yield from _text_below(manifests)


def _text_below(manifests: Stream) -> Iterator[Finding]:
    """Yield a finding if the last line starts with a capital letter, as in `Error: …`; an object's keys never do."""
    last = manifests.documents[-1]
    end = manifests.data[max(last.start, last.end - LOOKED_AT) : last.end].rstrip()
    above, _, line = end.decode("utf-8", "ignore").rpartition("\n")
    if above and line[:1].isupper():
        number = manifests.data[last.start : last.end].rstrip().count(b"\n")
        yield Finding("text", ERROR, NO_OBJECT + brief(line), FIX, manifests.place(last, number))


def _text_above(manifests: Stream) -> Iterator[Finding]:
    """Yield a finding if text that cannot be part of an object precedes the first separator."""
    first = manifests.documents[0]
    if len(manifests.documents) == 1 or _holds_any(manifests.data, first, (b"kind", SEPARATOR, b"\\")):
        return
    lines = manifests.data[first.start : min(first.end, LOOKED_AT)].decode("utf-8", "ignore").split("\n")
    number, line = next(((at, it) for at, it in enumerate(lines) if it.strip() and it[0] not in "#%."), (0, ""))
    is_key = ":" in line and " " not in line.partition(": ")[0].strip()  # no key of an object has a space
    if line and not (is_key and stream.is_yaml(manifests, first)):
        yield Finding("text", ERROR, NO_OBJECT + brief(line), FIX, manifests.place(first, number))


def candidates(manifests: Stream, workload: str) -> list[Document]:
    """Return the documents that may contain a TMM or a network attachment definition; `workload` is the TMM's name."""
    data, documents = manifests.data, manifests.documents
    starts = [document.start for document in documents]
    escaped = search.with_escapes(data, starts)
    named = set(search.indexes(data, starts, workload.encode())) | escaped
    kinds = tuple(kind.name.encode() for kind in WORKLOADS)
    chosen = {at for at in named if at in escaped or _holds_any(data, documents[at], kinds)}
    chosen |= search.with_tags(data, starts)
    for name in (KIND, *(kind.name for kind in INSTANCES)):
        chosen.update(search.indexes(data, starts, name.encode()))
    return [documents[at] for at in sorted(chosen)]


def has_words(manifests: Stream, document: Document, workload: str) -> bool:
    """Report whether a document contains the words of a TMM or a network definition, not only in encoded form."""
    kinds = tuple(kind.name.encode() for kind in WORKLOADS)
    data = manifests.data
    if _holds_any(data, document, (workload.encode(),)) and _holds_any(data, document, kinds):
        return True
    return _holds_any(data, document, tuple(name.encode() for name in (KIND, *(kind.name for kind in INSTANCES))))


def _holds_any(data: bytes, document: Document, needles: Sequence[bytes]) -> bool:
    return any(data.find(needle, document.start, document.end) >= 0 for needle in needles)
