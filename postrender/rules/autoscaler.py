"""No autoscaler targets the TMM.

What: no HorizontalPodAutoscaler targets the TMM workload.

Why: F5SPKVlan objects list one self IP for each TMM, so a replica that an autoscaler adds has no self IP.

Fix: disable the autoscaler in the chart's values.

Source: F5, VLAN custom resource; a chart of the 2.1 era, which has an autoscaler.

Confidence: F5's page; F5's definition or chart for the autoscaler.

Failing:

    kind: HorizontalPodAutoscaler
    spec: {scaleTargetRef: {kind: Deployment, name: f5-tmm}}

Passing:

    kind: HorizontalPodAutoscaler
    spec: {scaleTargetRef: {kind: Deployment, name: web}}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.rules import INSTANCE, STREAM, WORKLOAD
from postrender.rules.finding import WARNING
from postrender.rules.subject import on_object
from postrender.yamledit import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "autoscaler"
LEVEL = WARNING
SUBJECTS = (WORKLOAD, INSTANCE)
SCOPE = STREAM


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each autoscaler whose target is the TMM."""
    for obj in subject.beside("HorizontalPodAutoscaler"):
        path = ("spec", "scaleTargetRef")
        kind, name = (nodes.text(nodes.find(obj.node, (*path, key))) for key in ("kind", "name"))
        if (kind, name) == (subject.tmm.kind, subject.tmm.name):
            message = f"an autoscaler can add replicas of {subject.tmm.name} that have no self IP"
            yield on_object(ID, LEVEL, obj, path, message, "disable the autoscaler in the chart's values")
