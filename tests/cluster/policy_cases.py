"""Golden cases for a real API server: for each case, the TMM before and after conversion, and the case's policies.

Each case has a namespace of its own, and its policies are bound to this namespace, so one server can hold all cases at
once. Where a case lacks something that the API server requires (labels, an image, a value as text), it is added to the
TMM both before and after conversion.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import yaml

from postrender import config as configs
from postrender import conversion, errors
from postrender.config import Config
from postrender.policies import objects
from postrender.policies.converter import build as converter
from postrender.policies.guard import build as guard
from postrender.policies.names import Names
from postrender.spk import kinds
from tests.hosts.equivalence.cases import golden

Object = dict[str, Any]
NAMES = [kind.name for kind in kinds.WORKLOADS]
LABELS = {"app": "f5-tmm"}


class Case(NamedTuple):
    """A rendered TMM, and the same TMM after conversion by the filter, in the case's namespace."""

    namespace: str
    config: Config
    before: Object
    after: Object


def cases() -> Iterator[Case]:
    """Yield each golden case whose TMM is a workload and whose config can be compiled into a policy."""
    for number, found in enumerate(golden()):
        config = configs.parse(found.config.encode())._replace(patches=())
        namespace = f"case-{number}"
        config = config._replace(tmm=config.tmm._replace(namespace=namespace))
        if (before := _tmm(found.manifests or b"", config, namespace)) is None:
            continue
        if '"interface":' in json.dumps(before).replace("\\", ""):  # an expression cannot read JSON: `compile` warns
            continue
        try:
            converted = conversion.convert(yaml.dump(before).encode(), config, conversion.Options())
        except errors.Failure:
            continue
        (after,) = (it for it in yaml.safe_load_all(converted.output) if it["kind"] in NAMES)
        yield Case(namespace, config, before, after)


def _tmm(manifests: bytes, config: Config, namespace: str) -> Object | None:
    """Return the only TMM in the manifests, in a form that the API server accepts, or None."""
    try:
        documents = [it for it in yaml.load_all(manifests, yaml.CSafeLoader) if isinstance(it, dict)]
    except yaml.YAMLError:
        return None
    found = [it for it in documents if it.get("kind") in NAMES and _name(it) == config.tmm.workload]
    try:
        return _valid(found[0], namespace) if len(found) == 1 else None
    except (AttributeError, KeyError, TypeError):  # the case is invalid for an API server on purpose
        return None


def _name(found: Object) -> str:
    return str(found.get("metadata", {}).get("name"))


def _valid(found: Object, namespace: str) -> Object:
    made = copy.deepcopy(found)
    made["apiVersion"] = "apps/v1"
    made["metadata"]["namespace"] = namespace
    made["metadata"].pop("labels", None)
    template = made["spec"]["template"]
    made["spec"] = {"selector": {"matchLabels": LABELS}, "template": template}
    template["metadata"] = {**(template.get("metadata") or {}), "labels": LABELS}
    template["spec"] = {"containers": [_container(it) for it in template["spec"]["containers"]]}
    return json.loads(json.dumps(made, default=str))  # type: ignore[no-any-return]


def _container(found: Object) -> Object:
    kept = {name: found[name] for name in ("name", "env", "resources") if found.get(name) is not None}
    if "env" in kept:
        kept["env"] = [_entry(it) for it in kept["env"]]
    return {"image": "tmm-img:v1", **kept}


def _entry(found: Object) -> Object:
    if "valueFrom" in found:
        return {"name": found["name"], "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}
    return {"name": found["name"], "value": str(found.get("value") or "")}


def guards(found: Sequence[Case]) -> str:
    """Return the guard policies of all cases as a stream."""
    return objects.stream(
        it for case in found for it in guard(case.config, Names()) if "instance" not in _name(it)
    ).data.decode()


def converters(found: Sequence[Case]) -> str:
    """Return the converting policies of all cases as a stream."""
    return objects.stream(it for case in found for it in converter(case.config, Names())).data.decode()


def namespaces(found: Sequence[Case]) -> str:
    """Return the namespaces of all cases as a stream."""
    kind = {"apiVersion": "v1", "kind": "Namespace"}
    return objects.stream({**kind, "metadata": {"name": case.namespace}} for case in found).data.decode()
