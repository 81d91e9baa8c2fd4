"""Parses an edited document again and compares it with the plan, to decide whether the edit is correct.

The comparison does not rely on the code that edits: it compares the original and the edited document node by node.
Nodes without a planned change must have the same kind, tag, text, keys and order in both documents; a scalar without a
tag must also stay quoted or unquoted. A node with a planned change must have exactly the planned value. If the document
was edited in place, any other difference is a bug; if ruamel.yaml wrote it anew (`roundtrip`), the input is refused.
`join` checks the stream around the document.
"""

from __future__ import annotations

from postrender.errors import NAME, ProofFailed, brief
from postrender.record import NamedTuple
from postrender.yamledit import emit, nodes
from postrender.yamledit.change import ADD, APPEND, REMOVE, Change, pointer

BREAKS = ("\n", "\r")
BLANKS = (" ", "\t", "\r", "\n")

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from yaml.nodes import MappingNode

    from postrender.yamledit.nodes import Node, Path

    #: The plan for a node: a change, or a plan for each step below the node. None means that no change is planned.
    Plan = Change | dict[Any, Any] | None
    Seen = set[tuple[int, int]]


class Difference(NamedTuple):
    """A path at which the text differs from the plan, and how it differs."""

    path: Path
    sentence: str

    def __str__(self) -> str:
        return f"{brief(pointer(self.path), NAME) or '/'} {self.sentence}"


def compare(before: Node, text: str, changes: Sequence[Change]) -> Node | Difference:
    """Return the root of `text` if it is `before` with exactly these changes, otherwise the first Difference."""
    try:
        after = nodes.compose(text)
    except nodes.Unreadable as error:
        return Difference((), f"is no longer valid YAML: {error.problem}")
    if after is None:
        return Difference((), "vanished")
    return next(_planned_differences(before, after, _tree(changes), (), set()), None) or after


def require(before: Node, text: str, changes: Sequence[Change]) -> Node:
    """Return the root of an edited text; raise ProofFailed if the text differs from the plan."""
    node = compare(before, text, changes)
    if isinstance(node, Difference):
        raise bug(node)
    return node


def require_framed(before: Node, text: str, after: Node, edited: str) -> None:
    """Raise ProofFailed if an edit has changed the text above the root, the end marker or the final line break.

    The trees do not show these parts, but without its `---`, for example, a document would become part of the document
    above it. If the first entry is removed, the comments and blank lines below it may move above the root.
    """
    head, new_head = text[: before.start_mark.index], edited[: after.start_mark.index]
    below = nodes.lines(new_head[len(head) :])
    same_head = new_head.startswith(head) and all(line.lstrip()[:1] in ("", "#") for line in below)
    ended = edited.endswith(("\n", "\r")) or not text.endswith(("\n", "\r"))  # a space at the end is not a line break
    same_end = _end_marker(text, before) == _end_marker(edited, after)
    if not (same_head and same_end and ended):
        raise bug(Difference((), "is no longer separate from the documents around it"))


def bug(difference: object) -> ProofFailed:
    """Return the error for a result that differs from the plan."""
    return ProofFailed(f"{difference}; nothing was written; this is a bug, please report it")


def _end_marker(text: str, root: Node) -> str:
    """Return the text from a document's `...` line on, or an empty string if there is none."""
    at = text.find("...", root.start_mark.index)
    while at >= 0:
        if text[at - 1 : at] in BREAKS and text[at + 3 : at + 4] in (*BLANKS, ""):
            return text[at:]
        at = text.find("...", at + 1)
    return ""


def _tree(changes: Sequence[Change]) -> dict[Any, Any]:
    """Return the changes as a tree by path. Items to append are in a list, because there may be several."""
    tree: dict[Any, Any] = {}
    for change in changes:
        branch = tree
        for step in change.path[:-1]:
            branch = branch.setdefault(step, {})
        if change.path[-1] == APPEND:
            branch.setdefault(APPEND, []).append(change)
        else:
            branch[change.path[-1]] = change
    return tree


def _planned_differences(before: Node, after: Node | None, plan: Plan, path: Path, seen: Seen) -> Iterator[Difference]:
    """Yield the differences between an edited node and the plan for it."""
    if isinstance(plan, Change):
        if not emit.says(after, plan.value):
            yield Difference(path, "does not have the planned value")
    elif plan is None:
        if after is None or not _is_same(before, after, seen):
            yield Difference(path, "changed, although no change was planned")
    elif nodes.is_mapping(before) and nodes.is_mapping(after):
        yield from _map_differences(before, after, plan, path, seen)
    elif not (nodes.is_sequence(before) and nodes.is_sequence(after)):
        yield Difference(path, "became another kind of node")
    elif before.tag != after.tag:
        yield Difference(path, "got another tag")
    else:
        yield from _list_differences(nodes.items(before), nodes.items(after), plan, path, seen)


def _is_same(before: Node, after: Node, seen: Seen) -> bool:
    """Report whether two trees are equal. Aliases can make them graphs, so each pair of collections is visited once."""
    pairs = [(before, after)]
    while pairs:  # kept simple, because it runs for every node of the document
        one, other = pairs.pop()
        parts, others = one.value, other.value
        if one.tag != other.tag or one.id != other.id or len(parts) != len(others):
            return False
        if one.id == "scalar":
            if parts != others:
                return False
        elif (id(one), id(other)) not in seen:
            seen.add((id(one), id(other)))
            if one.id == "mapping":
                for (key, value), (other_key, other_value) in zip(parts, others, strict=True):
                    pairs += ((key, other_key), (value, other_value))
            else:
                pairs += zip(parts, others, strict=True)
    return True


def _map_differences(
    before: MappingNode, after: MappingNode, plan: dict[Any, Any], path: Path, seen: Seen
) -> Iterator[Difference]:
    """Yield the differences of a map from its plan, which expects the remaining keys in order, then the new keys."""
    # A map can have the key `-`, for which `_tree` makes a list of changes.
    plan = {step: change[-1] if isinstance(change, list) else change for step, change in plan.items()}
    kept = [(key, node) for key, node in before.value if not _is_removed(plan, key)]
    last = {key.value: number for number, (key, _) in enumerate(kept) if nodes.is_scalar(key)}
    new = [change for step, change in plan.items() if _is_new(step, change, last)]
    if before.tag != after.tag or len(after.value) != len(kept) + len(new):
        yield Difference(path, "has keys that were not planned")
        return
    for number, ((key, node), (new_key, new_node)) in enumerate(zip(kept, after.value, strict=False)):
        if not _is_same(key, new_key, seen):
            yield Difference(path, "has a key that was not planned")
        planned = plan.get(key.value) if nodes.is_scalar(key) and last[key.value] == number else None
        yield from _planned_differences(node, new_node, planned, (*path, key.value), seen)
    in_order = not any(nodes.is_merge(key) for key, _ in before.value)
    yield from _addition_differences(new, after.value[len(kept) :], in_order=in_order)
    yield from _leftover_differences(after, plan, last, path)


def _addition_differences(
    new: Sequence[Change], entries: Sequence[tuple[Node, Node]], *, in_order: bool
) -> Iterator[Difference]:
    """Yield a difference for each new key that is not as planned; in a map with a merge key, the order may differ."""
    places = {key.value: number for number, (key, _) in enumerate(entries) if nodes.is_scalar(key)}
    for number, change in enumerate(new):
        at = number if in_order else places.get(change.path[-1], number)
        key, node = entries[at]
        if not (emit.says(key, change.path[-1]) and emit.says(node, change.value)):
            yield Difference(change.path, "was not added")


def _leftover_differences(
    after: MappingNode, plan: dict[Any, Any], kept: dict[str, int], path: Path
) -> Iterator[Difference]:
    """Yield a difference for each change below a missing key, and for each removed key that a merge still supplies."""
    left = {
        key.value
        for mapping in (after, *nodes.merge_sources(after))
        for key, _ in mapping.value
        if nodes.is_scalar(key)
    }
    for step, change in plan.items():
        if not isinstance(change, Change) and step not in kept:
            yield Difference((*path, step), "does not exist, so it cannot be changed")
        if isinstance(change, Change) and change.op == REMOVE and step in left:
            yield Difference((*path, step), "still exists, through a merge key")


def _is_removed(plan: dict[Any, Any], key: Node) -> bool:
    change = plan.get(key.value) if nodes.is_scalar(key) else None
    return isinstance(change, Change) and change.op == REMOVE


def _is_new(step: object, change: object, present: dict[str, int]) -> bool:
    return isinstance(change, Change) and change.op != REMOVE and step not in present


def _list_differences(
    before: list[Node], after: list[Node], plan: dict[Any, Any], path: Path, seen: Seen
) -> Iterator[Difference]:
    """Yield the differences of a list from its plan, which expects the items in order, with appended items last."""
    if not all(step == APPEND or step in range(len(before)) for step in plan):
        yield Difference(path, "has no item at a planned position")
        return
    expected = [*_expected_items(before, plan), *((None, change) for change in plan.get(APPEND, []))]
    if len(after) != len(expected):
        yield Difference(path, "has more or fewer items than planned")
        return
    for number, ((old, planned), node) in enumerate(zip(expected, after, strict=True)):
        if old is not None:
            yield from _planned_differences(old, node, planned, (*path, number), seen)
        elif planned.op != ADD or not emit.says(node, planned.value):
            yield Difference(path, "does not have the added item")


def _expected_items(before: list[Node], plan: dict[Any, Any]) -> Iterator[tuple[Node | None, Any]]:
    """Yield a pair for each expected item: a node of `before` and its plan, or None and the change that adds it."""
    for number, node in enumerate(before):
        planned = plan.get(number)
        if isinstance(planned, Change) and planned.op == ADD:
            yield None, planned
            yield node, None
        elif not (isinstance(planned, Change) and planned.op == REMOVE):
            yield node, planned
