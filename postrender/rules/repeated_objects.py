"""Each object is in the stream only once.

What: no NetworkAttachmentDefinition, VLAN object or Infra object is in the stream twice, with the same API group, kind,
namespace and name. Objects of Helm hooks do not count.

Why: `kubectl apply` applies both, so the last one wins. Helm refuses to install both.

Fix: remove one of them from the chart or its values.

Source: kubectl 1.36 and Helm 4.3 (`make test-cluster`).

Confidence: tested.

Failing:

    ---
    apiVersion: k8s.f5net.com/v1
    kind: F5SPKVlan
    metadata: {name: internal}
    spec: {name: internal, interfaces: ["1.1"], internal: true}
    ---
    apiVersion: k8s.f5net.com/v1
    kind: F5SPKVlan
    metadata: {name: internal}
    spec: {name: internal, interfaces: ["1.1"], internal: true}

Passing:

    ---
    apiVersion: k8s.f5net.com/v1
    kind: F5SPKVlan
    metadata: {name: internal}
    spec: {name: internal, interfaces: ["1.1"], internal: true}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.config.network_definitions import KIND
from postrender.kubernetes import title
from postrender.rules import INSTANCE, STREAM, WORKLOAD
from postrender.rules.finding import WARNING
from postrender.rules.subject import on_object
from postrender.spk.kinds import CNF_VLAN, INFRA, VLAN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "repeated-objects"
LEVEL = WARNING
SUBJECTS = (WORKLOAD, INSTANCE)
SCOPE = STREAM
KINDS = (KIND, VLAN.name, CNF_VLAN.name, INFRA.name)


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each repeated object. A missing namespace means the TMM's namespace."""
    for kind in KINDS:
        seen = set()
        for obj in subject.of_kind(kind):
            place = obj.namespace or subject.namespace
            identity = (obj.api_version.partition("/")[0], place, obj.name)
            if identity in seen and not obj.is_hook:
                message = f"{title(kind, place, obj.name)} is in the stream more than once"
                yield on_object(
                    ID, LEVEL, obj, ("metadata", "name"), message, "keep only one; otherwise, the last one wins"
                )
            if not obj.is_hook:
                seen.add(identity)
