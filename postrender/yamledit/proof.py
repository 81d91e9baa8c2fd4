"""Parse again, compare with the plan. The only code that may say "written correctly".

It trusts nothing of the splice: original and edited document are walked side by side, as nodes. Where nothing is
planned, the two must be alike in kind, tag (or plainness), text, keys and order; where something is planned, the edited
one must say exactly that. So a difference is either a change of the plan, or the end of the run.
"""

from __future__ import annotations

from postrender.errors import ProofFailed
from postrender.yamledit import emit, nodes
from postrender.yamledit.change import ADD, APPEND, REMOVE, Change, pointer
from postrender.yamledit.lines import lines

BREAKS = ("\n", "\r")
BLANKS = (" ", "\t", "\r", "\n")

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from yaml.nodes import MappingNode

    from postrender.yamledit.nodes import Node, Path

    #: The plan as a tree: a change, or what is planned below each step. None: nothing is planned here.
    Plan = Change | dict[Any, Any] | None
    Seen = set[tuple[int, int]]


def require(before: Node, text: str, changes: Sequence[Change]) -> Node:
    """Return the root of `text`; raise ProofFailed unless it is the document `before` with exactly the changes made."""
    try:
        after = nodes.compose(text)
    except nodes.Unreadable as error:
        raise ProofFailed(f"the edited document is not YAML: {error.problem}") from error
    if after is None:
        raise _failure((), "vanished")
    _require_planned(before, after, _tree(changes), (), set())
    return after


def require_framed(before: Node, text: str, after: Node, edited: str) -> None:
    """Raise ProofFailed unless two texts stand alike in their stream: above the root, at the end marker, at the end.

    The trees cannot tell: without its `---`, a document would become part of the one above it. Where the first entry
    goes, the comments and blank lines below it come to stand above the root.
    """
    head, new_head = text[: before.start_mark.index], edited[: after.start_mark.index]
    below = lines(new_head[len(head) :])
    same_head = new_head.startswith(head) and all(line.lstrip()[:1] in ("", "#") for line in below)
    ended = edited.endswith(("\n", "\r")) or not text.endswith(("\n", "\r"))  # a blank ends no line
    same_end = _end_marker(text, before) == _end_marker(edited, after)
    _require(same_head and same_end and ended, (), "does not stand alone any more")


def _end_marker(text: str, root: Node) -> str:
    """Return what follows from the line of a document's `...` on."""
    at = text.find("...", root.start_mark.index)
    while at >= 0:
        if text[at - 1 : at] in BREAKS and text[at + 3 : at + 4] in (*BLANKS, ""):
            return text[at:]
        at = text.find("...", at + 1)
    return ""


def _tree(changes: Sequence[Change]) -> dict[Any, Any]:
    """Arrange changes by path. Additions behind the last item are many, so they are a list."""
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


def _require_planned(before: Node, after: Node | None, plan: Plan, path: Path, seen: Seen) -> None:
    """Compare one node, of which something may be planned."""
    if isinstance(plan, Change):
        return _require(emit.says(after, plan.value), path, "does not say what was planned")
    if plan is None:
        return _require(after is not None and _is_same(before, after, seen), path, "changed, which was not planned")
    if nodes.is_mapping(before) and nodes.is_mapping(after):
        return _require_same_map(before, after, plan, path, seen)
    _require(nodes.is_sequence(before) and nodes.is_sequence(after), path, "became something else")
    _require(after is not None and before.tag == after.tag, path, "got another tag")
    return _require_same_list(nodes.items(before), nodes.items(after), plan, path, seen)


def _is_same(before: Node, after: Node, seen: Seen) -> bool:
    """Tell whether two trees are alike. Aliases make graphs of them, so a pair of collections is walked only once."""
    pairs = [(before, after)]
    while pairs:  # plainly written: every node of the document comes by here
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


def _require_same_map(before: MappingNode, after: MappingNode, plan: dict[Any, Any], path: Path, seen: Seen) -> None:
    """Compare a map in which something is planned: what stays, in order, then what is new."""
    plan = {step: change[-1] if isinstance(change, list) else change for step, change in plan.items()}  # a key `-`
    kept = [(key, node) for key, node in before.value if not _is_removed(plan, key)]
    last = {key.value: number for number, (key, _) in enumerate(kept) if nodes.is_scalar(key)}
    new = [change for step, change in plan.items() if _is_new(step, change, last)]
    _require(before.tag == after.tag and len(after.value) == len(kept) + len(new), path, "has other keys than planned")
    for number, ((key, node), (new_key, new_node)) in enumerate(zip(kept, after.value, strict=False)):
        _require(_is_same(key, new_key, seen), path, "has another key than planned")
        planned = plan.get(key.value) if nodes.is_scalar(key) and last[key.value] == number else None
        _require_planned(node, new_node, planned, (*path, key.value), seen)
    _require_added(new, after.value[len(kept) :], in_order=not any(nodes.is_merge(key) for key, _ in before.value))
    left = {key.value for mapping in (after, *nodes.merged(after)) for key, _ in mapping.value if nodes.is_scalar(key)}
    for step, change in plan.items():
        _require(isinstance(change, Change) or step in last, (*path, step), "is not there to be changed")
        gone = not (isinstance(change, Change) and change.op == REMOVE) or step not in left
        _require(gone, (*path, step), "is still there, merged from elsewhere")


def _require_added(new: Sequence[Change], entries: Sequence[tuple[Node, Node]], *, in_order: bool) -> None:
    """Compare new keys with what was planned: a round trip writes those first that a merge key brings."""
    places = {key.value: number for number, (key, _) in enumerate(entries) if nodes.is_scalar(key)}
    for number, change in enumerate(new):
        at = number if in_order else places.get(change.path[-1], number)
        key, node = entries[at]
        _require(emit.says(key, change.path[-1]) and emit.says(node, change.value), change.path, "was not added")


def _is_removed(plan: dict[Any, Any], key: Node) -> bool:
    change = plan.get(key.value) if nodes.is_scalar(key) else None
    return isinstance(change, Change) and change.op == REMOVE


def _is_new(step: object, change: object, present: dict[str, int]) -> bool:
    return isinstance(change, Change) and change.op != REMOVE and step not in present


def _require_same_list(before: list[Node], after: list[Node], plan: dict[Any, Any], path: Path, seen: Seen) -> None:
    """Compare a list in which something is planned: what stays and what is inserted, in order, then what is new."""
    _require(all(step == APPEND or step in range(len(before)) for step in plan), path, "has no such item")
    expected = [*_expected_items(before, plan), *((None, change) for change in plan.get(APPEND, []))]
    _require(len(after) == len(expected), path, "has more or fewer items than planned")
    for number, ((old, planned), node) in enumerate(zip(expected, after, strict=True)):
        if old is None:
            _require(planned.op == ADD and emit.says(node, planned.value), path, "was not added to")
        else:
            _require_planned(old, node, planned, (*path, number), seen)


def _expected_items(before: list[Node], plan: dict[Any, Any]) -> Iterator[tuple[Node | None, Any]]:
    """Yield each item that must be there: an old one and what is planned for it, or None and what is inserted."""
    for number, node in enumerate(before):
        planned = plan.get(number)
        if isinstance(planned, Change) and planned.op == ADD:
            yield None, planned
            yield node, None
        elif not (isinstance(planned, Change) and planned.op == REMOVE):
            yield node, planned


def _require(holds: bool, path: Path, sentence: str) -> None:
    if not holds:
        raise _failure(path, sentence)


def _failure(path: Path, sentence: str) -> ProofFailed:
    return ProofFailed(f"{pointer(path) or '/'} {sentence}; this is a bug, please report it, nothing was written")
