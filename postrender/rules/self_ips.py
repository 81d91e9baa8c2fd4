"""Every TMM has a self IP.

What: a network's `vlan` lists at least as many addresses of each family as the workload has `replicas`, or a
CNEInstance `tmmReplicas`. With `wholeCluster` the number depends on the nodes, and nothing is compared.

Why: an F5SPKVlan assigns its addresses in order, one to each TMM; a TMM without an address does not answer.

Fix: list an address for each replica in `selfIPv4` (and `selfIPv6`).

Source: F5, VLAN custom resource.

Failing:

    networks:
    - name: macvlan-internal
      master: ens224
      vlan: {internal: true, selfIPv4: [10.1.1.100], prefixLengthV4: 24}
    ---
    replicas: 2

Passing:

    networks:
    - name: macvlan-internal
      master: ens224
      vlan: {internal: true, selfIPv4: [10.1.1.100, 10.1.1.101], prefixLengthV4: 24}
    ---
    replicas: 2
"""

from __future__ import annotations

from postrender.rules import INSTANCE, WORKLOAD, NetworkHas
from postrender.rules.finding import ERROR
from postrender.rules.subject import on_config

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.config.vlans import Vlan
    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "self-ips"
LEVEL = ERROR
ORDER = 260
SUBJECTS = (WORKLOAD, INSTANCE)
WHEN = NetworkHas("vlan")


def apply(subject: Subject) -> Iterator[Finding]:
    """Count the addresses."""
    for number, network in enumerate(subject.config.networks):
        for field, addresses in _families(network.vlan):
            if addresses and len(addresses) < subject.replicas:
                message = f"{field} of {network.name} lists {len(addresses)} for {subject.replicas} replicas"
                path = f"spec.networks[{number}].vlan.{field}"
                yield on_config(ID, LEVEL, path, message, "list one for each replica")


def _families(vlan: Vlan | None) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return () if vlan is None else (("selfIPv4", vlan.self_ipv4), ("selfIPv6", vlan.self_ipv6))
