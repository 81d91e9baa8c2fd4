"""Decides whether a reader sees only the planned changes, by comparing what it reads in the input and in the output.

The planned changes come from the conversion; here, they are applied to the values that the reader sees in the input.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from fuzz.oracle import Wrong, applied
from fuzz.readers.view import Reader, Unread, View
from postrender import conversion
from postrender.kubernetes.objects import FILENAME, HOOK
from postrender.rules import definitions
from postrender.spk.target import Target
from postrender.yamledit import nodes
from postrender.yamledit.change import Change
from tests.property import oracle

READ, ALONE, UNREAD, WRONG = "read whole", "TMM's document alone", "not readable", "wrong"


class Converted(NamedTuple):
    """A stream before and after its conversion."""

    name: str
    before: bytes
    result: conversion.Converted

    @property
    def after(self) -> bytes:
        """Return the output of the conversion."""
        return self.result.output

    def alone(self) -> Converted | None:
        """Return the conversion of the TMM's document alone, or None if the bytes around it changed."""
        document = self.result.rendered.parsed.document
        above, below = self.before[: document.start], self.before[document.end :]
        if not (self.after.startswith(above) and self.after.endswith(below)):
            return None
        output = self.after[len(above) : len(self.after) - len(below)]
        return Converted(self.name, self.before[document.start : document.end], with_output(self.result, output))


def with_output(result: conversion.Converted, output: bytes) -> conversion.Converted:
    """Return a copy of a conversion with this output."""
    return result._replace(result=result.result._replace(data=output))


class Verdict(NamedTuple):
    """A reader's verdict on a conversion, and the reason."""

    kind: str
    reason: str = ""


def judged(reader: Reader, conversions: Sequence[Converted]) -> list[Verdict]:
    """Judge whole streams. If the reader cannot read a whole stream, judge only its TMM document."""
    verdicts = _judged(reader, conversions)
    again = {number: it.alone() for number, it in enumerate(conversions) if verdicts[number].kind == UNREAD}
    rest = {number: it for number, it in again.items() if it is not None}
    for number, verdict in zip(rest, _judged(reader, [*rest.values()]), strict=True):
        if verdict.kind == READ:
            verdicts[number] = Verdict(ALONE)
        if verdict.kind == WRONG:
            verdicts[number] = Verdict(WRONG, f"{ALONE}: {verdict.reason}")
    return verdicts


def _judged(reader: Reader, conversions: Sequence[Converted]) -> list[Verdict]:
    texts = [text for it in conversions for text in (it.before, it.after)]
    views = reader.read(texts) if texts else []
    pairs = zip(conversions, views[::2], views[1::2], strict=True)
    return [verdict(reader, it.result, before, after) for it, before, after in pairs]


def verdict(reader: Reader, result: conversion.Converted, before: View | Unread, after: View | Unread) -> Verdict:
    """Compare the views of the input and the output. If the reader cannot read the input, the output is not judged."""
    if isinstance(before, Unread):
        return Verdict(UNREAD, before.reason)
    try:
        place = _place(before.documents, result.rendered, reader.flattens)
        if place is None:
            return Verdict(UNREAD, "the reader sees no TMM")
        if isinstance(after, Unread):
            return Verdict(WRONG, f"the output cannot be read: {after.reason}")
        _require_planned(reader, result, before, after, place)
    except Wrong as wrong:
        return Verdict(WRONG, str(wrong))
    except (LookupError, TypeError) as error:
        return Verdict(WRONG, f"the planned changes cannot be applied to what the reader sees: {error!r}")
    return Verdict(READ)


def _require_planned(reader: Reader, result: conversion.Converted, before: View, after: View, place: int) -> None:
    wanted, seen = planned(reader, result, before.documents, place), after.documents
    if len(wanted) != len(seen):
        raise Wrong(f"the reader sees {len(seen)} documents instead of {len(wanted)}")
    for number, (document, other) in enumerate(zip(wanted, seen, strict=True)):
        if oracle.typed(document) != oracle.typed(other):
            raise Wrong(f"the reader sees document {number + 1} as {other} instead of {document}")
    if before.errors != after.errors:
        raise Wrong(f"the reader's errors differ: {sorted(before.errors ^ after.errors)}")


# The expected view of the output.


def planned(reader: Reader, result: conversion.Converted, documents: Sequence[Any], place: int) -> list[Any]:
    """Return the documents that the reader should see in the output, with the definitions before the TMM."""
    tmm = result.rendered
    first = place - (int(tmm.base[-1]) if reader.flattens and tmm.base else 0)
    wanted = [*documents[:first], *_definitions(result), *documents[first:]]
    converted = first + len(result.defined)
    _apply(wanted, converted, result.changes, reader.flattens)
    for number, change in result.patched:
        _apply(wanted, converted + number - _number(result), [change], reader.flattens)
    return wanted


def _number(result: conversion.Converted) -> int:
    return result.rendered.parsed.document.number + len(result.defined)


def _apply(documents: list[Any], number: int, changes: Iterable[Change], flattens: bool) -> None:
    """Apply changes to a document, or to the items of a List if the reader flattens Lists."""
    for change in changes:
        at, path = number, change.path
        if flattens and path[:1] == ("items",):
            at, path = number + int(path[1]), path[2:]
        documents[at] = applied(documents[at], [change._replace(path=path)])


def _definitions(result: conversion.Converted) -> list[dict[str, Any]]:
    """Return the planned definitions, with the annotation that Helm 4 gives every object of a stream."""
    tmm = result.rendered
    origin = nodes.text(nodes.find(tmm.parsed.root, ("metadata", "annotations", FILENAME)))
    chart = (origin or "").partition("/")[0]
    marks = {FILENAME: f"{chart}/templates/spk-macvlan-nads.yaml"} if origin else {}
    return [definitions.definition(it, tmm.namespace, marks) for it in result.defined]


# The position of the TMM.


def _place(documents: Sequence[Any], tmm: Target, flattens: bool) -> int | None:
    """Return the index of the TMM's document, or None.

    If several documents have the TMM's kind and name, choose the document with the TMM's number.
    """
    base = () if flattens else tmm.base
    found = [number for number, it in enumerate(documents) if _is(_at(it, base), tmm)]
    if len(found) < 2:
        return found[0] if found else None
    number = tmm.parsed.document.number
    return number if number in found else None


def _at(document: Any, path: Sequence[str | int]) -> Any:
    for step in path:
        try:
            document = document[step]
        except (LookupError, TypeError):
            return None
    return document


def _is(value: Any, tmm: Target) -> bool:
    """Report whether an object has the TMM's kind, name and hook annotation."""
    hook = nodes.text(nodes.find(_object(tmm), ("metadata", "annotations", HOOK)))
    return (
        isinstance(value, dict)
        and value.get("kind") == tmm.kind
        and _at(value, ("metadata", "name")) == tmm.name
        and _at(value, ("metadata", "annotations", HOOK)) == hook
        and "apiVersion" in value
    )


def _object(tmm: Target) -> Any:
    return tmm.at(tmm.base)
