"""The nodes have hugepages for an instance.

What: a CNEInstance has demoMode, or the size Tiny; else its TMM needs hugepages on every node that runs it.

Why: without them, TMM is not ready: a pod that requests them stays Pending, and one whose amount was set to 0 stayed at
4 of 5 containers. A build of 2.4.0-EA gave Small 4Gi and Medium 8Gi.

Fix: turn on `spec.advanced.demoMode`, choose the size Tiny from 2.4 on, or give the nodes hugepages.

Source: a live TMM of 2.4 in one public lab; F5's definition of BNKGatewayClass in 2.1 on demoMode.

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
    """Look for what makes hugepages needless."""
    size = subject.text(*SIZE)
    if subject.text(*DEMO) != "true" and size != "Tiny":
        named = f"TMM of size {brief(size)}" if size else "TMM"
        message = f"{named} needs hugepages on its nodes, and stays unready without them"
        yield on_object(ID, LEVEL, subject.object, SIZE, message, "give the nodes hugepages, or turn on demoMode")
