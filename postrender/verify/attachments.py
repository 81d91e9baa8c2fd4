"""Compares the networks that Multus reports for each pod with the config.

Multus attaches a pod once, when it starts. A later change to a definition takes effect only in the next pod, so
the row is unknown if a pod may have been attached before the last change.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from postrender.rules.networks import keep_interfaces
from postrender.spk import NETWORKS, kinds
from postrender.verify import rollout, rows, user_patches
from postrender.verify.json_fields import mapping, maps, name_of, strings, text
from postrender.verify.rows import ABSENT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from postrender.verify.json_fields import Object
    from postrender.verify.live import Live
    from postrender.verify.rows import Question, Row

#: The annotation in which Multus reports a pod's networks, and the older name of the annotation.
STATUS = ("k8s.v1.cni.cncf.io/network-status", "k8s.v1.cni.cncf.io/networks-status")


def expected(live: Live, template: Object) -> list[str]:
    """Return the interfaces and networks that Multus should have attached to a pod or a pod template, in order."""
    annotation = strings(template, "metadata", "annotations").get(NETWORKS, "")
    return [
        f"{network.interface or f'net{number}'} {live.place(network) or '?'}/{network.name}"
        for number, network in enumerate(keep_interfaces(live.config.networks, (annotation,)), 1)
    ]


def row(live: Live, question: Question, pods: Sequence[Object]) -> Row:
    """Return the row about the networks of the pods."""
    placed = [pod for pod in pods if _is_placed(pod)]
    waiting = [name_of(pod) for pod in pods if not _is_placed(pod)]
    for pod in placed:
        names = _reported(pod)
        if names != expected(live, pod):
            return _unlike(live, question, f"{name_of(pod)}: {rows.shorten(names or [ABSENT])}", bool(names))
    if waiting:
        return rows.unknown(question, f"no node yet: {rows.shorten(waiting)}")
    unknown = next((why for pod in placed if (why := _why_stale(live, pod))), "")
    if unknown:
        return rows.unknown(question, unknown, "if a definition may have changed after the pod started, delete the pod")
    return rows.ok(question, rows.shorten(expected(live, pods[0])))


def _is_placed(pod: Object) -> bool:
    """Report whether a pod is assigned to a node; only then can Multus attach it to networks."""
    return bool(_reported(pod)) or text(rollout.condition(pod, "PodScheduled"), "status") == "True"


def _unlike(live: Live, question: Question, said: str, is_attached: bool) -> Row:
    instance = kinds.of_name(live.tmm.value["kind"], kinds.INSTANCES)
    path = instance.networks if instance else (*kinds.ANNOTATIONS, NETWORKS)
    if user_patches.may_change(live.config, live.tmm.value, path):
        return rows.unknown(question, f"{said}; {user_patches.WHY}", user_patches.ADVICE)
    if is_attached:
        return rows.differs(question, said, "delete the pod, so that Multus attaches its replacement")
    return rows.differs(question, said, "check Multus' log on the pod's node")


def _reported(pod: Object) -> list[str]:
    """Return a pod's networks as Multus reports them, without the cluster's default network."""
    annotations = strings(pod, "metadata", "annotations")
    written = next((annotations[name] for name in STATUS if name in annotations), "[]")
    try:
        entries = maps(json.loads(written))
    except (ValueError, RecursionError):
        return ["unreadable"]
    return [f"{text(it, 'interface')} {text(it, 'name')}" for it in entries if not it.get("default")]


def _why_stale(live: Live, pod: Object) -> str:
    """Return why a pod may be attached to older definitions of its networks, or an empty string.

    `managedFields` has only one time for all fields of a manager, so a change to a label looks like a change to the
    `spec`.
    """
    attached = max(_written(pod, ("f:metadata", "f:annotations", f"f:{name}")) for name in STATUS)
    for network, answer in zip(live.config.networks, live.definitions, strict=True):
        changed = _written(answer.value, ("f:spec",))
        if not attached or not changed:
            why = answer.unknown or ("it may have changed after the pod was attached" if answer.value else ABSENT)
            return f"definition of {network.name}: {why}"
        if changed > attached:
            return f"{name_of(pod)} may have been attached before {network.name} was changed at {changed}"
    return ""


def _written(pod: Object, path: tuple[str, ...]) -> str:
    """Return when a field of an object was last changed, such as 2026-01-31T12:00:00Z; empty if unknown."""
    fields = maps(pod, "metadata", "managedFields")
    return max((text(it, "time") for it in fields if path[-1] in mapping(it, "fieldsV1", *path[:-1])), default="")
