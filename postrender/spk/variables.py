"""Changes to the TMM container's environment, as several rules need them.

A chart renders some names twice (its own default, then the user's), and the last one wins at run time: therefore every
entry of a name is changed. An entry with `valueFrom` loses it when it gets a `value`; the API server takes only one.
"""

from __future__ import annotations

from postrender.yamledit import nodes
from postrender.yamledit.change import ADD, APPEND, REMOVE, Change, put

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from postrender.spk.target import Target
    from postrender.yamledit.nodes import Node


def entries(target: Target) -> Iterator[tuple[int, str, Node]]:
    """Yield index, name and node of every variable on the TMM container."""
    for index, node in enumerate(nodes.items(target.at(target.env))):
        yield index, nodes.text(nodes.get(node, "name")) or "", node


def assign(target: Target, name: str, value: str, rule: str, reason: str) -> Iterator[Change]:
    """Give a variable a value, wherever it is, or append it."""
    found = [(index, node) for index, entry, node in entries(target) if entry == name]
    for index, node in found:
        path = (*target.env, index)
        if nodes.get(node, "valueFrom") is not None:
            yield Change(REMOVE, (*path, "valueFrom"), None, rule, "an entry has either value or valueFrom")
        yield from put(target.parsed.root, (*path, "value"), value, rule, reason)
    if not found:
        yield Change(ADD, (*target.env, APPEND), {"name": name, "value": value}, rule, reason)


def drop(target: Target, unwanted: Callable[[str], bool], rule: str, reason: str) -> Iterator[Change]:
    """Remove every variable whose name is unwanted."""
    for index, name, _ in entries(target):
        if unwanted(name):
            yield Change(REMOVE, (*target.env, index), None, rule, reason)
