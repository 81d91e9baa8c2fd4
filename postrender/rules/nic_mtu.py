"""The NICs can carry TMM's large frames.

What: if `TMM_DEFAULT_MTU` is above 1500, each network that the conversion creates has an `mtu`.

Why: without `mtu`, the interface in the pod has the NIC's MTU, which is 1500 unless somebody raised it, and larger
packets are dropped. With `mtu`, the CNI plugin refuses to attach the pod if the NIC's MTU is too small.

Fix: set the network's `mtu` to at most the NIC's MTU.

Source: the macvlan plugin; public labs that run TMM with an MTU of 9000 on NICs with an MTU of 1500.

Confidence: documentation of Kubernetes, the kernel or another program; several labs.

Failing:

    networks:
    - {name: macvlan-internal, master: ens224}
    tmm: {env: {TMM_DEFAULT_MTU: "9000"}}

Passing:

    networks:
    - {name: macvlan-internal, master: ens224, mtu: 9000}
    tmm: {env: {TMM_DEFAULT_MTU: "9000"}}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.rules import INSTANCE, STREAM, VALUES, WORKLOAD
from postrender.rules.finding import WARNING
from postrender.rules.mtu import number
from postrender.rules.subject import on_config
from postrender.spk import MTU_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "nic-mtu"
LEVEL = WARNING
SUBJECTS = (WORKLOAD, INSTANCE, VALUES)
SCOPE = STREAM
ETHERNET = 1500  #: bytes


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each network without an `mtu`, if TMM's MTU is above 1500."""
    ours = number(subject.mtu)
    if ours is None or ours <= ETHERNET:
        return
    for index, network in enumerate(subject.config.networks):
        if network.create and network.mtu is None:
            message = (
                f"{MTU_VARIABLE} is {ours}, but {network.name} has the MTU of {network.master}, which may be smaller"
            )
            yield on_config(ID, LEVEL, f"spec.networks[{index}]", message, f"set the network's mtu to {ours}")
