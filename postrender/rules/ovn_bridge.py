"""No master is the bridge of the cluster network.

What: no network's `master` is `br-ex`.

Why: OVN-Kubernetes owns `br-ex`, which has the node's own address. The host and a pod on that bridge cannot reach each
other.

Fix: use a dedicated NIC.

Source: public lab reports; Multus issues about traffic between the host and macvlan interfaces.

Confidence: several labs.

Failing:

    networks:
    - {name: macvlan-internal, master: br-ex}

Passing:

    networks:
    - {name: macvlan-internal, master: ens224}
"""

from __future__ import annotations

from postrender.rules import INSTANCE, VALUES, WORKLOAD, NetworkHas
from postrender.rules.finding import WARNING
from postrender.rules.subject import on_config

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "ovn-bridge"
LEVEL = WARNING
SUBJECTS = (WORKLOAD, INSTANCE, VALUES)
WHEN = NetworkHas("master", "br-ex")


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each network whose master is br-ex."""
    for number, network in enumerate(subject.config.networks):
        if network.master == "br-ex":
            message = f"the master of {network.name} is br-ex, the bridge of the cluster network"
            yield on_config(ID, LEVEL, f"spec.networks[{number}].master", message, "use a dedicated NIC")
