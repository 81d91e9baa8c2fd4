"""Generates TMM objects: a Deployment, DaemonSet or CNEInstance, with all the oddities that templates produce."""

from __future__ import annotations

from random import Random
from typing import Any

from fuzz.writer import Raw
from tests.property.manifests import FIELD, NAMES, SCRIPT, TEXTS

NETWORKS = "k8s.v1.cni.cncf.io/networks"
#: A map to which merge keys in the object refer.
COMMON = ["x-common: &common", "  base: b", "  cpu: 2", "  name: merged"]
MERGE = Raw("*common")
MORE_TEXTS = [
    "no",
    "0o17",
    "1e3",
    "~",
    "null",
    "- a",
    "{a: b}",
    "*x",
    "a #b",
    "it's",
    "C:\\x",
    "  lead",
    "\n",
    "a\n\n b\n",
]
#: Lists that are empty or look empty.
ODD_LISTS = [
    Raw(text)
    for text in ("[! ]", "[?]", "[? ]", "[ ]", "[\n                        ]", "!!seq []", "&e []", "[!!null ]")
]


def some(source: Random, entries: dict[str, Any], of_100: int = 50) -> dict[str, Any]:
    """Return some of the entries, in random order."""
    kept = [(key, value) for key, value in entries.items() if source.random() * 100 < of_100]
    source.shuffle(kept)
    return dict(kept)


def or_nothing(source: Random, value: Any) -> Any:
    """Return the given value, or sometimes an empty value, as a template writes if the user sets nothing."""
    return value if source.random() < 0.85 else source.choice([None, {} if isinstance(value, dict) else []])


def variable(source: Random) -> dict[str, Any]:
    """Return an environment variable."""
    name = source.choice(NAMES)
    if source.random() < 0.15:
        return source.choice([{"name": name, "valueFrom": FIELD}, {"valueFrom": FIELD, "name": name}])
    if source.random() < 0.1:
        return {"name": name}
    entry = {"name": name, "value": source.choice(TEXTS if source.random() < 0.8 else MORE_TEXTS)}
    return entry if source.random() < 0.9 else dict(reversed(entry.items()))


def environment(source: Random) -> Any:
    """Return a list of variables, sometimes with a repeated name."""
    if source.random() < 0.01:
        return source.choice(ODD_LISTS)
    found = [variable(source) for _ in range(source.choice([0, 1, 1, 2, 3, 4, 6]))]
    return or_nothing(source, found + found[:1] * (source.random() < 0.1))


def amounts(source: Random) -> Any:
    """Return the amounts of `limits` or `requests`."""
    entries = {
        "cpu": source.choice([1, 2, "1", "500m"]),
        "hugepages-2Mi": source.choice(["3Gi", "1572Mi"]),
        "memory": source.choice(["2Gi", "4Gi"]),
        "openshift.io/x": source.choice([1, "1"]),
        "intel.com/y": 1,
    }
    return or_nothing(source, some(source, entries))


def container(source: Random, merges: bool) -> dict[str, Any]:
    """Return the TMM container."""
    entries = {
        "env": environment(source),
        "resources": or_nothing(source, some(source, {"limits": amounts(source), "requests": amounts(source)}, 80)),
        "lifecycle": {"preStop": {"exec": {"command": ["/bin/sh", "-c", SCRIPT]}}},
        "args": ["-a", "b"],
        "securityContext": source.choice([None, {"privileged": None, "runAsUser": 0}]),
        "image": "registry/f5-tmm:v1",
    }
    rest = some(source, entries, 60)
    if merges and source.random() < 0.3:
        place = source.choice([rest, *(it for it in (rest.get("env") or []))])
        place["<<"] = MERGE
    return {"name": "f5-tmm", **rest} if source.random() < 0.8 else {**rest, "name": "f5-tmm"}


def pod_annotations(source: Random, merges: bool) -> Any:
    """Return the pod template's annotations."""
    entries = {
        NETWORKS: source.choice(["default/a,default/b", "sriov-a, sriov-b", "lab/net-a", '[{"name": "a"}]', None]),
        "robin.io/networks": source.choice(["sriov-a", None]),
        "openshift.io/scc": "privileged",
        "note": source.choice([*TEXTS, "some more words"]),
    }
    merge = {"<<": MERGE} if merges and source.random() < 0.3 else {}
    return or_nothing(source, {**some(source, entries), **merge})


def workload(source: Random, merges: bool) -> dict[str, Any]:
    """Return a Deployment or DaemonSet."""
    sidecar = {
        "name": "debug",
        "env": [{"name": "PCIDEVICE_X", "value": "1"}],
        "resources": {"limits": {"openshift.io/x": 1}},
    }
    tmm = container(source, merges)
    pod = {"containers": source.choice([[tmm], [tmm], [tmm, sidecar], [sidecar, tmm]])}
    pod |= some(source, {"hostNetwork": False, "volumes": [{"name": "v", "emptyDir": {}}]}, 30)
    pod_metadata = some(source, {"annotations": pod_annotations(source, merges), "labels": {"app": "f5-tmm"}}, 70)
    template = some(source, {"metadata": or_nothing(source, pod_metadata), "spec": pod}, 100)
    spec = some(source, {"replicas": 1, "template": template}, 100)
    metadata: dict[str, Any] = {"name": "f5-tmm"}
    metadata |= some(
        source, {"namespace": "spk", "labels": {"app": "f5-tmm"}, "annotations": {"toda.f5.com/tmm-name": "f5-tmm"}}, 30
    )
    kind = source.choice(["Deployment", "DaemonSet"])
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": metadata, "spec": spec}


def instance(source: Random, merges: bool) -> dict[str, Any]:
    """Return a CNEInstance object, from which an operator creates the workload."""
    tmm = some(source, {"env": environment(source), "resources": {"limits": amounts(source)}, "palCPUSet": "0-3"})
    advanced = some(source, {"tmm": or_nothing(source, tmm), "demoMode": {"enabled": True}}, 80)
    if merges and advanced and source.random() < 0.3:
        advanced["<<"] = MERGE
    networks = or_nothing(source, source.choice([["net-a"], ["a", "b"], ["net-b", "net-a"]]))
    spec = some(source, {"networkAttachments": networks, "advanced": or_nothing(source, advanced), "product": "x"}, 75)
    metadata = {"name": "bnk", **some(source, {"namespace": "spk"}, 30)}
    return {"apiVersion": "k8s.f5.com/v1", "kind": "CNEInstance", "metadata": metadata, "spec": spec}


def tmm_object(source: Random, merges: bool) -> dict[str, Any]:
    """Return a TMM object, or sometimes a List that contains one."""
    found = (instance if source.random() < 0.15 else workload)(source, merges)
    if source.random() > 0.08:
        return found
    other = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "f5-tmm"}}
    return {"apiVersion": "v1", "kind": "List", "items": source.choice([[found], [other, found], [found, other]])}
