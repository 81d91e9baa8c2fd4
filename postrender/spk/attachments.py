"""Reads a TMM's networks from an annotation (for Multus or Robin), or from a CNEInstance or BNKGatewayClass.

Source: Network Plumbing Working Group, Kubernetes Network Custom Resource Definition De-facto Standard.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.kubernetes import LABEL_LENGTH
from postrender.record import NamedTuple
from postrender.yamledit import nodes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from postrender.spk.target import Target
    from postrender.yamledit.nodes import Node

MACVLAN = "macvlan"


class Attachment(NamedTuple):
    """A reference to a network: its name, and its namespace and interface if they are given."""

    name: str
    namespace: str | None = None
    interface: str | None = None


def read(tmm: Target) -> tuple[Attachment, ...]:
    """Return the networks in order; raise ValueError if the annotation starts like JSON but is not valid JSON."""
    return next(filter(None, (_listed(tmm.at(path)) for path in tmm.lists)), ())


def parse(written: str) -> tuple[Attachment, ...]:
    """Return the networks of an annotation; raise ValueError if it starts like JSON but is not valid JSON."""
    is_json = written.lstrip()[:1] in ("[", "{")
    return tuple(_of_json(written)) if is_json else _read(written.split(","))


def on_macvlan(name: str) -> str:
    """Return a new name for a network on macvlan, because its SR-IOV definition may still have the old name."""
    if MACVLAN in name:
        return name
    renamed = name.replace("sriov", MACVLAN)
    return renamed if renamed != name else f"{name[: LABEL_LENGTH - len(MACVLAN) - 1].rstrip('-')}-{MACVLAN}"


def is_internal(name: str) -> bool | None:
    """Report whether a network is internal, according to its name; return None if the name does not show it."""
    external, internal = (side in name for side in ("external", "internal"))
    return internal if external != internal else None


def _listed(node: Node | None) -> tuple[Attachment, ...]:
    if nodes.is_sequence(node):  # the list of a CNEInstance or BNKGatewayClass has no namespaces
        return _read(nodes.text(item) or "" for item in nodes.items(node))
    return () if node is None or nodes.is_null(node) else parse(nodes.text(node) or "")


def _read(references: Iterable[str]) -> tuple[Attachment, ...]:
    return tuple(map(_reference, filter(None, map(str.strip, references))))


def _reference(written: str) -> Attachment:
    namespace, _, rest = written.rpartition("/")
    name, _, interface = rest.partition("@")
    return Attachment(name, namespace or None, interface or None)


def _of_json(written: str) -> Iterator[Attachment]:
    """Yield the networks of an annotation that is JSON; values that are not strings are ignored."""
    import json

    try:
        listed = json.loads(written)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    for entry in listed if isinstance(listed, list) else [listed]:
        if isinstance(entry, dict) and isinstance(entry.get("name"), str):
            said = (entry.get(key) for key in ("namespace", "interface"))
            yield Attachment(entry["name"], *(value if isinstance(value, str) else None for value in said))
