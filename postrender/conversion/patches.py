"""The user's own patches, applied last: RFC 6902 operations on any document, by the same splice and proof.

The library jsonpatch computes the result of an operation; the splice writes it, so comments stay; then the written
document is read again and compared with the library's result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.config.patches import Operation
from postrender.errors import NAME, InputError, NoTarget, ProofFailed, brief, marked, quoted
from postrender.kubernetes import selector
from postrender.kubernetes.objects import Object, objects
from postrender.record import NamedTuple
from postrender.rules.finding import of_new_layout
from postrender.yamledit import edit, emit, nodes, search, stream
from postrender.yamledit.change import ADD, APPEND, REMOVE, REPLACE, Change, keys_of
from postrender.yamledit.join import Piece, insert

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from postrender.config.patches import Patch
    from postrender.errors import Place
    from postrender.kubernetes.selector import Selector
    from postrender.rules.finding import Finding
    from postrender.yamledit.nodes import Node, Path
    from postrender.yamledit.stream import Parsed, Stream

ID = "patches"
MAX_DIGITS = 300  #: of a number; a longer number is text


class PatchedDocument(NamedTuple):
    """A document between two patches, the changes made so far, and the findings on it."""

    parsed: Parsed
    place: Place  #: of the document in the user's input
    changes: tuple[Change, ...] = ()
    findings: tuple[Finding, ...] = ()


class PatchedStream(NamedTuple):
    """A patched stream, the changes that were made (each with the document's number), and findings."""

    stream: Stream
    changes: tuple[tuple[int, Change], ...]
    findings: tuple[Finding, ...]


def apply(
    manifests: Stream,
    patches: Sequence[Patch],
    place_of: Callable[[int], Place] | None = None,
    include_hooks: bool = False,
) -> PatchedStream:
    """Apply every patch to every document that it matches; raise NoTarget if it matches none, InputError on failure.

    The place of an error is the document's place in the stream, or the result of `place_of` for its number. Hooks stay
    as they are, unless they are included.
    """
    done = PatchedStream(manifests, (), ())
    for number, patch in enumerate(patches):
        more = apply_one(done.stream, patch, number, place_of, include_hooks)
        done = PatchedStream(more.stream, (*done.changes, *more.changes), (*done.findings, *more.findings))
    return done


def apply_one(
    manifests: Stream,
    patch: Patch,
    number: int,
    place_of: Callable[[int], Place] | None = None,
    include_hooks: bool = False,
) -> PatchedStream:
    """Apply the config's patch with this number to every document that it matches; raise what `apply` raises."""
    where = f"spec.patches[{number}]"
    pieces: list[Piece] = []
    changes: list[tuple[int, Change]] = []
    findings: list[Finding] = []
    for parsed, bases in _targets(manifests, patch.target, where, include_hooks):
        stream.require_countable(parsed)
        place = place_of(parsed.document.number) if place_of else parsed.place()
        edited = _patched(PatchedDocument(parsed, place), bases, patch, where)
        pieces.append(Piece(parsed.document, edited.parsed.text, edited.parsed.root))
        changes += ((parsed.document.number, change) for change in edited.changes)
        findings += edited.findings
    if not pieces:
        hook = not include_hooks and next(_targets(manifests, patch.target, where, include_hooks=True), None)
        advice = "; a hook does: use --include-hooks" if hook else ""
        raise NoTarget(f"{where}: no document in the stream matches its target ({quoted(patch.target)}){advice}")
    return PatchedStream(insert(manifests, pieces), tuple(changes), tuple(findings))


def _targets(
    manifests: Stream, wanted: Selector, where: str, include_hooks: bool
) -> Iterator[tuple[Parsed, list[Path]]]:
    """Yield each document with objects that a selector matches, and their paths in it."""
    words = [it for it in (wanted.kind, wanted.name) if it.replace("-", "").isalnum()]  # plain words, not expressions
    for parsed in stream.composable(manifests, search.holding(manifests, *words)):
        try:
            bases = [it.base for it in _meant(parsed, wanted) if include_hooks or not it.is_hook]
        except selector.Endless as endless:
            raise InputError(f"{where}.target: {endless}", parsed.place()) from None
        if bases:
            yield parsed, bases


def _meant(parsed: Parsed, wanted: Selector) -> list[Object]:
    """Return the objects in a document that a selector matches."""
    return [obj for obj in objects(parsed) if selector.matches(wanted, selector.identity(obj))]


def _patched(edited: PatchedDocument, bases: Sequence[Path], patch: Patch, where: str) -> PatchedDocument:
    for base in bases:
        for number, operation in enumerate(patch.operations):
            edited = _apply_operation(edited, base, operation, f"{where}.patch[{number}]")
    return edited


def _apply_operation(edited: PatchedDocument, base: Path, operation: Operation, where: str) -> PatchedDocument:
    """Apply one operation to an object; the result must equal the library's."""
    before = nodes.find(edited.parsed.root, base)
    obj = Object(edited.parsed, base, before or edited.parsed.root)
    try:
        expected = _library(value_of(before), operation)
    except _Fails as failure:
        sentence = f"{operation.op} {brief(operation.path, NAME)} of {marked(obj.title)} {failure}"
        raise InputError(f"{where}: {sentence}", edited.place) from None
    for step in _elementary(before, operation):
        edited = _written(edited, base, step)
        stream.require_small(edited.parsed)  # a copy of a copy doubles the document
    if value_of(nodes.find(edited.parsed.root, base)) != expected:
        raise ProofFailed(f"{where} was not written as planned; nothing was written; this is a bug, please report it")
    return edited


def _written(edited: PatchedDocument, base: Path, step: Operation) -> PatchedDocument:
    changes = tuple(_change(nodes.find(edited.parsed.root, base), base, step))
    done = edit.apply(edited.parsed, changes)
    parsed = edited.parsed._replace(text=done.text, root=done.root)
    findings = (*edited.findings, *of_new_layout(done))
    return edited._replace(parsed=parsed, changes=(*edited.changes, *changes), findings=findings)


class _Fails(Exception):
    """The reason why the library refuses an operation."""


def _library(value: Any, operation: Operation) -> Any:
    """Return the library's result of an operation."""
    import jsonpatch
    import jsonpointer

    words = {"op": operation.op, "path": operation.path, "value": operation.value, "from": operation.source}
    try:
        return jsonpatch.apply_patch(value, [words])
    except jsonpatch.JsonPatchTestFailed:
        raise _Fails("failed") from None
    except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException) as error:
        raise _Fails(f"fails: {quoted(error)}") from None


def _elementary(root: Node | None, operation: Operation) -> list[Operation]:
    """Return an operation as additions, replacements and removals: a move is a removal, then an addition."""
    if operation.op == "test":
        return []
    if operation.op not in ("move", "copy"):
        return [operation]
    source = nodes.find(root, _steps(root, operation.source))
    moved = f"{operation.op} {brief(operation.source, NAME)}"
    if source is not None and not is_json(source):
        raise InputError(f"{moved}: YAML 1.1 and 1.2 read the value there differently; use add instead")
    if source is not None and any(map(_is_bare, nodes.walk(source))):
        raise InputError(f"{moved}: kustomize reads the empty value there as a text; use add instead")
    value = value_of(source)
    added = Operation(ADD, operation.path, value)
    return [Operation(REMOVE, operation.source), added] if operation.op == "move" else [added]


def _is_bare(node: Node) -> bool:
    """Report whether nothing is written where a value should be: a null, and to kustomize an empty text."""
    return nodes.is_scalar(node) and node.tag == nodes.PLAIN and not node.value


def _change(root: Node | None, base: Path, operation: Operation) -> Iterator[Change]:
    """Yield the change that an elementary operation makes; none if the document already has that value."""
    path = _steps(root, operation.path)
    present = nodes.find(root, path)
    inserts = operation.op == ADD and (present is None or isinstance(path[-1], int))
    if operation.op == REMOVE or inserts or not emit.says(present, operation.value):
        op = operation.op if operation.op == REMOVE or inserts else REPLACE
        yield Change(op, (*base, *path), operation.value, ID, f"{operation.op} of spec.patches")


def _steps(node: Node | None, pointer: str) -> Path:
    """Return a JSON pointer as a path; a step in a list is a number, and `-` or the list's length appends."""
    steps: list[str | int] = []
    for key in keys_of(pointer):
        step: str | int = key
        if nodes.is_sequence(node) and step != APPEND:
            step = APPEND if int(step) == len(node.value) else int(step)
        steps.append(step)
        node = nodes.find(node, (step,))
    return tuple(steps)


def value_of(node: Node | None) -> Any:
    """Return a node as a JSON value, with merge keys applied. An ambiguous plain scalar becomes a string."""
    if nodes.is_mapping(node):
        sources = [*reversed([*nodes.merge_sources(node)]), node]  # the winning one last
        pairs = (pair for source in sources for pair in source.value if not nodes.is_merge(pair[0]))
        return {str(key.value): value_of(value) for key, value in pairs}
    if nodes.is_sequence(node):
        return [value_of(item) for item in node.value]
    if nodes.is_null(node) or not nodes.is_scalar(node):
        return None
    return _number_or_text(node.value) if node.tag == nodes.PLAIN else node.value


def is_json(node: Node) -> bool:
    """Report whether every YAML reader sees the same JSON value in a node."""
    if not nodes.is_scalar(node):
        return node.tag in ("mapping", "sequence") and all(map(is_json, nodes.children(node)))
    if node.tag != nodes.PLAIN:
        return node.tag == nodes.STRING
    return nodes.is_null(node) or emit.is_string_to_all(node.value) or not isinstance(_number_or_text(node.value), str)


def _number_or_text(text: str) -> object:
    if text in ("true", "false"):
        return text == "true"
    if not text.isascii() or text[:1] not in "-0123456789" or len(text) > MAX_DIGITS:
        return text
    for kind in (int, float):
        try:
            number = kind(text)
        except ValueError:
            continue
        return number if emit.scalar(number) == text else text
    return text
