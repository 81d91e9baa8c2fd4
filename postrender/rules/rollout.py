"""An update does not need resources for two TMMs.

What: a Deployment with one TMM does not start the new pod before the old one has ended: its `strategy` is Recreate, or
allows one pod to be unavailable.

Why: with RollingUpdate, Kubernetes starts the new pod first. A lab node rarely has CPUs and hugepages for two TMMs, so
the new pod stays Pending, and the update never ends. With one pod, Kubernetes rounds a `maxUnavailable` below 100% down
to zero; if `maxSurge` is also 0, it uses a `maxUnavailable` of one.

Fix: patch the Deployment's `strategy` as the finding says, or delete the old pod at each update.

Source: Kubernetes, Deployments.

Failing:

    replicas: 1
    strategy: {type: RollingUpdate}

Passing:

    replicas: 1
    strategy: {type: Recreate}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.errors import full_name
from postrender.limits import whole_number
from postrender.rules import STREAM, WORKLOAD
from postrender.rules.finding import NOTE
from postrender.rules.subject import on_object

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "rollout"
LEVEL = NOTE
SUBJECTS = (WORKLOAD,)
SCOPE = STREAM

STRATEGY = ("spec", "strategy")
MAX_DIGITS = 3  #: the maximum number of digits in a percentage
WHOLE = 100  #: the percentage that means all pods
PATCH = "{target: {kind: Deployment, name: %s}, patch: [{op: add, path: /spec/strategy, value: {type: Recreate}}]}"


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding if the strategy needs resources for two TMMs."""
    if subject.tmm.kind == "Deployment" and subject.replicas == 1 and _starts_first(subject):
        message = "an update starts the new TMM before the old one ends, which needs CPUs and hugepages for both"
        fix = f"if no node has enough, paste into spec.patches: - {PATCH % full_name(subject.tmm.name)}"
        yield on_object(ID, LEVEL, subject.object, STRATEGY, message, fix)


def _starts_first(subject: Subject) -> bool:
    if subject.text(*STRATEGY, "type") not in (None, "RollingUpdate"):
        return False
    surge, unavailable = (subject.text(*STRATEGY, "rollingUpdate", key) for key in ("maxSurge", "maxUnavailable"))
    return surge not in ("0", "0%") and (unavailable in (None, "0") or _is_part(unavailable))


def _is_part(amount: str | None) -> bool:
    """Report whether an amount is a percentage below 100."""
    percent = whole_number((amount or "").removesuffix("%"), MAX_DIGITS)
    return (amount or "").endswith("%") and percent is not None and percent < WHOLE
