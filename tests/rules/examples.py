"""Complete the examples in the rules' docstrings to a config and manifests that the rules can check.

An example shows only what matters to its rule. Its top-level keys determine where its parts belong:

    networks, tmm, product         `spec` of the config
    kind                           a separate object; a CNEInstance object replaces the workload
    replicas, strategy             `spec` of the workload
    annotations                    `metadata` of its pod template
    containers, initContainers,    `spec` of its pod template
    runtimeClassName, nodeSelector,
    affinity
    env, resources                 the TMM container
    limits, requests               `resources` of the TMM container; by default, the requests equal the limits
    f5-tmm, global                 the chart's values file

The rest is a TMM in the namespace `default` that was converted with the example's config, so that no rule acts on it.
Maps and lists of named items are merged with the existing values, as in a strategic merge patch.
"""

from __future__ import annotations

from typing import Any

import yaml

from postrender import config, conversion
from postrender.conversion import values
from postrender.kubernetes.objects import objects as objects_of
from postrender.rules.subject import Subject
from postrender.spk import target, values_file
from postrender.spk.target import Target
from postrender.yamledit import stream

CONFIG: dict[str, Any] = {
    "networks": [
        {"name": "macvlan-internal", "master": "ens224"},
        {"name": "macvlan-external", "master": "ens256"},
    ],
    "tmm": {"namespace": "default"},
}
AMOUNTS = {"cpu": 1, "memory": "2Gi"}
CONTAINER = {"name": "f5-tmm", "resources": {"limits": AMOUNTS, "requests": AMOUNTS}}
WORKLOAD: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "f5-tmm", "namespace": "default"},
    "spec": {"strategy": {"type": "Recreate"}, "template": {"spec": {"containers": [CONTAINER]}}},
}
INSTANCE: dict[str, Any] = {
    "apiVersion": "k8s.f5.com/v1",
    "kind": "CNEInstance",
    "metadata": {"name": "bnk", "namespace": "default"},
    "spec": {"manifestVersion": "2.3.0", "advanced": {"demoMode": {"enabled": True}}},
}
CHART: dict[str, Any] = {"f5-tmm": {"tmm": {}}}
OF_CHART = ("f5-tmm", "global")
OF_SPEC = ("replicas", "strategy")
OF_POD = ("initContainers", "runtimeClassName", "nodeSelector", "affinity")
OF_WORKLOAD = (*OF_SPEC, *OF_POD, "annotations", "containers", "env", "resources", "limits", "requests")


def completed(example: str) -> Subject:
    """Return the subject for an example's rule."""
    documents = [document for document in yaml.safe_load_all(example) if document is not None]
    objects = [document for document in documents if "kind" in document]
    parts = {key: value for document in documents if "kind" not in document for key, value in document.items()}
    _require_known(parts)
    given = _config(parts)
    chart = _only(parts, *OF_CHART)
    return _of_values(chart, given) if chart else _of_stream(objects, parts, given)


def _require_known(parts: dict[str, Any]) -> None:
    unknown = parts.keys() - {*CONFIG, "product", *OF_CHART, *OF_WORKLOAD}
    if unknown:
        raise ValueError(f"an example cannot have the top-level key {', '.join(unknown)}")


def _config(parts: dict[str, Any]) -> config.Config:
    spec = {
        **_only(parts, "product"),
        "networks": parts.get("networks", CONFIG["networks"]),
        "tmm": {**CONFIG["tmm"], **parts.get("tmm", {})},
    }
    head = {"apiVersion": config.API_VERSION, "kind": config.KIND}
    return config.parse(yaml.safe_dump({**head, "spec": spec}).encode())


def _of_values(chart: dict[str, Any], given: config.Config) -> Subject:
    converted = yaml.safe_load(values.convert(stream.read(yaml.safe_dump(CHART).encode()), given).output)
    manifests = stream.read(yaml.safe_dump(_merged(converted, chart)).encode())
    return Subject(given, values_file.locate(values_file.only(manifests), given.tmm.namespace), manifests)


def _of_stream(objects: list[dict[str, Any]], parts: dict[str, Any], given: config.Config) -> Subject:
    instances = [it for it in objects if it["kind"] == INSTANCE["kind"]]
    tmm = _merged(_converted(INSTANCE, given), instances[0]) if instances else _workload(parts, given)
    others = [it for it in objects if it not in instances]
    manifests = stream.read(yaml.safe_dump_all([tmm, *others]).encode())
    (found,) = objects_of(stream.parse(manifests, manifests.documents[0]))
    template = {"metadata": _only(parts, "annotations")}
    container = {"name": CONTAINER["name"], **_only(parts, "env"), "resources": _resources(parts)}
    pod = {"spec": {"containers": [container]}}
    rendered = INSTANCE if instances else _merged(WORKLOAD, {"spec": {"template": {**template, **pod}}})
    return Subject(given, target.locate(found), manifests, _target(rendered), given.networks)


def _target(found: dict[str, Any]) -> Target:
    """Return a TMM as the chart rendered it."""
    manifests = stream.read(yaml.safe_dump(found).encode())
    (tmm,) = objects_of(stream.parse(manifests, manifests.documents[0]))
    return target.locate(tmm)


def _converted(tmm: dict[str, Any], given: config.Config) -> dict[str, Any]:
    """Return the TMM after conversion, without the network definitions before it."""
    output = conversion.convert(yaml.safe_dump(tmm).encode(), given).output
    *_, converted = yaml.safe_load_all(output)
    assert isinstance(converted, dict)
    assert converted["kind"] == tmm["kind"]
    return converted


def _workload(parts: dict[str, Any], given: config.Config) -> dict[str, Any]:
    """Return the workload with the parts of an example at their proper locations."""
    container = {"name": CONTAINER["name"], **_only(parts, "env"), "resources": _resources(parts)}
    pod = {"containers": [container, *parts.get("containers", [])], **_only(parts, *OF_POD)}
    template = {"metadata": _only(parts, "annotations"), "spec": pod}
    workload: dict[str, Any] = _merged(
        _converted(WORKLOAD, given), {"spec": {**_only(parts, *OF_SPEC), "template": template}}
    )
    return workload


def _resources(parts: dict[str, Any]) -> dict[str, Any]:
    resources = {**parts.get("resources", {}), **_only(parts, "limits", "requests")}
    return {"requests": resources["limits"], **resources} if "limits" in resources else resources


def _only(parts: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: parts[key] for key in keys if key in parts}


def _merged(base: Any, patch: Any) -> Any:
    """Merge as kubectl does: merge maps by key and lists of named items by name, and replace all other values."""
    if isinstance(base, dict) and isinstance(patch, dict):
        return {**base, **{key: _merged(base.get(key), value) for key, value in patch.items()}}
    if _is_named(base) and _is_named(patch):
        named = _merged({it["name"]: it for it in base}, {it["name"]: it for it in patch})
        return [*named.values()]
    return patch


def _is_named(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(it, dict) and "name" in it for it in value)
