"""A NIC in passthru mode serves one network.

What: no two networks have the same master if one of them is in `passthru` mode.

Why: passthru gives the whole NIC to one macvlan interface; the plugin refuses a second one.

Fix: use `bridge`, F5's documented mode, or a second NIC.

Source: the kernel's macvlan driver; the macvlan plugin.

Confidence: documentation of Kubernetes, the kernel or another program; tested.

Failing:

    networks:
    - {name: macvlan-internal, master: ens224, mode: passthru}
    - {name: macvlan-external, master: ens224, mode: passthru}

Passing:

    networks:
    - {name: macvlan-internal, master: ens224, mode: passthru}
    - {name: macvlan-external, master: ens256, mode: passthru}
"""

from __future__ import annotations

from postrender.rules import INSTANCE, VALUES, WORKLOAD, NetworkHas
from postrender.rules.finding import ERROR
from postrender.rules.subject import on_config

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "shared-master"
LEVEL = ERROR
SUBJECTS = (WORKLOAD, INSTANCE, VALUES)
WHEN = NetworkHas("mode", "passthru")


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each network that shares its master with an earlier network.

    There is a finding only if the network, or an earlier network with that master, is in passthru mode.
    """
    networks = subject.config.networks
    for number, network in enumerate(networks):
        others = [other for other in networks[:number] if other.master == network.master]
        if others and "passthru" in (network.mode, *(other.mode for other in others)):
            message = (
                f"{network.name} and {others[0].name} share {network.master}, but passthru gives it to only one network"
            )
            yield on_config(ID, LEVEL, f"spec.networks[{number}].master", message, "use mode bridge, or another NIC")
