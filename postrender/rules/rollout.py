"""An update does not need resources for more TMMs than the lab runs.

What: a Deployment does not start a new TMM before an old one has ended: its `strategy` is Recreate, or allows at least
one pod to be unavailable.

Why: with RollingUpdate, Kubernetes may start a new pod first. A lab node rarely has CPUs and hugepages for another TMM,
so the new pod stays Pending, and the update never ends. Kubernetes rounds a percentage of `maxSurge` up and of
`maxUnavailable` down: with fewer than four replicas, the default of 25% allows one more pod and no unavailable pod. If
both numbers are 0, it uses a `maxUnavailable` of one. If the pod's anti-affinity requires a separate node or zone for
each TMM, the update also needs one more of these.

Fix: patch the Deployment's `strategy` as the finding says, or delete an old pod at each update.

Source: Kubernetes, Deployments.

Confidence: documentation of Kubernetes, the kernel or another program.

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
from postrender.rules.spread import required
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
DEFAULT = "25%"  #: the default of maxSurge and maxUnavailable
MAX_DIGITS = 6  #: the maximum number of digits in a number of pods or a percentage
RECREATE = "{type: Recreate}"
IN_TURN = "{type: RollingUpdate, rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}"
PATCH = "{target: {kind: Deployment, name: %s}, patch: [{op: add, path: /spec/strategy, value: %s}]}"


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding if the strategy starts a new TMM before an old one ends."""
    if subject.tmm.kind != "Deployment" or not _starts_first(subject):
        return
    message = f"an update starts the new TMM before the old one ends, which needs {_needs(subject)}"
    patch = PATCH % (full_name(subject.tmm.name), RECREATE if subject.replicas == 1 else IN_TURN)
    fix = f"if the lab does not have these, paste into spec.patches: - {patch}"
    yield on_object(ID, LEVEL, subject.object, STRATEGY, message, fix)


def _needs(subject: Subject) -> str:
    """Return what an update needs: resources, and parts of the cluster, for one TMM more than there are replicas."""
    number = subject.replicas + 1
    apart = dict.fromkeys(f"{number} different {spread.parts}" for spread in required(subject))
    return " and ".join((f"CPUs and hugepages for {number} TMMs", *apart))


def _starts_first(subject: Subject) -> bool:
    """Report whether no pod may be unavailable during an update, so that each new pod starts before an old one ends."""
    if subject.replicas == 0 or subject.text(*STRATEGY, "type") not in (None, "RollingUpdate"):
        return False
    surge, unavailable = (
        subject.text(*STRATEGY, "rollingUpdate", key) or DEFAULT for key in ("maxSurge", "maxUnavailable")
    )
    return _pods(unavailable, subject.replicas) == 0 and _pods(surge, subject.replicas, round_up=True) not in (0, None)


def _pods(amount: str, replicas: int, *, round_up: bool = False) -> int | None:
    """Return the number of pods that a number or a percentage of the replicas means; None if the value is invalid."""
    number = whole_number(amount.removesuffix("%"), MAX_DIGITS)
    if number is None or not amount.endswith("%"):
        return number
    return -(-number * replicas // 100) if round_up else number * replicas // 100
