"""What came of it: the pods, their networks, the self IPs."""

from __future__ import annotations

import json
from urllib.parse import quote

from postrender import vlans
from postrender.hosts.cluster import kubectl, rows
from postrender.hosts.cluster.fields import at, mapping, maps, name_of, namespace_of, number, strings, text, texts
from postrender.hosts.cluster.kubectl import Kind
from postrender.hosts.cluster.rows import ABSENT, RESULT, Question

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from postrender.hosts.cluster.fields import Object
    from postrender.hosts.cluster.kubectl import Answer
    from postrender.hosts.cluster.live import Live
    from postrender.hosts.cluster.rows import Row

SECTION = "Next steps"
VALUES = "Helm values"
PODS = Kind("v1", "pods")
VLANS = Kind(vlans.API_VERSION, "f5-spk-vlans")
#: Multus' report on a pod; the second name is its older one.
STATUS = ("k8s.v1.cni.cncf.io/network-status", "k8s.v1.cni.cncf.io/networks-status")
OPERATORS = {
    "In": "{key} in ({values})",
    "NotIn": "{key} notin ({values})",
    "Exists": "{key}",
    "DoesNotExist": "!{key}",
}
#: What a field of an F5SPKVlan is where it is left out.
DEFAULTS = {"tag": 0, "internal": False}


def rows_of(live: Live) -> Iterator[Row]:
    """Yield the rows of the group."""
    yield from _pods(live)
    yield from _vlans(live)


# Pods.


def _pods(live: Live) -> Iterator[Row]:
    workload = live.workload.value
    wanted = _replicas(workload) if workload else 0
    ready = Question(RESULT, "TMM pods", f"{wanted or 'at least 1'} ready", SECTION)
    qos = Question(RESULT, "quality of service of the pods", "Guaranteed", VALUES)
    attached = Question(RESULT, "networks of the pods", ", ".join(_attachments(live)), SECTION)
    answer = _read(live)
    if not answer.value:
        missing = answer.unknown or ("no pods" if workload else "no TMM workload")
        yield rows.unknown(ready, missing) if answer.unknown else _none(live, ready, missing)
        yield from (rows.unknown(question, missing) for question in (qos, attached))
        return
    yield _ready(ready, answer.value, wanted)
    yield _guaranteed(qos, answer.value)
    yield _networks(attached, answer.value, _attachments(live))


def _read(live: Live) -> Answer:
    """Return the pods of the workload that are to stay."""
    workload = live.workload.value
    if workload is None:
        return kubectl.Answer(unknown=live.workload.unknown)
    selector = quote(_selector(mapping(workload, "spec", "selector")))
    answer = kubectl.every(live.access, PODS, namespace_of(workload), f"?labelSelector={selector}")
    return answer._replace(value=[pod for pod in answer.value or () if _stays(pod)])


def _stays(pod: Object) -> bool:
    ended = text(pod, "status", "phase") in ("Succeeded", "Failed")
    return not ended and at(pod, "metadata", "deletionTimestamp") is None


def _selector(selector: Object) -> str:
    """Write a label selector as the API server takes it in a query."""
    terms = [f"{name}={value}" for name, value in strings(selector, "matchLabels").items()]
    for wanted in maps(selector, "matchExpressions"):
        form = OPERATORS.get(text(wanted, "operator"), "{key}")
        terms.append(form.format(key=text(wanted, "key"), values=",".join(texts(wanted, "values"))))
    return ",".join(terms)


def _replicas(workload: Object) -> int:
    if workload.get("kind") == "DaemonSet":
        return number(workload, "status", "desiredNumberScheduled")
    return number(workload, "spec", "replicas") if "replicas" in mapping(workload, "spec") else 1


def _none(live: Live, question: Question, missing: str) -> Row:
    """Say what to do where there are no pods; that there is nothing to make them is the row of the TMM."""
    workload = live.workload.value
    if workload is None and live.tmm.value is None:
        return rows.unknown(question, missing)
    if workload is None:
        return rows.differs(question, missing, "look at the operator's log: it makes the workload from the instance")
    name = f"{str(workload.get('kind')).lower()}/{name_of(workload)} -n {namespace_of(workload)}"
    if _replicas(workload):
        return rows.differs(question, missing, f"look at `kubectl describe {name}`; a webhook may refuse its pods")
    scalable = workload.get("kind") == "Deployment"
    return rows.differs(
        question,
        missing,
        f"scale it up: `kubectl scale {name} --replicas 1`"
        if scalable
        else "label a node so that the DaemonSet takes it",
    )


def _ready(question: Question, pods: Sequence[Object], wanted: int) -> Row:
    waiting = {name_of(pod): _reason(pod) for pod in pods if text(_condition(pod, "Ready"), "status") != "True"}
    ready = len(pods) - len(waiting)
    if ready >= max(wanted, 1):
        return rows.ok(question, f"{ready} ready")
    said = rows.listed([f"{name}: {reason}" for name, reason in waiting.items()]) if waiting else f"{ready} ready"
    first = next((pod for pod in pods if name_of(pod) in waiting), None)
    if first is None:
        return rows.differs(question, said, "wait for the other pods")
    where = f"{name_of(first)} -n {namespace_of(first)}"
    return rows.differs(question, said, f"look at `kubectl describe pod {where}`")


def _condition(pod: Object, kind: str) -> Object:
    return next((it for it in maps(pod, "status", "conditions") if text(it, "type") == kind), {})


def _reason(pod: Object) -> str:
    """Return why a pod is not ready: it has no node, a container waits, a gate is closed."""
    scheduled = _condition(pod, "PodScheduled")
    if text(scheduled, "status") == "False":
        return text(scheduled, "message") or text(scheduled, "reason") or "it has no node"
    for container in maps(pod, "status", "containerStatuses"):
        if reason := text(container, "state", "waiting", "reason"):
            return f"{text(container, 'name')} is in {reason}"
    return text(_condition(pod, "Ready"), "message") or text(pod, "status", "phase") or "not ready"


def _guaranteed(question: Question, pods: Sequence[Object]) -> Row:
    classes = {name_of(pod): text(pod, "status", "qosClass") or "none" for pod in pods}
    others = [f"{name}: {found}" for name, found in classes.items() if found != question.expected]
    if others:
        return rows.differs(question, rows.listed(others), "give every container equal limits and requests")
    return rows.ok(question, question.expected)


# Networks.


def _attachments(live: Live) -> list[str]:
    """Return what Multus should have attached, in order: interface and network."""
    return [
        f"{network.interface or f'net{number}'} {live.place(network) or '?'}/{network.name}"
        for number, network in enumerate(live.config.networks, 1)
    ]


def _networks(question: Question, pods: Sequence[Object], wanted: list[str]) -> Row:
    for pod in pods:
        found = _status(pod)
        if found != wanted:
            advice = "delete the pod, so that it is attached anew" if found else "look at Multus' log on the pod's node"
            return rows.differs(question, f"{name_of(pod)}: {rows.listed(found or [ABSENT])}", advice)
    return rows.ok(question, rows.listed(wanted))


def _status(pod: Object) -> list[str]:
    """Return the networks beside the cluster's own, as Multus reports them."""
    annotations = strings(pod, "metadata", "annotations")
    written = next((annotations[name] for name in STATUS if name in annotations), "[]")
    try:
        entries = maps(json.loads(written))
    except (ValueError, RecursionError):
        return ["unreadable"]
    return [f"{text(it, 'interface')} {text(it, 'name')}" for it in entries if not it.get("default")]


# Self IPs.


def _vlans(live: Live) -> Iterator[Row]:
    wanted = vlans.objects(live.config)
    if not wanted:
        question = Question(RESULT, "F5SPKVlan", "one for each network", SECTION)
        where = f"look at `kubectl get {VLANS.plural}.{VLANS.group_version.partition('/')[0]} -A`"
        yield rows.unknown(question, "the config has no vlan", where)
        return
    if live.namespace is None:
        answer = kubectl.Answer(unknown="no namespace (give --namespace)")
    else:
        answer = kubectl.every(live.access, VLANS, live.namespace)
    for vlan in wanted:
        question = Question(RESULT, f"F5SPKVlan {name_of(vlan)}", _spec(vlan["spec"]), SECTION)
        yield _vlan(question, vlan, answer)


def _vlan(question: Question, wanted: Object, answer: Answer) -> Row:
    apply = "apply what `spk-macvlan vlans` prints"
    if answer.value is None:
        unserved = "" if answer.unknown else f"release SPK, which brings the kind, then {apply}"
        return rows.unknown(question, answer.unknown or f"{VLANS.plural} are not served", unserved)
    found = next((it for it in answer.value if name_of(it) == name_of(wanted)), None)
    if found is None:
        return rows.differs(question, ABSENT, apply)
    spec = {**DEFAULTS, **mapping(found, "spec")}
    differing = {key: spec.get(key) for key, value in wanted["spec"].items() if spec.get(key) != value}
    if differing:
        return rows.differs(question, _spec(differing), apply)
    return rows.ok(question, "the same")


def _spec(spec: Object) -> str:
    return ", ".join(f"{key} {_text(value)}" for key, value in spec.items())


def _text(value: object) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value))
    return ABSENT if value is None else str(value).lower() if isinstance(value, bool) else str(value)
