"""Gives each finding a place in the input or the config (which the user has), never in the output.

A finding is about the converted stream. Its path is followed to the same value in the input; list items are matched by
name, because their numbers may change. If the config sets the value, the place is in the config. If the value is in
neither the input nor the config, the place is that of the nearest parent in the input.
"""

from __future__ import annotations

from postrender.errors import Place, dotted
from postrender.kubernetes.objects import FILENAME
from postrender.record import NamedTuple
from postrender.yamledit import nodes, stream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from postrender.config import Config
    from postrender.conversion.pipeline import Converted
    from postrender.rules.finding import Finding, Reference
    from postrender.yamledit.nodes import Node, Path


def of_user(converted: Converted, config: Config, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the findings, each with a place in the input or in the config."""
    pair = _Pair(converted, config, _Documents(converted.input), _Documents(converted.result))
    for finding in findings:
        reference = finding.document
        yield _of_object(pair, finding, reference) if reference is not None else finding


class _Items(NamedTuple):
    """A sequence: each item's name, how many items of that name precede it, and the indexes of the items by name."""

    names: list[str | None]
    earlier: list[int]
    numbers: dict[str, list[int]]


class _Documents:
    """The documents of a stream. Only the document that was last used is kept in parsed form.

    Successive findings often concern the same document, but all parsed documents would take 90 times as much memory as
    their text.
    """

    def __init__(self, manifests: stream.Stream) -> None:
        self._manifests = manifests
        self._number: int | None = None
        self._root: Node | None = None
        self._items: dict[int, _Items] = {}

    def root(self, number: int) -> Node | None:
        """Return the root of a document."""
        if number != self._number:
            parsed = stream.parse(self._manifests, self._manifests.documents[number])
            self._number, self._root, self._items = number, parsed.root if parsed else None, {}
        return self._root

    def items(self, sequence: Node | None) -> _Items:
        """Return the items of a sequence in the document that was last used."""
        if id(sequence) not in self._items:
            self._items[id(sequence)] = _items(sequence)
        return self._items[id(sequence)]


class _Pair(NamedTuple):
    """A conversion, its config, and the documents before and after it."""

    converted: Converted
    config: Config
    before: _Documents
    after: _Documents


def _items(sequence: Node | None) -> _Items:
    names = [nodes.text(nodes.get(it, "name")) for it in nodes.items(sequence)]
    earlier, numbers = [], dict[str, list[int]]()
    for number, name in enumerate(names):
        same = numbers.setdefault(name or "", [])
        earlier.append(len(same))
        same.append(number)
    return _Items(names, earlier, numbers)


def _of_object(pair: _Pair, finding: Finding, reference: Reference) -> Finding:
    converted, config = pair.converted, pair.config
    at = reference.number
    number = None if at is None else converted.number_before(at)
    if at is None or number is None:  # the conversion added this document
        added = finding._replace(document=reference._replace(number=None))
        return _on_config(added, _network(config, reference.name))
    moved = _path_before(converted, reference.path)
    before, after = pair.before.root(number), pair.after.root(at)
    node, path = _followed(pair, (before, after), moved, reference.path)
    of_input = finding._replace(document=reference._replace(number=number, path=path, base=path[: len(reference.base)]))
    given = _given(converted, config, reference)
    if given and _value(nodes.find(before, path)) != _value(nodes.find(after, reference.path)):
        return _on_config(of_input, given)
    return of_input._replace(place=_place(converted.input, number, before, node)._replace(path=dotted(path)))


def _place(manifests: stream.Stream, number: int, root: Node | None, node: Node | None) -> Place:
    """Return a node's place; for input from Helm 4, whose lines the user never sees, return only the template."""
    template = nodes.text(nodes.find(root, ("metadata", "annotations", FILENAME)))
    if template is not None and manifests.source == stream.STDIN:
        return Place(template)
    start = node.start_mark if node is not None else None
    line, column = (start.line, start.column) if start else (0, 0)
    return manifests.place(manifests.documents[number], line, column, "")


def _on_config(finding: Finding, path: str) -> Finding:
    return finding._replace(place=Place(path=path), in_config=True)


def _path_before(converted: Converted, path: Path) -> Path:
    """Return the path in the input for a path in the output: networks inserted into a list shift later items."""
    new, old = converted.tmm.base, converted.rendered.base
    at = len(old) - 1
    if new == old or path[:at] != old[:at] or len(path) <= at or int(path[at]) < int(new[at]):
        return path
    return (*path[:at], int(path[at]) - int(new[at]) + int(old[at]), *path[at + 1 :])


def _network(config: Config, name: str) -> str:
    return next((f"spec.networks[{at}]" for at, it in enumerate(config.networks) if it.name == name), "spec.networks")


def _followed(
    pair: _Pair, roots: tuple[Node | None, Node | None], path: Path, path_after: Path
) -> tuple[Node | None, Path]:
    """Return the deepest node that exists on a path in the input, and the path with the item numbers of the input."""
    before, after = roots
    for length, (step, step_after) in enumerate(zip(path, path_after, strict=True)):
        at: str | int | None = step
        if isinstance(step_after, int):
            at = _same_item(pair.before.items(before), pair.after.items(after), step_after, int(step))
        deeper = nodes.find(before, (at,)) if at is not None else None
        if at is None or deeper is None:
            break
        path = (*path[:length], at, *path[length + 1 :])
        before, after = deeper, nodes.find(after, (step_after,))
    return before, path


def _value(node: Node | None) -> str | None:
    """Return the text of a scalar, or of a variable's `value`."""
    return nodes.text(nodes.get(node, "value") if nodes.is_mapping(node) else node)


def _same_item(before: _Items, after: _Items, number: int, number_before: int) -> int | None:
    """Return the index in the input of an output item, or None if it is new; named items are matched by name."""
    name = after.names[number] if number < len(after.names) else None
    if name is None:
        return number_before
    same, earlier = before.numbers.get(name, []), after.earlier[number]
    return same[earlier] if earlier < len(same) else None


def _given(converted: Converted, config: Config, reference: Reference) -> str:
    """Return the config's field that sets a value of the TMM; an empty string if no field sets it."""
    tmm = converted.tmm
    changed = (change.path for number, change in converted.patched if number == reference.number)
    if any(reference.path[: len(path)] == path for path in changed):
        return "spec.patches"
    if reference.number != tmm.parsed.document.number:
        return ""
    env, resources = len(tmm.env), len(tmm.resources)
    if reference.path[:env] == tmm.env and len(reference.path) > env:
        name = nodes.text(nodes.get(tmm.at(reference.path[: env + 1]), "name"))
        return f"spec.tmm.env.{name}" if name in dict(config.tmm.env) else ""
    if reference.path[:resources] == tmm.resources and len(reference.path) > resources + 1:
        name = str(reference.path[resources + 1])
        return f"spec.tmm.resources.{name}" if name in dict(config.tmm.resources) else ""
    return "spec.networks" if reference.path == tmm.networks else ""
