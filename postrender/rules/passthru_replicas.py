"""A NIC in passthru mode serves one TMM.

What: no network has mode `passthru` if the workload has more than one replica.

Why: passthru allows only one interface on a NIC, so only one TMM can start on a node, and a rolling update waits for
the old TMM.

Fix: use the mode `bridge`.

Source: the kernel's macvlan driver.

Confidence: documentation of Kubernetes, the kernel or another program.

Failing:

    networks:
    - {name: macvlan-internal, master: ens224, mode: passthru}
    ---
    replicas: 2

Passing:

    networks:
    - {name: macvlan-internal, master: ens224, mode: bridge}
    ---
    replicas: 2
"""

from __future__ import annotations

from postrender.rules import INSTANCE, WORKLOAD, NetworkHas
from postrender.rules.finding import WARNING
from postrender.rules.subject import on_config

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "passthru-replicas"
LEVEL = WARNING
SUBJECTS = (WORKLOAD, INSTANCE)
WHEN = NetworkHas("mode", "passthru")


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each network in passthru mode, if the TMM has more than one replica."""
    for number, network in enumerate(subject.config.networks):
        if network.mode == "passthru" and subject.replicas > 1:
            message = f"{network.name} has mode passthru, but the TMM has {subject.replicas} replicas"
            yield on_config(ID, LEVEL, f"spec.networks[{number}].mode", message, "use mode bridge")
