"""TMM's only addresses are its self IPs.

What: no network sets its own `ipam` under `cni`.

Why: a CNI plugin assigns the address to the kernel's interface, but TMM takes over that interface. TMM gets its own
addresses from F5SPKVlan, F5BigNetVlan or Infra objects.

Fix: remove `ipam`, and set the network's `vlan`.

Source: F5, Macvlan Network Configuration, whose networks have no IPAM.

Confidence: F5's page.

Failing:

    networks:
    - {name: macvlan-internal, master: ens224, cni: {ipam: {type: whereabouts, range: 10.1.1.0/24}}}
    - {name: macvlan-external, master: ens256}

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

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "network-ipam"
LEVEL = WARNING
SUBJECTS = (WORKLOAD, INSTANCE, VALUES)
SCOPE = STREAM


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each network whose `ipam` is not empty."""
    for index, network in enumerate(subject.config.networks):
        if dict(network.cni).get("ipam"):
            message = f"{network.name} gets addresses from an IPAM plugin, but TMM uses only self IPs"
            yield on_config(ID, LEVEL, f"spec.networks[{index}].cni.ipam", message, "remove ipam, and set vlan")
