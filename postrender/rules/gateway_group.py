"""Gateway objects use the API group of BIG-IP Next for Kubernetes 2.4.

What: if the CNEInstance has version 2.4 or later, the stream has no object of the group `gateway.k8s.f5net.com`.

Why: version 2.4 serves `gateway.k8s.f5.com`. The cluster refuses objects of the older group with `no matches for kind`.

Fix: use the group `gateway.k8s.f5.com`, and the version that `kubectl api-resources` shows.

Source: the errata of one public lab that runs BIG-IP Next for Kubernetes 2.4.

Confidence: one lab.

Failing:

    kind: CNEInstance
    spec: {manifestVersion: 2.4.0}
    ---
    apiVersion: gateway.k8s.f5net.com/v1
    kind: BNKNetPolicy
    metadata: {name: policy}

Passing:

    kind: CNEInstance
    spec: {manifestVersion: 2.3.0}
    ---
    apiVersion: gateway.k8s.f5net.com/v1
    kind: BNKNetPolicy
    metadata: {name: policy}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.errors import full_name
from postrender.rules import INSTANCE, STREAM
from postrender.rules.finding import ERROR
from postrender.rules.subject import on_object

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "gateway-group"
LEVEL = ERROR
SUBJECTS = (INSTANCE,)
SCOPE = STREAM

OLDER = "gateway.k8s.f5net.com/"


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each object of the older API group."""
    product = subject.product
    for obj in subject.of_group(OLDER) if product.takes_infra else ():
        message = f"{product} does not serve {full_name(obj.api_version)} {full_name(obj.kind)}"
        yield on_object(ID, LEVEL, obj, ("apiVersion",), message, "use the group gateway.k8s.f5.com")
