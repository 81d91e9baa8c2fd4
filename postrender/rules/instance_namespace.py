"""The networks of a CNEInstance are in its own namespace.

What: each network's `namespace` is the namespace of the CNEInstance, or is not set.

Why: the names in `spec.networkAttachments` have no namespace, so they refer to networks in the CNEInstance's own
namespace.

Fix: remove `namespace`.

Source: public BIG-IP Next for Kubernetes lab guides.

Confidence: several labs.

Failing:

    networks:
    - {name: lab-internal, master: ens224, namespace: networks}
    ---
    kind: CNEInstance
    metadata: {namespace: default}

Passing:

    networks:
    - {name: lab-internal, master: ens224}
    ---
    kind: CNEInstance
    metadata: {namespace: default}
"""

from __future__ import annotations

from postrender.rules import INSTANCE, NetworkHas
from postrender.rules.finding import ERROR
from postrender.rules.subject import on_config

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "instance-namespace"
LEVEL = ERROR
SUBJECTS = (INSTANCE,)
WHEN = NetworkHas("namespace")


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each network outside the CNEInstance's namespace."""
    for number, network in enumerate(subject.config.networks):
        if network.namespace not in (None, subject.namespace):
            message = f"{network.name} is in namespace {network.namespace}, not in the {subject.tmm.kind}'s namespace"
            yield on_config(ID, LEVEL, f"spec.networks[{number}].namespace", message, "remove namespace")
