"""A VLAN's MTU is not larger than TMM's or its network's.

What: the `mtu` of an F5SPKVlan (for a CNF, F5BigNetVlan) is at most the `mtu` of the network on its interface, and at
most `TMM_DEFAULT_MTU`. A smaller MTU is allowed.

Why: frames that are larger than an interface's MTU are lost.

Fix: set the F5SPKVlan's `mtu` to at most the smaller of these two MTUs.

Source: F5, VLAN custom resource; two public labs whose VLANs have a smaller MTU than TMM.

Failing:

    tmm: {env: {TMM_DEFAULT_MTU: "1500"}}
    ---
    kind: F5SPKVlan
    metadata: {name: internal}
    spec: {mtu: 9000}

Passing:

    tmm: {env: {TMM_DEFAULT_MTU: "1500"}}
    ---
    kind: F5SPKVlan
    metadata: {name: internal}
    spec: {mtu: 1350}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.errors import full_name
from postrender.rules import INSTANCE, STREAM, WORKLOAD
from postrender.rules.finding import ERROR
from postrender.rules.mtu import number
from postrender.rules.subject import on_object
from postrender.spk import MTU_VARIABLE
from postrender.yamledit import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject
    from postrender.yamledit.nodes import Node

ID = "vlan-mtu"
LEVEL = ERROR
SUBJECTS = (WORKLOAD, INSTANCE)
SCOPE = STREAM


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each VLAN object whose MTU is larger than TMM's or its network's."""
    for obj in subject.vlans():
        mtu = number(nodes.text(nodes.find(obj.node, ("spec", "mtu"))))
        for name, limit in _limits(subject, nodes.find(obj.node, ("spec", "interfaces"))):
            if mtu is not None and mtu > limit:
                message = f"mtu of {obj.kind} {full_name(obj.name)} is {mtu}, but the MTU of {name} is {limit}"
                yield on_object(ID, LEVEL, obj, ("spec", "mtu"), message, f"set mtu to at most {limit}")


def _limits(subject: Subject, interfaces: Node | None) -> Iterator[tuple[str, int]]:
    """Yield the name and the MTU of TMM and of each network on the given interfaces."""
    names = {nodes.text(node) for node in nodes.items(interfaces)}
    for position, network in enumerate(subject.config.networks, 1):
        if f"1.{position}" in names and network.mtu is not None:
            yield network.name, network.mtu
    ours = number(subject.variable(MTU_VARIABLE))
    if ours is not None:
        yield "TMM", ours
