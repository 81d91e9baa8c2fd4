"""The rows about the result: the TMM's pods, their networks and, from `self_ips`, the self IPs."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from postrender.spk import kinds
from postrender.verify import attachments, kubectl, rollout, rows, self_ips
from postrender.verify.json_fields import at, mapping, maps, name_of, namespace_of, strings, text, texts
from postrender.verify.kubectl import Kind
from postrender.verify.rows import RESULT, Question

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from postrender.verify.json_fields import Object
    from postrender.verify.kubectl import Response
    from postrender.verify.live import Live
    from postrender.verify.rows import Row

SECTION = "Next steps"
VALUES = "Helm values"
PODS = Kind("v1", "pods")
GATEWAYS = Kind("gateway.networking.k8s.io/v1", "gateways")
OPERATORS = {
    "In": "{key} in ({values})",
    "NotIn": "{key} notin ({values})",
    "Exists": "{key}",
    "DoesNotExist": "!{key}",
}


def requests(live: Live) -> list[kubectl.Request]:
    """Return the requests for the TMM's namespace."""
    pods = [_of_pods(live.workload.value)] if live.workload.value else []
    return [*pods, *self_ips.requests(live)]


def rows_of(live: Live) -> Iterator[Row]:
    """Yield the rows about the pods, their networks and the self IPs."""
    yield from _pods(live)
    yield from self_ips.rows_of(live)


# Pods.


def _pods(live: Live) -> Iterator[Row]:
    workload = live.workload.value
    wanted = rollout.replicas(workload) if workload else 0
    ready = Question(RESULT, "TMM pods", f"{wanted or 'at least 1'} ready", SECTION)
    qos = Question(RESULT, "quality of service of the pods", "Guaranteed", VALUES)
    attached = Question(RESULT, "networks of the pods", ", ".join(attachments.expected(live, live.template)), SECTION)
    answer = _read(live)
    if not answer.value:
        missing = answer.unknown or ("no pods" if workload else "no TMM workload")
        yield rows.unknown(ready, missing) if answer.unknown else _none(live, ready, missing)
        yield from (rows.unknown(question, missing) for question in (qos, attached))
        return
    yield _ready(ready, workload, answer.value)
    yield _guaranteed(qos, answer.value)
    yield attachments.row(live, attached, answer.value)
    if kinds.of_name(text(live.tmm.value, "kind"), kinds.INSTANCES):
        yield from _gateways(live, answer.value)


def _gateways(live: Live, pods: Sequence[Object]) -> Iterator[Row]:
    """Yield a row if TMM pods are younger than Gateways. Source: one public lab on BIG-IP Next for Kubernetes 2.3."""
    gateways = {name_of(it): _created(it) for it in kubectl.every(live.access, GATEWAYS).value or ()}
    if not gateways:
        return
    question = Question(RESULT, "Gateways", "traffic passes through each of them", SECTION)
    late = [name_of(pod) for pod in pods if any(_created(pod) > created for created in gateways.values())]
    if late:
        said = f"younger than a Gateway: {rows.shorten(late)}"
        advice = "if TMM answers HTTP/1.0 500, delete and apply the Gateways and their routes again"
        yield rows.manual(question, said, advice)


def _created(obj: Object) -> str:
    """Return when an object was created, such as 2026-01-31T12:00:00Z."""
    return text(obj, "metadata", "creationTimestamp")


def _read(live: Live) -> Response:
    """Return the workload's pods, except those that have ended or are being deleted."""
    workload = live.workload.value
    if workload is None:
        return kubectl.Response(unknown=live.workload.unknown)
    answer = kubectl.every(live.access, PODS, namespace_of(workload), _selected(workload))
    return answer._replace(value=[pod for pod in answer.value or () if _stays(pod)])


def _of_pods(workload: Object) -> kubectl.Request:
    return kubectl.of_every(PODS, namespace_of(workload), _selected(workload))


def _selected(workload: Object) -> str:
    return f"?labelSelector={quote(_selector(mapping(workload, 'spec', 'selector')))}"


def _stays(pod: Object) -> bool:
    ended = text(pod, "status", "phase") in ("Succeeded", "Failed")
    return not ended and at(pod, "metadata", "deletionTimestamp") is None


def _selector(selector: Object) -> str:
    """Return a label selector in the form that the API server accepts in a query."""
    terms = [f"{name}={value}" for name, value in strings(selector, "matchLabels").items()]
    for wanted in maps(selector, "matchExpressions"):
        form = OPERATORS.get(text(wanted, "operator"), "{key}")
        terms.append(form.format(key=text(wanted, "key"), values=",".join(texts(wanted, "values"))))
    return ",".join(terms)


def _none(live: Live, question: Question, missing: str) -> Row:
    """Return the row for a TMM without pods. The row about the TMM already reports a missing workload."""
    workload = live.workload.value
    if workload is None and live.tmm.value is None:
        return rows.unknown(question, missing)
    if workload is None:
        return rows.differs(question, missing, "check the log of the operator, which creates the workload")
    name = rollout.kubectl_arguments(workload)
    if rollout.replicas(workload):
        return rows.differs(question, missing, f"run `kubectl describe {name}`; a webhook may refuse its pods")
    if rollout.is_daemon_set(workload):
        return rows.differs(question, missing, "label a node so that the DaemonSet selects it")
    return rows.differs(question, missing, f"scale the workload up: `kubectl scale {name} --replicas 1`")


def _ready(question: Question, workload: Object, pods: Sequence[Object]) -> Row:
    problem = next(rollout.problems(workload, pods), None)
    if problem:
        return rows.differs(question, *problem)
    return rows.ok(question, f"{len(pods)} ready")


def _guaranteed(question: Question, pods: Sequence[Object]) -> Row:
    classes = {name_of(pod): text(pod, "status", "qosClass") or "none" for pod in pods}
    others = [f"{name}: {found}" for name, found in classes.items() if found != question.expected]
    if others:
        return rows.differs(question, rows.shorten(others), "set equal limits and requests in every container")
    return rows.ok(question, question.expected)
