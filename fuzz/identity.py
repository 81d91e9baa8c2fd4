"""`python -m fuzz --identity`: applies converted streams to a real API server, and checks the objects in the server.

The random streams contain repeated objects, hooks, Lists and two namespaces. The program either refuses a stream, or
converts it so that the API server has what the config asks for: a TMM that is attached to the config's networks, a
definition with the config's NIC for each network that the config creates, and every ConfigMap of the input. Hooks are
not applied, because Helm creates them separately. If the TMM has a namespace, this is also the namespace of the Helm
release, as docs/config.md requires.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import yaml

from postrender import config, conversion
from postrender.errors import INTERNAL, Failure
from postrender.kubernetes.objects import HOOK

NETWORKS = "k8s.v1.cni.cncf.io/networks"
DEFINITION = {"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition"}
NAMES = ("net-a", "net-b")
APPLIED, REFUSED, WRONG, BUG = "applied", "refused", "wrong", "bug"

Object = dict[str, Any]
Kubectl = Callable[..., str]


class Release(NamedTuple):
    """The objects of a rendered stream, the spec of its config, and two namespaces: the Helm release's and another."""

    objects: tuple[Object, ...]
    spec: Object
    namespaces: tuple[str, str]


def generate(seed: int, index: int) -> Release:
    """Return the Helm release with this seed and index."""
    draw = Random(f"{seed}-{index}")
    namespaces = (f"own-{index}", f"other-{index}")
    places = (None, None, *namespaces)
    tmm = _tmm(draw, draw.choice((None, namespaces[0])))
    objects = [tmm, *(_object(draw, places) for _ in range(draw.randrange(1, 6)))]
    if draw.random() < 0.1:
        objects.append(_changed(draw, tmm))
    if draw.random() < 0.3:
        objects.append(draw.choice(objects[1:]))
    draw.shuffle(objects)
    if draw.random() < 0.2:
        objects = [{"apiVersion": "v1", "kind": "List", "items": objects}]
    networks = [_network(draw, name, places) for name in NAMES[: draw.randrange(1, 3)]]
    own = {"namespace": tmm["metadata"]["namespace"]} if "namespace" in tmm["metadata"] and draw.random() < 0.5 else {}
    return Release(tuple(objects), {"networks": networks, "tmm": own}, namespaces)


def _metadata(name: str, namespace: str | None) -> Object:
    return {"name": name, "namespace": namespace} if namespace else {"name": name}


def _tmm(draw: Random, namespace: str | None) -> Object:
    container: Object = {"name": "f5-tmm", "image": "x", "env": [{"name": "A", "value": draw.choice("xyz")}]}
    container["resources"] = {"limits": {"openshift.io/sriov": 1}}
    labels = {"app": "f5-tmm"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    spec = {"replicas": 0, "selector": {"matchLabels": labels}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": _metadata("f5-tmm", namespace), "spec": spec}


def _changed(draw: Random, tmm: Object) -> Object:
    """Return a TMM with the same name and namespace as this one, perhaps with a different value or as a hook."""
    made = _tmm(draw, tmm["metadata"].get("namespace"))
    if draw.random() < 0.5:
        made["metadata"]["annotations"] = {HOOK: "test"}
    return made


def _object(draw: Random, places: tuple[str | None, ...]) -> Object:
    metadata = _metadata(draw.choice((*NAMES, "other")), draw.choice(places))
    if draw.random() < 0.2:
        metadata["annotations"] = {HOOK: "pre-install"}
    if draw.random() < 0.4:
        data = {"a": draw.choice("xyz")}
        return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}
    name = metadata["name"]
    cni = draw.choice((_cni(name, "ens1"), _cni(name, "ens1"), _cni(name, "ens2"), {"name": name, "type": "sriov"}))
    return {**DEFINITION, "metadata": metadata, "spec": {"config": json.dumps(cni)}}


def _cni(name: str, master: str) -> Object:
    return {"cniVersion": "0.3.1", "name": name, "type": "macvlan", "master": master, "mode": "bridge", "ipam": {}}


def _network(draw: Random, name: str, places: tuple[str | None, ...]) -> Object:
    network: Object = {"name": name, "master": "ens1"}
    if namespace := draw.choice((None, *places)):
        network["namespace"] = namespace
    if draw.random() < 0.2:
        network["create"] = False
    return network


def judge(release: Release, kubectl: Kubectl) -> tuple[str, str]:
    """Convert and apply a Helm release. Return the outcome and, unless the outcome is APPLIED, the reason."""
    stream = "".join(f"---\n{yaml.safe_dump(it, sort_keys=False)}" for it in release.objects)
    text = json.dumps({"apiVersion": config.API_VERSION, "kind": config.KIND, "spec": release.spec})
    try:
        converted = conversion.convert(stream.encode(), config.parse(text.encode()))
    except Failure as failure:
        return BUG if failure.status == INTERNAL else REFUSED, str(failure)
    output = [it for it in _flat(yaml.safe_load_all(converted.output)) if not _is_hook(it)]
    own, other = release.namespaces
    # The objects get the namespace here, because `kubectl --namespace` refuses objects of other namespaces.
    placed = ({**it, "metadata": {"namespace": own, **it["metadata"]}} for it in output)
    kubectl("apply", "-f", "-", stdin="\n---\n".join(map(json.dumps, placed)))
    kinds = "deployments,configmaps,network-attachment-definitions"
    found = [
        it for place in (own, other) for it in json.loads(kubectl("get", kinds, "-n", place, "-o", "json"))["items"]
    ]
    problems = [*_problems(release, {_identity(it, own): it for it in found})]
    return (WRONG, "; ".join(problems)) if problems else (APPLIED, "")


def _flat(documents: Iterable[Any]) -> Iterator[Object]:
    """Yield the objects of the documents; each item of a List is a separate object."""
    for document in filter(None, documents):
        yield from document["items"] if document["kind"] == "List" else [document]


def _is_hook(it: Object) -> bool:
    return HOOK in it["metadata"].get("annotations", {})


def _identity(it: Object, namespace: str) -> tuple[str, str, str]:
    return it["kind"], it["metadata"].get("namespace", namespace), it["metadata"]["name"]


def _problems(release: Release, found: dict[tuple[str, str, str], Object]) -> Iterator[str]:
    """Yield a sentence for each object in the API server that differs from the config."""
    own = release.namespaces[0]
    given = {_identity(it, own): it for it in _flat(release.objects) if not _is_hook(it)}
    (place,) = {namespace for kind, namespace, _ in given if kind == "Deployment"}
    if ("Deployment", place, "f5-tmm") not in found:
        yield "there is no TMM"
        return
    tmm = found["Deployment", place, "f5-tmm"]["spec"]["template"]
    container = tmm["spec"]["containers"][0]
    if {"name": "TMM_MAPRES_ADDL_VETHS_ON_DP", "value": "TRUE"} not in container["env"] or container["resources"]:
        yield "TMM is not converted"
    listed = tmm["metadata"].get("annotations", {}).get(NETWORKS, "").split(",")
    if len(listed) != len(release.spec["networks"]):
        yield f"TMM is attached to {listed}, not to {len(release.spec['networks'])} networks"
    for reference, network in zip(listed, release.spec["networks"], strict=False):
        namespace, name = reference.split("/") if "/" in reference else (place, reference)
        definition = found.get((DEFINITION["kind"], namespace, name))
        if name != network["name"] or namespace != network.get("namespace", place):
            yield f"TMM is attached to {reference}, not to {network}"
        if network.get("create", True) and (definition is None or not _is_of(definition, network)):
            yield f"the definition of {reference} is wrong: {definition and definition['spec']}"
    for identity, it in given.items():
        if it["kind"] == "ConfigMap" and found[identity]["data"] != it["data"]:
            yield f"{identity} has {found[identity]['data']}, not {it['data']}"


def _is_of(definition: Object, network: Object) -> bool:
    cni = json.loads(definition["spec"]["config"])
    return (cni["type"], cni.get("master")) == ("macvlan", network["master"])


def check(seed: int, count: int, kubectl: Kubectl) -> Counter[str]:
    """Judge many Helm releases, print the wrong ones, and return how many releases have each outcome."""
    releases = [generate(seed, number) for number in range(count)]
    namespaces = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": it}} for one in releases for it in one.namespaces
    ]
    kubectl("create", "-f", "-", stdin="\n---\n".join(map(json.dumps, namespaces)))
    outcomes: Counter[str] = Counter()
    for number, release in enumerate(releases):
        outcome, reason = judge(release, kubectl)
        outcomes[outcome] += 1
        if outcome in (WRONG, BUG):
            print(f"{number}: {outcome}: {reason}", flush=True)
    return outcomes


def run(seed: int, count: int) -> int:
    """Judge many Helm releases on a new control plane. Return 1 if a release is wrong, otherwise 0."""
    from tests.cluster.conftest import DEFINITION as FILE
    from tests.cluster.control_plane import running
    from tools.binaries import published

    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as plane:
        plane.define(published(*FILE))
        outcomes = check(seed, count, plane.kubectl)
    print(", ".join(f"{number} {outcome}" for outcome, number in outcomes.most_common()))
    return 1 if outcomes[WRONG] or outcomes[BUG] else 0
