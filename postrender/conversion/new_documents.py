"""Creates new documents for the stream, with the same line breaks and Helm marks as the existing documents."""

from __future__ import annotations

from postrender.errors import InputError
from postrender.kubernetes import objects
from postrender.kubernetes.objects import FILENAME, Origin
from postrender.record import NamedTuple
from postrender.rules import definitions
from postrender.yamledit import join, marks
from postrender.yamledit.stream import BOM

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from postrender.config import Network
    from postrender.yamledit.stream import Parsed

TEMPLATE = "templates/spk-macvlan-nads.yaml"
CHART_CHARS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")


class Additions(NamedTuple):
    """The text and the values of new documents, to insert directly before an existing document."""

    text: str = ""
    values: tuple[dict[str, Any], ...] = ()


def create(parsed: Parsed, networks: Sequence[Network], namespace: str | None) -> Additions:
    """Return the definitions of the networks, to insert directly before a document.

    The definitions use CR LF if the document does, otherwise LF: Kubernetes' tools look for `---` only after LF. Raises
    InputError if the definitions would change how those tools read the document.
    """
    if not networks:
        return Additions()
    origin = _origin(parsed)
    comments = [origin.mark + origin.path] if origin.mark.startswith("#") else []
    annotations = {origin.mark: origin.path} if origin.mark == FILENAME else {}
    values = tuple(definitions.definition(network, namespace, annotations) for network in networks)
    return above(parsed, values, comments)


def above(parsed: Parsed, values: tuple[dict[str, Any], ...], comments: Sequence[str] = ()) -> Additions:
    """Return new documents, each below the comments, to insert directly before a document.

    Raises the same errors as `create`.
    """
    separator, marker_end = _separator(parsed.text)
    _require_known_breaks(parsed, marker_end)
    _require_separate(parsed, marker_end)
    _require_yaml_of_go(parsed)
    newline = "\r\n" if marks.line_break(parsed.text) == "\r\n" else "\n"
    end = "".join(line + newline for line in separator)
    return Additions(join.text_of(values, comments, newline) + end, values)


def _require_known_breaks(parsed: Parsed, marker_end: int) -> None:
    """Raise InputError for a lone CR directly above the document, or inside it up to the end of its marker line."""
    above = parsed.stream.data[: parsed.document.start][-1:]
    if b"\r" in (above + parsed.text[:marker_end].encode()).replace(b"\r\n", b""):
        sentence = "a line here ends with a lone CR, which Kubernetes' tools do not treat as a line break"
        raise InputError(f"{sentence}; end lines with LF", parsed.place())


def _require_separate(parsed: Parsed, marker_end: int) -> None:
    """Raise InputError if Kubernetes' tools see no separator above the document, or would skip its first line.

    Those tools recognize neither `...` nor a BOM before `---`, so they read the text below as part of the document
    above. Some of them skip the whole line of every `---` after the first one.
    """
    above = parsed.stream.data[: parsed.document.start]
    problem = ""
    if marker_end and not _is_bare(parsed.text[:marker_end].splitlines()[-1]):
        problem = "the document starts on the line of its ---"
    elif not marker_end and above.removeprefix(BOM).strip():
        problem = "the document has no --- above it"
    elif above.endswith(BOM) and above != BOM:
        problem = "the document has a byte order mark before its ---"
    if problem:
        sentence = f"{problem}, which Kubernetes' tools misread if another document precedes it"
        raise InputError(f"{sentence}; write --- on a line of its own", parsed.place())


def _is_bare(marker: str) -> bool:
    """Report whether nothing but a comment follows a `---`."""
    rest = marker[len("---") :].strip()
    return not rest or rest.startswith("#")


def _require_yaml_of_go(parsed: Parsed) -> None:
    """Raise InputError for JSON that is not YAML: after a YAML document, Kubernetes' tools read JSON as YAML."""
    data = parsed.stream.data.lstrip()
    if data.startswith(b"{") and b"\\/" in data:
        sentence = "the JSON contains the escape \\/, which Kubernetes' tools cannot read after a YAML document"
        raise InputError(f"{sentence}; write / instead", parsed.place())


def _origin(parsed: Parsed) -> Origin:
    """Return the origin of new documents: a template of the top-level chart, so that Helm's `--show-only` finds them.

    If the given document's path does not start with a chart's name, the document is not from Helm, and the origin
    is empty.
    """
    mark, path = objects.origin(parsed)
    chart = path.partition("/")[0]
    if not (mark and CHART_CHARS.issuperset(chart) and chart.strip(".")):
        return Origin()
    return Origin(mark, f"{chart}/{TEMPLATE}")


def _separator(text: str) -> tuple[tuple[str, ...], int]:
    """Return the separator between new documents and `text`, and the offset at which the marker line of `text` ends.

    If `text` has no marker, the separator is `---` and the offset is 0. The separator is `...` only before
    directives, which require it.
    """
    at, directives = 0, False
    while at < len(text):
        end = marks.line_end(text, at)
        line = text[at:end].rstrip("\r\n")
        if line.startswith("---") and line[3:4] in ("", " ", "\t"):
            return ("...",) if directives else (), end
        directives = directives or line.startswith("%")
        if line.strip() and not line.lstrip().startswith("#") and not line.startswith("%"):
            break
        at = end
    return ("---",), 0
