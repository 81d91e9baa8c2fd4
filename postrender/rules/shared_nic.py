"""Each network has its own NIC.

What: no two networks have the same master, unless their VLANs (in the config's `vlan`, or in the stream) have different
tags. In `passthru` mode, a shared master is an error (`shared-master`).

Why: on a shared NIC, both sides of TMM are on one wire. Without tags, the external network can bypass TMM and reach the
internal one.

Fix: give each network its own NIC, or tag the VLANs on it.

Source: the kernel's macvlan driver: all interfaces on one NIC share its Ethernet segment.

Confidence: documentation of Kubernetes, the kernel or another program.

Failing:

    networks:
    - {name: macvlan-internal, master: ens224}
    - {name: macvlan-external, master: ens224}

Passing:

    networks:
    - {name: macvlan-internal, master: ens224}
    - {name: macvlan-external, master: ens256}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.rules import INSTANCE, STREAM, VALUES, WORKLOAD
from postrender.rules.finding import WARNING
from postrender.rules.subject import on_config
from postrender.yamledit import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "shared-nic"
LEVEL = WARNING
SUBJECTS = (WORKLOAD, INSTANCE, VALUES)
SCOPE = STREAM
UNTAGGED = "0"


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each network that shares an earlier network's NIC without a different VLAN tag."""
    networks = subject.config.networks
    masters = [network.master for network in networks]
    if len(set(masters)) == len(masters) or any(network.mode == "passthru" for network in networks):
        return
    tags = _tags(subject)
    for index, network in enumerate(networks):
        first = masters.index(network.master)
        if first < index and (tags[first] == tags[index] or UNTAGGED in (tags[first], tags[index])):
            message = (
                f"{network.name} and {networks[first].name} share the NIC {network.master}, so they are on one wire"
            )
            yield on_config(ID, LEVEL, f"spec.networks[{index}].master", message, "use another NIC, or tag both VLANs")


def _tags(subject: Subject) -> list[str]:
    """Return the tag of each network's VLAN, as text; `0` (untagged) unless a VLAN sets a tag."""
    tags = [str(network.vlan.tag) if network.vlan else UNTAGGED for network in subject.config.networks]
    numbers = {f"1.{number + 1}": number for number in range(len(tags))}
    for obj in subject.vlans():
        tag = nodes.text(nodes.find(obj.node, ("spec", "tag"))) or UNTAGGED
        for node in nodes.items(nodes.find(obj.node, ("spec", "interfaces"))):
            if (number := numbers.get(nodes.text(node) or "")) is not None:
                tags[number] = tag
    return tags
