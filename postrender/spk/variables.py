"""Makes the changes that several rules need in the TMM container's environment variables.

A chart renders some variables twice (its own default, then the user's value), and the last entry wins at run time.
Server-side apply refuses a repeated name. A three-way merge matches entries by name and changes only one of them, so
the old value may end up last. The conversion therefore keeps only one entry of each variable that it sets. If an entry
with `valueFrom` gets a `value`, `valueFrom` is removed, because the API server accepts only one of the two. Source:
Kubernetes 1.36 with Helm 3.19 and 4.3.
"""

from __future__ import annotations

from postrender.yamledit import nodes
from postrender.yamledit.change import ADD, APPEND, REMOVE, Change, put

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from postrender.spk.target import Target
    from postrender.yamledit.nodes import Node


def entries(target: Target) -> Iterator[tuple[int, str, Node]]:
    """Yield the index, name and node of every variable of the TMM container."""
    for index, node in enumerate(nodes.items(target.at(target.env))):
        yield index, nodes.text(nodes.get(node, "name")) or "", node


def assign(target: Target, values: Iterable[tuple[str, str]], rule: str, reason: str) -> Iterator[Change]:
    """Yield the changes that set variables.

    A variable is set in its first entry, because later variables may refer to it. A missing variable is appended.
    """
    present: dict[str, list[tuple[int, Node]]] = {}
    for index, entry, node in entries(target):
        present.setdefault(entry, []).append((index, node))
    for name, value in values:
        yield from _assign_one(target, present.get(name, []), name, value, rule, reason)


def _assign_one(  # noqa: PLR0913, PLR0917
    target: Target, present: Sequence[tuple[int, Node]], name: str, value: str, rule: str, reason: str
) -> Iterator[Change]:
    """Yield the changes that set one variable; `present` lists the entries that it already has."""
    if not present:
        yield Change(ADD, (*target.env, APPEND), {"name": name, "value": value}, rule, reason)
        return
    (index, node), *repeated = present
    path = (*target.env, index)
    if nodes.get(node, "valueFrom") is not None:
        yield Change(REMOVE, (*path, "valueFrom"), None, rule, "an entry has either value or valueFrom, not both")
    yield from put(target.parsed.root, (*path, "value"), value, rule, reason)
    for index, _ in repeated:
        yield Change(REMOVE, (*target.env, index), None, rule, f"{name} is listed more than once", is_repeated=True)


def drop(target: Target, unwanted: Callable[[str], bool], rule: str, reason: str) -> Iterator[Change]:
    """Yield the changes that remove every variable whose name is unwanted."""
    for index, name, _ in entries(target):
        if unwanted(name):
            yield Change(REMOVE, (*target.env, index), None, rule, reason)
