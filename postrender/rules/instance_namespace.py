"""An instance finds its networks.

What: on a CNEInstance, every network's `namespace` is the instance's, or not given.

Why: `spec.networkAttachments` holds bare names, which mean the instance's own namespace.

Fix: leave `namespace` out.

Source: public BIG-IP Next for Kubernetes lab guides.

Failing:

    kind: CNEInstance
    metadata: {namespace: f5-bnk}
    # config: networks: [{name: macvlan-internal, master: ens224, namespace: default}]

Passing:

    kind: CNEInstance
    metadata: {namespace: f5-bnk}
    # config: networks: [{name: macvlan-internal, master: ens224}]
"""

from __future__ import annotations

from postrender.rules.finding import ERROR
from postrender.rules.subject import on_config

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "instance-namespace"
LEVEL = ERROR


def findings(subject: Subject) -> Iterator[Finding]:
    """Look for networks elsewhere."""
    for number, network in enumerate(subject.config.networks):
        if subject.tmm.is_instance and network.namespace not in (None, subject.namespace):
            message = f"{network.name} is in namespace {network.namespace}, where the {subject.tmm.kind} does not look"
            yield on_config(ID, LEVEL, f"spec.networks[{number}].namespace", message, "leave namespace out")
