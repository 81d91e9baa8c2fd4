"""The networks become TMM's interfaces in the config's order.

What: `check` lists each network's interface in the pod and in TMM.

Why: TMM numbers interfaces in the order of attachment. F5's macvlan guide lists the internal network first, so that
network is 1.1; most SPK examples list the networks in the opposite order.

Fix: reorder `spec.networks` if the F5SPKVlan objects expect another order.

Source: public SPK and BIG-IP Next for Kubernetes labs, which all agree. F5 does not document the order for SPK.

Confidence: several labs.

Failing:

    networks:
    - {name: macvlan-internal, master: ens224}
    - {name: macvlan-external, master: ens256}

Passing: none; `check` reports this note for every TMM.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.rules import INSTANCE, STREAM, VALUES, WORKLOAD
from postrender.rules.finding import NOTE
from postrender.rules.networks import with_interfaces
from postrender.rules.subject import on_config

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "interfaces"
LEVEL = NOTE
SUBJECTS = (WORKLOAD, INSTANCE, VALUES)
SCOPE = STREAM


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding that lists the TMM interface of each network."""
    numbered = enumerate(with_interfaces(subject.config.networks, subject.tmm), 1)
    listed = ", ".join(
        f"1.{number} is {network.name} ({network.interface or f'net{number}'})" for number, network in numbered
    )
    message = f"TMM interface {listed}"
    yield on_config(
        ID, LEVEL, "spec.networks", message, "reorder the networks if the VLAN objects expect another order"
    )
