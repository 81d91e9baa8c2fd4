"""Plans the changes to a TMM, in an order in which they can also be applied one by one."""

from __future__ import annotations

from postrender.errors import InputError, brief, dotted
from postrender.rules import CHANGE
from postrender.rules.registry import RULES
from postrender.rules.subject import Subject
from postrender.yamledit import nodes
from postrender.yamledit.change import ADD, APPEND, REMOVE, Change

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from postrender.config import Config
    from postrender.spk.target import Target
    from postrender.yamledit.nodes import Node, Path


CHANGING = tuple(rule for rule in RULES if rule.level == CHANGE)


def plan(target: Target, config: Config) -> tuple[Change, ...]:
    """Return the changes that the rules make to the TMM's document or to a values file."""
    changes = collect(target, config)
    _require_collections(target, changes)
    return tuple(_fold_missing_parents(target.parsed.root, _ordered(changes)))


def collect(target: Target, config: Config) -> list[Change]:
    """Return the changes of each rule, in the order of the rules."""
    subject = Subject(config, target)
    return [change for rule in CHANGING if rule.concerns(subject) for change in rule.changes(subject)]


def _ordered(changes: list[Change]) -> list[Change]:
    """Return the changes sorted so that the original list indexes stay valid when the changes are applied one by one.

    In-place changes come first, then removals of list items from the last to the first, then new items by name.
    """
    removed = [change for change in changes if _removes_an_item(change)]
    appended = [change for change in changes if change.path[-1] == APPEND]
    in_place = [change for change in changes if not _removes_an_item(change) and change.path[-1] != APPEND]
    removed.sort(key=lambda change: int(change.path[-1]), reverse=True)
    return [*in_place, *removed, *sorted(appended, key=_name_of_item)]


def _removes_an_item(change: Change) -> bool:
    return change.op == REMOVE and isinstance(change.path[-1], int)


def _name_of_item(change: Change) -> str:
    return str(change.value["name"]) if isinstance(change.value, dict) else ""


def _require_collections(target: Target, changes: Iterable[Change]) -> None:
    """Raise InputError for a change below a node of the wrong kind, such as `env: none` or a list of annotations."""
    for change in changes:
        node: Node | None = target.parsed.root
        for length, step in enumerate(change.path):
            node = nodes.find(node, change.path[length - 1 : length]) if length else node
            if node is None or nodes.is_null(node):
                break
            wanted = "list" if isinstance(step, int) or step == APPEND else "map"
            if _kind(node) != wanted:
                raise _another_kind(target, change.path[:length], node, wanted)


def _another_kind(target: Target, path: Path, node: Node, wanted: str) -> InputError:
    place = target.parsed.place_of(node, dotted(path))
    shown = (brief(node.value) or "an empty string") if nodes.is_scalar(node) else f"a {_kind(node)}"
    return InputError(f"is {shown}, but must be a {wanted}; fix the chart's values", place)


def _kind(node: Node) -> str:
    return "map" if nodes.is_mapping(node) else "list" if nodes.is_sequence(node) else "scalar"


def _fold_missing_parents(root: Node | None, changes: Iterable[Change]) -> Iterator[Change]:
    """Yield the changes, but combine all additions below a missing or null parent into one addition of that parent."""
    folded: dict[Path, Change] = {}
    for change in changes:
        parent = _missing_parent(root, change.path)
        if parent is None:
            yield change
            continue
        value = _wrapped(change.path[len(parent) :], change.value)
        first = folded.get(parent)
        folded[parent] = (
            Change(ADD, parent, value, change.rule, change.reason)
            if first is None
            else first._replace(value=_merged(first.value, value), reason=_both(first.reason, change.reason))
        )
    yield from folded.values()


def _missing_parent(root: Node | None, path: Path) -> Path | None:
    node = root
    for length in range(1, len(path)):
        node = nodes.find(node, path[length - 1 : length])
        if node is None or nodes.is_null(node):
            return path[:length]
    return None


def _wrapped(path: Path, value: object) -> object:
    for step in reversed(path):
        value = [value] if step == APPEND else {step: value}
    return value


def _merged(first: Any, second: Any) -> object:
    if isinstance(first, list):
        return [*first, *second]
    shared = {key: _merged(first[key], value) for key, value in second.items() if key in first}
    return {**first, **second, **shared}


def _both(first: str, second: str) -> str:
    return first if second in first else f"{first}; {second}"
