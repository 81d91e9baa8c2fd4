"""An interface has at most one untagged VLAN.

What: no two F5SPKVlan objects (for a CNF, F5BigNetVlan), in the stream or in the config's `vlan`, are untagged (with
tag 0 or without a tag) on the same interface.

Why: TMM can tell untagged frames apart only by their interface.

Fix: tag or remove one of the two VLANs.

Source: F5, VLAN custom resource.

Confidence: F5's page.

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
from postrender.rules import INSTANCE, STREAM, VALUES, WORKLOAD
from postrender.rules.finding import WARNING
from postrender.rules.vlans import read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject
    from postrender.rules.vlans import Vlan

ID = "untagged-vlans"
LEVEL = WARNING
SUBJECTS = (WORKLOAD, INSTANCE, VALUES)
SCOPE = STREAM


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each untagged VLAN whose interface already has an untagged VLAN."""
    taken: dict[str, Vlan] = {}
    for vlan in read(subject):
        for interface in vlan.interfaces if vlan.tag == "0" else ():
            other = taken.setdefault(interface, vlan)
            if other.identity != vlan.identity:
                both = f"{full_name(vlan.name)} and {full_name(other.name)}"
                message = f"{both} are both untagged on interface {full_name(interface)}"
                yield vlan.finding(ID, LEVEL, ("interfaces",), message, "tag one of the two VLANs")
