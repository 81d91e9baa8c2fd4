"""A document and its changes -> the new text, proved: by splice, or where that is not safe, by a round trip."""

from __future__ import annotations

from postrender import limits
from postrender.errors import InputError, ProofFailed, TooLarge
from postrender.record import NamedTuple
from postrender.rules.finding import WARNING, Finding
from postrender.yamledit import marks, nodes, proof, splice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from postrender.yamledit.change import Change
    from postrender.yamledit.nodes import Node
    from postrender.yamledit.stream import Parsed


class Written(NamedTuple):
    """A document's new text, its root node, and what to know of it."""

    text: str
    root: Node
    findings: tuple[Finding, ...] = ()


def written(parsed: Parsed, changes: Sequence[Change]) -> Written:
    """Return the document with the changes made and proved.

    Raises InputError where the document cannot be edited without changing something else, and ProofFailed where we
    were about to write something that was not planned.
    """
    if not changes:
        return Written(parsed.text, parsed.root)
    require_same_lines(parsed)
    try:
        text = splice.splice(parsed.text, parsed.root, changes)
    except marks.Unsafe as unsafe:
        return _laid_out_anew(parsed, changes, unsafe)
    root = proof.require(parsed.root, text, changes)
    proof.require_framed(parsed.root, parsed.text, root, text)
    return Written(text, root)


def require_same_lines(parsed: Parsed) -> None:
    """Raise InputError where YAML 1.1 and 1.2 see other lines in a document: then nothing is done to or beside it."""
    if not nodes.SURPRISING_BREAKS.isdisjoint(parsed.text):
        sentence = "a NEL, U+2028 or U+2029 in a document to edit, which YAML 1.1 and 1.2 read differently"
        raise InputError(f"{sentence}; write it as an escape in double quotes", parsed.place())


def _laid_out_anew(parsed: Parsed, changes: Sequence[Change], unsafe: marks.Unsafe) -> Written:
    """Return the document edited the other way; refuse it where that changes anything that was not planned."""
    from postrender.yamledit import roundtrip

    if len(parsed.text) > limits.amounts[limits.LAYOUT]:
        sentence = f"cannot be edited in place: {unsafe.problem}; to lay it out anew, it has"
        raise TooLarge(f"{sentence} {limits.exceeded(limits.LAYOUT)}", parsed.place(unsafe.line, unsafe.column))
    place = parsed.place(unsafe.line, unsafe.column)
    if marks.ends_in_open_text(parsed.text, parsed.root):
        sentence = "the last text has no line break at its end, which YAML readers disagree about, and must move"
        raise InputError(f"{sentence}; end the stream with a line break", place)
    try:
        text = roundtrip.edit(parsed.text, parsed.root, changes)
        root = proof.require(parsed.root, text, changes)
        roundtrip.require_indented(text, root)
    except (roundtrip.Impossible, ProofFailed) as error:
        sentence = f"cannot be edited without changing something else: {unsafe.problem}"
        raise InputError(f"{sentence}; write it out in the chart's values or template", place) from error
    message = f"the document has a new layout, since it cannot be edited in place: {unsafe.problem}"
    return Written(text, root, (Finding("layout", WARNING, message, "its values are proved", place),))
