"""The parts of a cluster (nodes, zones) that each TMM must have to itself, according to the pod's anti-affinity.

Source: Kubernetes, Assigning Pods to Nodes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.errors import full_name
from postrender.kubernetes import requirement
from postrender.record import NamedTuple
from postrender.yamledit import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.subject import Subject
    from postrender.yamledit.nodes import Node, Path

TEMPLATE: Path = ("spec", "template")
REQUIRED: Path = (*TEMPLATE, "spec", "affinity", "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
#: The usual topology keys, each with the name of the parts into which it divides a cluster.
PARTS = {
    "kubernetes.io/hostname": "nodes",
    "topology.kubernetes.io/zone": "zones",
    "topology.kubernetes.io/region": "regions",
}


class Spread(NamedTuple):
    """A term of the pod's required anti-affinity that keeps TMMs apart: its path in the TMM object, and its parts."""

    path: Path
    parts: str  #: for messages: nodes, zones, regions, or the values of another label


def required(subject: Subject) -> Iterator[Spread]:
    """Yield each term that keeps a TMM pod away from another pod of the same workload."""
    labels = nodes.find(subject.object.node, (*TEMPLATE, "metadata", "labels"))
    for number, term in enumerate(nodes.items(nodes.find(subject.object.node, REQUIRED))):
        key = nodes.text(nodes.get(term, "topologyKey")) or ""
        if _selects(nodes.get(term, "labelSelector"), labels):
            yield Spread((*REQUIRED, number), PARTS.get(key, f"values of the node label {full_name(key)}"))


def _selects(selector: Node | None, labels: Node | None) -> bool:
    """Report whether a label selector selects a pod with these labels; a missing selector selects no pod."""
    if selector is None or nodes.is_null(selector):
        return False
    wanted = nodes.get(selector, "matchLabels")
    same = all(
        nodes.text(nodes.get(labels, key)) == nodes.text(nodes.get(wanted, key)) is not None
        for key in nodes.keys(wanted)
    )
    return same and all(_holds(it, labels) for it in nodes.items(nodes.get(selector, "matchExpressions")))


def _holds(expression: Node, labels: Node | None) -> bool:
    key, operator = (nodes.text(nodes.get(expression, name)) or "" for name in ("key", "operator"))
    values = [nodes.text(it) for it in nodes.items(nodes.get(expression, "values"))]
    return requirement.holds(nodes.text(nodes.get(labels, key)), operator, [it for it in values if it]) is True
