"""The lab has the nodes that TMM requires.

What: the pod has no `nodeSelector` for custom labels, no required node affinity and, with more than one replica, no
required anti-affinity to TMM's own pods.

Why: a lab's nodes do not have the labels of an SR-IOV node pool, and anti-affinity requires a separate node, zone or
other part of the cluster (its topology key) for each replica. A pod that finds no such node stays Pending.

Fix: label the nodes, or change the chart's values.

Source: Kubernetes, Assigning Pods to Nodes.

Confidence: documentation of Kubernetes, the kernel or another program.

Failing:

    nodeSelector: {feature.node.kubernetes.io/network-sriov.capable: "true"}

Passing:

    nodeSelector: {kubernetes.io/os: linux}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.errors import full_name
from postrender.rules import STREAM, WORKLOAD
from postrender.rules.finding import NOTE
from postrender.rules.spread import required
from postrender.rules.subject import on_object
from postrender.yamledit import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "scheduling"
LEVEL = NOTE
SUBJECTS = (WORKLOAD,)
SCOPE = STREAM

POD = ("spec", "template", "spec")
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
EVERYWHERE = ("kubernetes.io/os", "kubernetes.io/arch")  #: labels that every node has


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each scheduling condition that a lab's nodes may not satisfy."""
    pod = subject.object.node
    labels = [it for it in nodes.keys(nodes.find(pod, (*POD, "nodeSelector"))) if it not in EVERYWHERE]
    if labels:
        message = f"TMM runs only on nodes with the label {full_name(labels[0])}"
        yield on_object(ID, LEVEL, subject.object, (*POD, "nodeSelector"), message, "check that a node has this label")
    path = (*POD, "affinity", "nodeAffinity", REQUIRED)
    if nodes.find(pod, path) is not None:
        message = "TMM requires nodes that match its nodeAffinity"
        yield on_object(ID, LEVEL, subject.object, path, message, "check that the lab has these nodes")
    for spread in required(subject) if subject.replicas > 1 else ():
        message = f"TMM's anti-affinity requires {subject.replicas} different {spread.parts}"
        yield on_object(ID, LEVEL, subject.object, spread.path, message, f"check that the lab has these {spread.parts}")
