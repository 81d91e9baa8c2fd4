"""The TMM is allowed to use its networks.

What: each network's `namespace` is the TMM's namespace, `default`, or not set.

Why: OpenShift lets Multus use only networks in the pod's own namespace and in a few global ones, such as `default`.

Fix: remove `namespace`, or set it to `default`.

Source: OpenShift's cluster network operator; Multus, namespace isolation.

Confidence: documentation of Kubernetes, the kernel or another program.

Failing:

    networks:
    - {name: macvlan-internal, master: ens224, namespace: networks}

Passing:

    networks:
    - {name: macvlan-internal, master: ens224, namespace: default}
"""

from __future__ import annotations

from postrender.errors import full_name
from postrender.rules import WORKLOAD, NetworkHas
from postrender.rules.finding import WARNING
from postrender.rules.subject import on_config

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "network-namespace"
LEVEL = WARNING
SUBJECTS = (WORKLOAD,)
WHEN = NetworkHas("namespace", other_than="default")


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each network in a namespace that OpenShift isolates from the TMM's namespace."""
    if subject.namespace is None:
        return
    for number, network in enumerate(subject.config.networks):
        if network.namespace not in (None, "default", subject.namespace):
            hidden = f"which OpenShift isolates from {full_name(subject.namespace)}"
            message = f"{network.name} is in namespace {network.namespace}, {hidden}"
            yield on_config(
                ID, LEVEL, f"spec.networks[{number}].namespace", message, "remove namespace, or set it to default"
            )
