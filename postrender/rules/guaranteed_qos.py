"""Every container of the TMM pod has equal limits and requests.

What: each container and init container has equal limits and requests for cpu and memory, and the TMM container has a
whole number of CPUs.

Why: TMM needs Guaranteed quality of service (QoS). A pod loses Guaranteed QoS if the limits and requests of even one
container differ. The static CPU manager pins CPUs only for Guaranteed pods, and only whole CPUs.

Fix: set limits for every container in the chart's values. For the TMM container, `spec.tmm.resources` sets both limits
and requests.

Source: F5, SPK TMM resources; Kubernetes, pod quality of service classes.

Confidence: F5's page; documentation of Kubernetes, the kernel or another program.

Failing:

    containers:
    - name: debug
      resources:
        limits: {cpu: 500m, memory: 1Gi}
        requests: {cpu: 100m, memory: 1Gi}

Passing:

    containers:
    - name: debug
      resources:
        limits: {cpu: 500m, memory: 1Gi}
        requests: {cpu: 500m, memory: 1Gi}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.errors import brief, full_name
from postrender.kubernetes import quantity
from postrender.rules import INSTANCE, STREAM, WORKLOAD
from postrender.rules.finding import ERROR
from postrender.rules.subject import on_object
from postrender.yamledit import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject
    from postrender.yamledit.nodes import Node

ID = "guaranteed-qos"
LEVEL = ERROR
SUBJECTS = (WORKLOAD, INSTANCE)
SCOPE = STREAM


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each container with unequal limits and requests, and for a TMM with a fraction of a CPU."""
    for path, name, node in subject.containers():
        limits, requests = (nodes.find(node, ("resources", group)) for group in ("limits", "requests"))
        for resource in ("cpu", "memory"):
            problem = _problem(resource, nodes.get(limits, resource), nodes.get(requests, resource))
            if problem:
                message = f"container {full_name(name)} {problem}, so the pod loses Guaranteed QoS"
                fix = "make limits and requests equal in the chart's values"
                yield on_object(ID, LEVEL, subject.object, (*path, "resources"), message, fix)
    yield from _fraction(subject)


def _problem(resource: str, limit: Node | None, request: Node | None) -> str:
    """Return what is wrong with a limit and its request, or an empty string. A missing request counts as equal."""
    wanted, asked = (quantity.parse(nodes.text(node)) for node in (limit, request))
    if nodes.text(limit) is None or wanted == 0:
        return f"has no {resource} limit"
    if nodes.text(request) in (None, nodes.text(limit)) or (wanted is not None and wanted == asked):
        return ""
    return f"has a {resource} limit of {brief(nodes.text(limit))} but a request of {brief(nodes.text(request))}"


def _fraction(subject: Subject) -> Iterator[Finding]:
    written = subject.amount("cpu")
    cpus = quantity.parse(written)
    if cpus is not None and cpus % quantity.ONE:
        path = subject.relative(subject.tmm.resources)
        message = f"cpu of the TMM container is {brief(written)}, but only whole CPUs can be pinned"
        yield on_object(ID, LEVEL, subject.object, path, message, "set a whole number of CPUs in spec.tmm.resources")
