"""New documents for the stream, written in the shape that its caller gave the others."""

from __future__ import annotations

from postrender import emit, marks, stream
from postrender.lines import lines
from postrender.record import NamedTuple
from postrender.rules import definitions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from postrender.config import Network
    from postrender.stream import Parsed

TEMPLATE = "templates/spk-macvlan-nads.yaml"
CHART_CHARS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")


class Additions(NamedTuple):
    """New documents to stand directly before another: their text, and what each of them says."""

    text: str = ""
    values: tuple[dict[str, Any], ...] = ()


def written(parsed: Parsed, networks: Sequence[Network], namespace: str | None) -> Additions:
    """Return the definitions of the networks, to stand directly before a document."""
    if not networks:
        return Additions()
    origin = _origin(parsed)
    comment = [origin.mark + origin.path] if origin.mark.startswith("#") else []
    annotations = {origin.mark: origin.path} if origin.mark == stream.FILENAME else {}
    newline = marks.line_break(parsed.text)
    values = tuple(definitions.definition(network, namespace, annotations) for network in networks)
    written = [line for value in values for line in ("---", *comment, *emit.block(value, 0))]
    return Additions("".join(line + newline for line in (*written, *_separator(parsed.text))), values)


def _origin(parsed: Parsed) -> stream.Origin:
    """Return the mark for our documents: a template of the top chart, so that `--show-only` finds it.

    A path that does not start with a chart's name is not Helm's, and is not repeated.
    """
    mark, path = stream.origin(parsed.text, parsed.root)
    chart = path.partition("/")[0]
    if not (mark and CHART_CHARS.issuperset(chart) and chart.strip(".")):
        return stream.Origin()
    return stream.Origin(mark, f"{chart}/{TEMPLATE}")


def _separator(text: str) -> list[str]:
    """Return what must stand between a new document and this one, where this one brings no separator of its own.

    Directives need a document end before them: the one place where we write `...`.
    """
    for line in lines(text):
        if line.startswith("%"):
            return ["..."]
        if line.startswith("---") and line[3:4] in ("", " ", "\t"):
            return []
        if line.strip() and not line.lstrip().startswith("#"):
            break
    return ["---"]
