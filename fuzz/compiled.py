"""`python -m fuzz --compile`: applies random patches to random objects, in the program and in kustomize.

Both must give the same objects, unless `compile` or kustomize refuses them. Names, kinds, namespaces and labels come
from short lists, and some objects are hooks or items of a List, so that a target often selects several objects.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import yaml

from postrender import config, conversion
from postrender.errors import INTERNAL, Failure
from postrender.hosts import component, guarded_patches
from postrender.hosts import folder as compiled_folder
from tools.binaries import binary

NAMES = ("none", "tmm.edge", "tmm-edge", "f5-dssm", "f5-dssm1", "a", "ab", "a.b")
NAMESPACES = (None, None, "default", "spk", "default-2")
KINDS = (
    ("v1", "ConfigMap"),
    ("v1", "Secret"),
    ("apps/v1", "Deployment"),
    ("k8s.f5net.com/v1", "F5SPKVlan"),
    ("rbac.authorization.k8s.io/v1", "ClusterRole"),
    ("v1", "Namespace"),
)
EXPRESSIONS = (
    *NAMES,
    *("a.?b?", "a|none", "[a-z]+", "tmm[.-]edge", r"tmm\.edge", "f5-dssm[0-9]?", ".*", "(?:a|b)+", "a{1,2}", "^none$"),
)
SAME, REFUSED, WRONG, BUG = "same", "refused", "wrong", "bug"
KUSTOMIZATION = {"resources": ["manifests.yaml"], "components": ["../component"]}


class Pair(NamedTuple):
    """The objects of a stream, and the `spec` of its config."""

    objects: tuple[dict[str, Any], ...]
    spec: dict[str, Any]


def generate(seed: int, index: int) -> Pair:
    """Return random objects and a random `spec`, which the seed and the index determine."""
    draw = Random(f"{seed}-{index}")
    objects = [_object(draw) for _ in range(draw.randrange(1, 7))]
    workload = draw.choice(("f5-tmm", "f5-tmm", "tmm.edge"))
    objects.insert(draw.randrange(len(objects) + 1), _tmm(draw, workload))
    visible = [it for it in objects if "annotations" not in it["metadata"]]
    patches = [_patch(draw, draw.choice(visible)) for _ in range(draw.randrange(4))]
    if draw.random() < 0.2:
        objects = [{"apiVersion": "v1", "kind": "List", "items": objects}]
    # Most patches fail on a network attachment definition.
    network = {"name": "net-a", "master": "ens1", "create": draw.random() < 0.3}
    spec: dict[str, Any] = {"networks": [network], "tmm": {"workload": workload}}
    return Pair(tuple(objects), {**spec, "patches": patches})


def _object(draw: Random) -> dict[str, Any]:
    api_version, kind = draw.choice(KINDS)
    metadata: dict[str, Any] = {"name": draw.choice(NAMES)}
    namespace = draw.choice(NAMESPACES)
    if namespace and kind not in ("ClusterRole", "Namespace"):
        metadata["namespace"] = namespace
    if draw.random() < 0.3:
        metadata["labels"] = {"app": draw.choice(("tmm", "dssm"))}
    if draw.random() < 0.2:
        metadata["annotations"] = {"helm.sh/hook": "test"}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": {"a": "b", "list": ["x", "y"]}}


def _tmm(draw: Random, name: str) -> dict[str, Any]:
    metadata: dict[str, Any] = {"name": name}
    if namespace := draw.choice(NAMESPACES):
        metadata["namespace"] = namespace
    env = [{"name": variable, "value": "x"} for variable in draw.sample(("A", "PCIDEVICE_X", "B"), 2)]
    containers = [{"name": "sidecar"}, {"name": "f5-tmm", "env": env, "resources": {"limits": {"openshift.io/a": 1}}}]
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata,
        "spec": {"a": "b", "list": ["x", "y"], "template": {"spec": {"containers": containers}}},
    }


def _patch(draw: Random, intended: dict[str, Any]) -> dict[str, Any]:
    """Return a random patch; its target usually selects the intended object, and often other objects, too."""
    metadata = intended["metadata"]
    group, _, _ = intended["apiVersion"].rpartition("/")
    target: dict[str, str] = {}
    for field, value, words in (
        ("name", metadata["name"], EXPRESSIONS),
        ("kind", intended["kind"], ("ConfigMap", "Deployment|Secret", ".*", "Config[A-Z]ap", "[A-Z].*")),
        ("namespace", metadata.get("namespace", "default"), ("default", "spk", "def.*", ".*", "default|spk")),
        ("group", group, ("apps", "k8s.*", ".*")),
    ):
        fitting = [word for word in words if re.fullmatch(word, value)] if draw.random() < 0.95 else words
        if draw.random() < 0.4 and fitting:
            target[field] = draw.choice(fitting)
    if draw.random() < 0.2:
        target["labelSelector"] = draw.choice(("app=tmm", "app", "!app", "app in (tmm,dssm)"))
    operations = [_operation(draw) for _ in range(draw.randrange(1, 4))]
    return {"target": target or {"kind": intended["kind"]}, "patch": operations}


def _operation(draw: Random) -> dict[str, Any]:
    if draw.random() < 0.02:
        return {"op": "replace", "path": "/metadata/name", "value": draw.choice(NAMES)}
    choices: tuple[dict[str, Any], ...] = (
        {"op": "add", "path": "/metadata/labels", "value": {"app": "new"}},
        {"op": "add", "path": "/spec/new", "value": draw.choice(["1", "yes", "", "a: b", {"c": ["d"]}, []])},
        {"op": "add", "path": "/spec/list/-", "value": "z"},
        {"op": "add", "path": "/spec/list/0", "value": "z"},
        {"op": "remove", "path": "/spec/list/0"},
        {"op": "copy", "from": "/metadata/name", "path": "/spec/copied"},
        {"op": "move", "from": "/spec/list/0", "path": "/spec/moved"},
        {"op": "test", "path": "/spec/a", "value": "b"},
        {"op": "replace", "path": "/spec/a", "value": draw.choice(["b", "c", "0x1", "~"])},
        {"op": "add", "path": "/metadata/annotations", "value": {"x~y/z": "w"}},
    )
    return draw.choice(choices)


def judge(pair: Pair) -> tuple[str, str]:
    """Compile a pair and build it with kustomize; return the outcome (SAME, REFUSED, WRONG or BUG) and the reason."""
    stream = "".join(f"---\n{yaml.safe_dump(it, sort_keys=False)}" for it in pair.objects)
    text = json.dumps({"apiVersion": config.API_VERSION, "kind": config.KIND, "spec": pair.spec})
    try:
        settings = config.parse(text.encode())
        made = guarded_patches.compile_patches(stream.encode(), settings, conversion.DEFAULTS)
    except Failure as failure:
        return BUG if failure.status == INTERNAL else REFUSED, str(failure)
    built, problem = _build(made, stream)
    if problem:
        return REFUSED, problem
    expected = _flat(yaml.safe_load_all(made.converted.output))
    difference = f"kustomize builds {built - expected} instead of {expected - built}"
    return (SAME, "") if built == expected else (WRONG, difference)


def _build(made: guarded_patches.Compiled, stream: str) -> tuple[Counter[str], str]:
    """Return the objects that kustomize builds, and its error message if it fails."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        compiled_folder.write(component.files(made), str(folder / "component"), force=False)
        (folder / "overlay").mkdir()
        (folder / "overlay" / "manifests.yaml").write_text(stream, encoding="utf-8")
        (folder / "overlay" / "kustomization.yaml").write_text(json.dumps(KUSTOMIZATION), encoding="utf-8")
        command = [str(binary("kustomize")), "build", str(folder / "overlay")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return Counter(), f"kustomize: {done.stderr.strip()[-200:]}"
    return _flat(yaml.safe_load_all(done.stdout)), ""


def _flat(documents: Any) -> Counter[str]:
    """Return the objects of a stream as JSON; each item of a List counts as an object."""
    found: Counter[str] = Counter()
    for document in filter(None, documents):
        for item in document.get("items", [document]) if document["kind"].endswith("List") else [document]:
            found[json.dumps(item, sort_keys=True)] += 1
    return found


def _judged(pair: tuple[int, int]) -> tuple[int, str, str]:
    return (pair[1], *judge(generate(*pair)))


def run(seed: int, count: int, processes: int) -> int:
    """Judge many pairs of objects and specs, and print the outcomes; return 1 if one is wrong, otherwise 0."""
    kinds: Counter[str] = Counter()
    with ProcessPoolExecutor(processes) as pool:
        for index, kind, reason in pool.map(_judged, ((seed, number) for number in range(count)), chunksize=10):
            kinds[kind] += 1
            if kind in (WRONG, BUG):
                print(f"{index}: {kind}: {reason}", flush=True)
    print(", ".join(f"{number} {kind}" for kind, number in kinds.most_common()))
    return 1 if kinds[WRONG] or kinds[BUG] else 0
