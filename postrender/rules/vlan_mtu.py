"""A VLAN's MTU is not larger than TMM's or its network's.

What: the `mtu` of an F5SPKVlan (for a CNF, F5BigNetVlan) is at most the `mtu` of the network on its interface, and at
most `TMM_DEFAULT_MTU`. The same holds for the F5SPKVlan that `vlans` prints for a network with a `vlan`: it has the
network's `mtu`. A smaller MTU is allowed.

Why: packets larger than an interface's MTU are dropped.

Fix: set the `mtu` of the F5SPKVlan, or of the network, to at most the smaller of these two MTUs.

Source: F5, VLAN custom resource; two public labs whose VLANs have a smaller MTU than TMM.

Confidence: F5's page; several labs.

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

from postrender.rules import INSTANCE, STREAM, VALUES, WORKLOAD
from postrender.rules.finding import ERROR
from postrender.rules.vlans import number, read

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from postrender.config import Network
    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject
    from postrender.rules.vlans import Vlan

ID = "vlan-mtu"
LEVEL = ERROR
SUBJECTS = (WORKLOAD, INSTANCE, VALUES)
SCOPE = STREAM


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each VLAN whose MTU is larger than TMM's or its network's."""
    ours = number(subject.mtu)
    for vlan in read(subject):
        for name, limit in _limits(vlan, subject.config.networks, ours):
            if vlan.mtu is not None and vlan.mtu > limit:
                message = f"mtu of {vlan.title} is {vlan.mtu}, but the MTU of {name} is {limit}"
                yield vlan.finding(ID, LEVEL, ("mtu",), message, f"set mtu to at most {limit}")


def _limits(vlan: Vlan, networks: Sequence[Network], ours: int | None) -> Iterator[tuple[str, int]]:
    """Yield the name and the MTU of TMM and of each network on the VLAN's interfaces."""
    for position, network in enumerate(networks, 1):
        if f"1.{position}" in vlan.interfaces and network.mtu is not None:
            yield network.name, network.mtu
    if ours is not None:
        yield "TMM", ours
