"""The TMM may use its networks.

What: each network's `namespace` is the TMM's, `default`, or not given.

Why: OpenShift lets Multus look only into the pod's own namespace and a few global ones, of which `default` is one.

Fix: leave `namespace` out, or say `default`.

Source: OpenShift's cluster network operator; Multus, namespace isolation.

Failing:

    networks:
    - {name: macvlan-internal, master: ens224, namespace: networks}

Passing:

    networks:
    - {name: macvlan-internal, master: ens224, namespace: default}
"""

from __future__ import annotations

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
ORDER = 320
SUBJECTS = (WORKLOAD,)
WHEN = NetworkHas("namespace", other_than="default")


def apply(subject: Subject) -> Iterator[Finding]:
    """Look for namespaces that OpenShift isolates."""
    if subject.namespace is None:
        return
    for number, network in enumerate(subject.config.networks):
        if network.namespace not in (None, "default", subject.namespace):
            message = (
                f"{network.name} is in namespace {network.namespace}, which OpenShift hides from {subject.namespace}"
            )
            yield on_config(ID, LEVEL, f"spec.networks[{number}].namespace", message, "leave it out, or say default")
