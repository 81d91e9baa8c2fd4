"""The config sets no resources for a CNEInstance.

What: `spec.tmm.resources` is not set if an operator creates the TMM from a CNEInstance.

Why: some operators restore fixed values, so the config's quantities may have no effect.

Fix: remove `spec.tmm.resources`, or check the TMM pod after the rollout.

Source: public tools for BIG-IP Next for Kubernetes, which disagree about this.

Confidence: several labs, which disagree.

Failing:

    tmm: {resources: {cpu: 1}}
    ---
    kind: CNEInstance

Passing:

    kind: CNEInstance
"""

from __future__ import annotations

from postrender.rules import INSTANCE, TmmHas
from postrender.rules.finding import WARNING
from postrender.rules.subject import on_config

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "instance-resources"
LEVEL = WARNING
SUBJECTS = (INSTANCE,)
WHEN = TmmHas("resources")


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding if the config sets `spec.tmm.resources`."""
    if subject.config.tmm.resources:
        message = f"the operator of a {subject.tmm.kind} may override these resources"
        yield on_config(ID, LEVEL, "spec.tmm.resources", message, "check the TMM pod after the rollout")
