"""None of the networks has a resource name.

What: no NetworkAttachmentDefinition of the config's networks has the annotation `k8s.v1.cni.cncf.io/resourceName`.

Why: if a pod uses the network, the network resources injector adds the resource in the annotation to the pod's first
container. If no node offers that resource, the pod stays Pending.

Fix: remove the annotation.

Source: the network resources injector.

Confidence: documentation of Kubernetes, the kernel or another program.

Failing:

    kind: NetworkAttachmentDefinition
    metadata:
      name: macvlan-internal
      annotations: {k8s.v1.cni.cncf.io/resourceName: openshift.io/sriov}

Passing:

    kind: NetworkAttachmentDefinition
    metadata: {name: macvlan-internal}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.config.network_definitions import KIND
from postrender.errors import full_name
from postrender.rules import INSTANCE, STREAM, WORKLOAD
from postrender.rules.finding import WARNING
from postrender.rules.subject import on_object

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "resource-name"
LEVEL = WARNING
SUBJECTS = (WORKLOAD, INSTANCE)
SCOPE = STREAM


ANNOTATION = "k8s.v1.cni.cncf.io/resourceName"


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each definition of the config's networks that has the annotation."""
    ours = {(network.namespace or subject.namespace, network.name) for network in subject.config.networks}
    for obj in subject.of_kind(KIND):
        resource = obj.annotation(ANNOTATION)
        if (obj.namespace or subject.namespace, obj.name) in ours and resource is not None:
            requested = f"{full_name(resource)}, which the network resources injector adds to the pod"
            message = f"{obj.name} has the resource name {requested}"
            path = ("metadata", "annotations", ANNOTATION)
            yield on_object(ID, LEVEL, obj, path, message, "remove the annotation")
