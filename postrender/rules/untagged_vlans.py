"""An interface has at most one untagged VLAN.

What: no two F5SPKVlan objects (for a CNF, F5BigNetVlan), in the stream or in the config's `vlan`, are untagged (with
tag 0 or without a tag) on the same interface.

Why: TMM can tell untagged frames apart only by their interface.

Fix: tag or remove one of the two VLANs.

Source: F5, VLAN custom resource.

Failing:

    networks:
    - {name: lab, master: ens224, vlan: {tag: 0}}
    ---
    kind: F5SPKVlan
    metadata: {name: other}
    spec: {tag: 0, interfaces: ["1.1"]}

Passing:

    networks:
    - {name: lab, master: ens224, vlan: {tag: 0}}
    ---
    kind: F5SPKVlan
    metadata: {name: other}
    spec: {tag: 7, interfaces: ["1.1"]}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.errors import full_name
from postrender.rules import INSTANCE, STREAM, WORKLOAD
from postrender.rules.finding import WARNING
from postrender.rules.subject import on_object
from postrender.yamledit import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "untagged-vlans"
LEVEL = WARNING
SUBJECTS = (WORKLOAD, INSTANCE)
SCOPE = STREAM


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each untagged VLAN of the stream whose interface already has an untagged VLAN."""
    networks = enumerate(subject.config.networks, 1)
    taken = {f"1.{number}": network.name for number, network in networks if network.vlan and network.vlan.tag == 0}
    for obj in subject.vlans():
        name = nodes.text(nodes.find(obj.node, ("metadata", "name"))) or ""
        if (nodes.text(nodes.find(obj.node, ("spec", "tag"))) or "0") != "0":
            continue
        for node in nodes.items(nodes.find(obj.node, ("spec", "interfaces"))):
            interface = nodes.text(node) or ""
            if taken.get(interface, name) != name:
                both = f"{full_name(name)} and {full_name(taken[interface])}"
                message = f"{both} are both untagged on interface {full_name(interface)}"
                yield on_object(ID, LEVEL, obj, ("spec", "interfaces"), message, "tag one of the two VLANs")
            taken.setdefault(interface, name)
