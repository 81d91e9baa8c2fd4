"""Finds out whether a workload's last change has reached its pods, from its status and from the pods."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from postrender.record import NamedTuple
from postrender.verify import rows
from postrender.verify.json_fields import at, mapping, maps, name_of, namespace_of, number, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from postrender.verify.json_fields import Object


class Problem(NamedTuple):
    """A reason why a rollout is not complete, and what to do."""

    found: str
    advice: str


def problems(workload: Object, pods: Sequence[Object]) -> Iterator[Problem]:
    """Yield the reasons why a rollout is not complete, causes before their effects."""
    if number(workload, "status", "observedGeneration") < number(workload, "metadata", "generation"):
        yield Problem("the last change is pending", f"wait, or run `kubectl describe {kubectl_arguments(workload)}`")
    if at(workload, "spec", "paused") is True:
        yield Problem(
            "the rollout is paused", f"resume the rollout: `kubectl rollout resume {kubectl_arguments(workload)}`"
        )
    yield from _waiting(pods)
    ready = sum(map(is_ready, pods))
    if ready < max(replicas(workload), 1):
        yield Problem(f"{ready} ready", "wait until the other pods are ready")
    yield from _outdated(workload)


def replicas(workload: Object) -> int:
    """Return the number of pods that a workload should have."""
    if is_daemon_set(workload):
        return number(workload, "status", "desiredNumberScheduled")
    return number(workload, "spec", "replicas") if "replicas" in mapping(workload, "spec") else 1


def kubectl_arguments(workload: Object) -> str:
    """Return a workload as arguments of kubectl, for a command to copy."""
    return _arguments(str(workload.get("kind")).lower(), workload)


def _arguments(kind: str, obj: Object) -> str:
    """Return an object as arguments of kubectl. The kind comes first, so that no name looks like an option."""
    return f"{quote(f'{kind}/{name_of(obj)}')} -n {quote(namespace_of(obj) or '')}"


def is_daemon_set(workload: Object | None) -> bool:
    """Report whether a workload is a DaemonSet."""
    return text(workload, "kind") == "DaemonSet"


def is_ready(pod: Object) -> bool:
    """Report whether a pod is ready."""
    return text(condition(pod, "Ready"), "status") == "True"


def condition(pod: Object, kind: str) -> Object:
    """Return a pod's condition of the given type; an empty map if there is none."""
    return next((it for it in maps(pod, "status", "conditions") if text(it, "type") == kind), {})


def _waiting(pods: Sequence[Object]) -> Iterator[Problem]:
    waiting = [pod for pod in pods if not is_ready(pod)]
    if waiting:
        said = rows.shorten([f"{name_of(pod)}: {_reason(pod)}" for pod in waiting])
        yield Problem(said, f"run `kubectl describe {_arguments('pod', waiting[0])}`")


def _reason(pod: Object) -> str:
    """Return why a pod is not ready: it has no node, a container waits, or a readiness condition is false."""
    scheduled = condition(pod, "PodScheduled")
    if text(scheduled, "status") == "False":
        return text(scheduled, "message") or text(scheduled, "reason") or "no node yet"
    for container in maps(pod, "status", "containerStatuses"):
        if reason := text(container, "state", "waiting", "reason"):
            return f"{text(container, 'name')} is in {reason}"
    return text(condition(pod, "Ready"), "message") or text(pod, "status", "phase") or "not ready"


def _outdated(workload: Object) -> Iterator[Problem]:
    """Yield a problem if some pods are older than the last change. A status omits a count of 0."""
    key = "updatedNumberScheduled" if is_daemon_set(workload) else "updatedReplicas"
    updated, wanted = number(workload, "status", key), max(replicas(workload), number(workload, "status", "replicas"))
    if updated >= wanted:
        return
    by_hand = text(workload, "spec", "updateStrategy", "type") == "OnDelete"
    advice = "delete the old pods: the update strategy is OnDelete" if by_hand else _look(workload)
    yield Problem(f"{updated} of {wanted} pods are up to date", advice)


def _look(workload: Object) -> str:
    named = kubectl_arguments(workload)
    return f"run `kubectl rollout status {named}` and `kubectl describe {named}`"
