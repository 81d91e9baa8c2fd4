"""Edits a document in place or, if that is not safe, by a round trip, and compares the result with the plan."""

from __future__ import annotations

from postrender.errors import NOWHERE, InputError, TooLarge
from postrender.record import NamedTuple
from postrender.yamledit import marks, nodes, proof, splice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from postrender.errors import Place
    from postrender.yamledit.change import Change
    from postrender.yamledit.nodes import Node
    from postrender.yamledit.stream import Parsed


class Edited(NamedTuple):
    """A document's new text and root node; if the document was reformatted, also the cause and its place."""

    text: str
    root: Node
    new_layout: str = ""
    place: Place = NOWHERE


def apply(parsed: Parsed, changes: Sequence[Change]) -> Edited:
    """Return the document with the changes applied and checked.

    Raises InputError if the document cannot be edited without changing something else, and ProofFailed if the
    result differs from the plan.
    """
    if not changes:
        return Edited(parsed.text, parsed.root)
    require_same_lines(parsed)
    try:
        text = splice.splice(parsed.text, parsed.root, changes)
    except marks.Unsafe as unsafe:
        return _laid_out_anew(parsed, changes, unsafe)
    root = proof.require(parsed.root, text, changes)
    proof.require_framed(parsed.root, parsed.text, root, text)
    return Edited(text, root)


def require_same_lines(parsed: Parsed) -> None:
    """Raise InputError if YAML 1.1 and 1.2 disagree on where the lines of a document end."""
    if nodes.has_surprising_breaks(parsed.text):
        sentence = "the document to edit contains a NEL, U+2028 or U+2029, which YAML 1.1 and 1.2 read differently"
        raise InputError(f"{sentence}; write it as an escape in double quotes", parsed.place())


def _laid_out_anew(parsed: Parsed, changes: Sequence[Change], unsafe: marks.Unsafe) -> Edited:
    """Return the document, edited by a round trip; raise InputError if this would make an unplanned change."""
    from postrender.yamledit import roundtrip

    place, limits = parsed.place(unsafe.line, unsafe.column), parsed.stream.limits
    if len(parsed.text) > limits.layout_size:
        sentence = f"cannot be edited in place ({unsafe.problem}) or reformatted: it has"
        raise TooLarge(f"{sentence} {limits.exceeded('layout_size')}", place)
    if marks.ends_in_open_text(parsed.text, parsed.root):
        sentence = "the last block scalar must be moved, but has no line break at its end"
        raise InputError(f"{sentence}, which YAML readers treat differently; end the stream with a line break", place)
    try:
        text = roundtrip.edit(parsed.text, parsed.root, changes)
        root = _proved(parsed.root, text, changes)
    except roundtrip.Impossible as error:
        sentence = f"cannot be edited without changing something else: {unsafe.problem}"
        raise InputError(f"{sentence}; write the value out in full in the chart's values or template", place) from error
    return Edited(text, root, unsafe.problem, place)


def _proved(before: Node, text: str, changes: Sequence[Change]) -> Node:
    """Return the root of a round trip's result; raise Impossible if the result differs from the plan."""
    from postrender.yamledit import roundtrip

    node = proof.compare(before, text, changes)
    if isinstance(node, proof.Difference):
        raise roundtrip.Impossible(str(node))
    roundtrip.require_indented(text, node)
    return node
