"""A VLAN is on the matching network.

What: an internal F5SPKVlan (for a CNF, F5BigNetVlan), in the stream or in the config's `vlan`, is not on the external
network, and an external one is not on the internal network. A network's side comes from its `vlan.internal` or, without
a `vlan`, from `internal` or `external` in its name.

Why: TMM numbers interfaces in the order of `spec.networks`. If 1.1 and 1.2 are swapped, everything is Ready, but no
packet arrives.

Fix: reorder `spec.networks`, or correct the F5SPKVlan's `interfaces` or `internal`.

Source: F5, VLAN custom resource; F5, Macvlan Network Configuration, which lists the networks in the opposite order of
most SPK examples.

Failing:

    networks:
    - {name: macvlan-internal, master: ens224}
    - {name: macvlan-external, master: ens256}
    ---
    kind: F5SPKVlan
    metadata: {name: inside}
    spec: {internal: true, interfaces: ["1.2"]}

Passing:

    networks:
    - {name: macvlan-internal, master: ens224}
    - {name: macvlan-external, master: ens256}
    ---
    kind: F5SPKVlan
    metadata: {name: inside}
    spec: {internal: true, interfaces: ["1.1"]}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.errors import full_name
from postrender.rules import INSTANCE, STREAM, WORKLOAD
from postrender.rules.finding import WARNING
from postrender.rules.subject import on_config, on_object
from postrender.spk.attachments import is_internal
from postrender.yamledit import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.config import Network
    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "vlan-side"
LEVEL = WARNING
SUBJECTS = (WORKLOAD, INSTANCE)
SCOPE = STREAM
SIDES = ("external", "internal")  #: the side of a VLAN; the index is the VLAN's `internal`, as a number
FIX = "reorder spec.networks, or correct the VLAN"


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each network whose name contradicts its `vlan`, then for each VLAN on the wrong network."""
    for index, network in enumerate(subject.config.networks):
        named = is_internal(network.name)
        if network.vlan and named is not None and network.vlan.internal != named:
            message = (
                f"{network.name} has vlan.internal: {str(network.vlan.internal).lower()}, which contradicts its name"
            )
            yield on_config(
                ID, LEVEL, f"spec.networks[{index}].vlan", message, "correct vlan.internal, or rename the network"
            )
    sides = {f"1.{number}": (it.name, _side(it)) for number, it in enumerate(subject.config.networks, 1)}
    for obj in subject.vlans():
        internal = nodes.text(nodes.find(obj.node, ("spec", "internal"))) == "true"
        for node in nodes.items(nodes.find(obj.node, ("spec", "interfaces"))):
            name, side = sides.get(nodes.text(node) or "", ("", None))
            if side is not None and side != internal:
                vlan = f"{SIDES[internal]} {obj.kind} {full_name(obj.name)}"
                message = f"{vlan} is on interface {nodes.text(node)}, which is {name}"
                yield on_object(ID, LEVEL, obj, ("spec", "interfaces"), message, FIX)


def _side(network: Network) -> bool | None:
    """Report whether a network is the internal one; None if it is unknown."""
    return network.vlan.internal if network.vlan else is_internal(network.name)
