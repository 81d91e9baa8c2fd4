"""The nodes have hugepages for the TMM of a CNEInstance or BNKGatewayClass.

What: the object turns on demoMode or has the size Tiny; otherwise, its TMM needs hugepages on every node where it
runs.

Why: without hugepages, TMM is not ready. A pod that requests hugepages stays Pending; in one lab, a pod with the
quantity set to 0 had only 4 of 5 containers ready. In a build of 2.4.0-EA, the size Small needed 4Gi, and Medium 8Gi.

Fix: turn on `spec.advanced.demoMode`, choose the size Tiny (2.4 and later), or give the nodes hugepages.

Source: a live 2.4 TMM in one public lab; for demoMode, F5's definition of BNKGatewayClass in 2.1.

Confidence: one lab; F5's definition or chart for demoMode.

Failing:

    kind: CNEInstance
    spec: {deploymentSize: Small, advanced: {demoMode: null}}

Passing:

    kind: CNEInstance
    spec: {deploymentSize: Small, advanced: {demoMode: {enabled: true}}}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.errors import brief
from postrender.rules import INSTANCE, STREAM
from postrender.rules.finding import NOTE
from postrender.rules.subject import on_object
from postrender.spk import instance_fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "instance-hugepages"
LEVEL = NOTE
SUBJECTS = (INSTANCE,)
SCOPE = STREAM

SIZE = ("spec", "deploymentSize")
DEMO = ("spec", "advanced", "demoMode", "enabled")


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding unless a setting makes hugepages unnecessary."""
    size = subject.text(*SIZE)
    has_tiny = instance_fields.exists(subject.product, "Tiny")
    if subject.text(*DEMO) != "true" and not (size == "Tiny" and has_tiny):
        named = f"TMM of size {brief(size)}" if size else "TMM"
        message = f"{named} needs hugepages on its nodes, and is not ready without them"
        fix = "give the nodes hugepages, or turn on demoMode"
        yield on_object(
            ID, LEVEL, subject.object, SIZE, message, f"{fix}, or choose the size Tiny" if has_tiny else fix
        )
