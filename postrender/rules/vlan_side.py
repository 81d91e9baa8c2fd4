"""A VLAN is on the matching network.

What: an internal F5SPKVlan (for a CNF, F5BigNetVlan), in the stream or in the config's `vlan`, is not on the external
network, and an external one is not on the internal network. A network's side comes from its `vlan.internal` or, without
a `vlan`, from `internal` or `external` in its name.

Why: TMM numbers interfaces in the order of `spec.networks`. If 1.1 and 1.2 are swapped, everything is Ready, but no
packet arrives.

Fix: correct the field that the finding names. If the VLAN's name says the same as the network's name, `internal` is
wrong or missing (a VLAN without it is external); otherwise, the VLAN is on the wrong interface, so reorder
`spec.networks` or correct the VLAN's `interfaces`.

Source: F5, VLAN custom resource; F5, Macvlan Network Configuration, which lists the networks in the opposite order of
most SPK examples.

Confidence: F5's page; inferred for the order of the networks.

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

from postrender.rules import INSTANCE, STREAM, VALUES, WORKLOAD
from postrender.rules.finding import WARNING
from postrender.rules.vlans import read
from postrender.spk.attachments import is_internal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from postrender.config import Network
    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject
    from postrender.rules.vlans import Vlan

ID = "vlan-side"
LEVEL = WARNING
SUBJECTS = (WORKLOAD, INSTANCE, VALUES)
SCOPE = STREAM
SIDES = ("external", "internal")  #: the side of a VLAN; the index is the VLAN's `internal`, as a number


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each network whose name contradicts its `vlan`, and for each VLAN on the wrong network."""
    sides = {f"1.{number}": (it.name, _side(it)) for number, it in enumerate(subject.config.networks, 1)}
    for vlan in read(subject):
        yield from _misplaced(vlan, sides) if vlan.object else _contradicted(vlan)


def _contradicted(vlan: Vlan) -> Iterator[Finding]:
    """Yield a finding if the name of the config's network says another side than its `vlan`."""
    if is_internal(vlan.name) not in (None, vlan.internal):
        message = f"{vlan.name} has vlan.internal: {_text(vlan.internal)}, which contradicts its name"
        yield vlan.finding(ID, LEVEL, ("internal",), message, "correct vlan.internal, or rename the network")


def _misplaced(vlan: Vlan, sides: Mapping[str, tuple[str, bool | None]]) -> Iterator[Finding]:
    """Yield a finding for each interface of a VLAN object whose network is on the other side."""
    for interface in vlan.interfaces:
        network, side = sides.get(interface, ("", None))
        if side is None or side == vlan.internal:
            continue
        message = f"{SIDES[vlan.internal]} {vlan.title} is on interface {interface}, which is {network}"
        field, fix = _remedy(vlan, side)
        yield vlan.finding(ID, LEVEL, (field,), message, fix)


def _remedy(vlan: Vlan, side: bool) -> tuple[str, str]:
    """Return the field of a VLAN to correct, and what to do; `side` is the side of the network on its interface.

    The VLAN's name tells whether `internal` is wrong, or the interface.
    """
    setting = f"set spec.internal to {_text(side)}"
    named = is_internal(vlan.name)
    if named == side:
        return "internal", setting
    moving = "reorder spec.networks, or correct spec.interfaces of the VLAN"
    if named is not None:
        return "interfaces", moving
    return "internal", f"{setting} if the VLAN is {SIDES[side]}; otherwise, {moving}"


def _text(value: bool) -> str:
    return str(value).lower()


def _side(network: Network) -> bool | None:
    """Report whether a network is the internal one; None if it is unknown."""
    return network.vlan.internal if network.vlan else is_internal(network.name)
