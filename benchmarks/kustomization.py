"""A config of spk-macvlan, and two kustomizations that make the same edits.

The kustomization by name has a strategic merge patch, which finds containers and variables by name. The kustomization
by position has a JSON 6902 patch, whose indexes are valid only for this stream. Both list the two
NetworkAttachmentDefinitions as resources.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml

CONFIG = """\
apiVersion: spk-macvlan.internal/v1alpha1
kind: MacvlanConversion
metadata:
  name: bench
spec:
  networks:
  - name: macvlan-internal
    master: ens224
    namespace: default
  - name: macvlan-external
    master: ens256
    namespace: default
  tmm:
    resources:
      cpu: 1
      hugepages-2Mi: 1572Mi
      memory: 2Gi
"""

_MASTERS = {"macvlan-internal": "ens224", "macvlan-external": "ens256"}
_NETWORKS = {"k8s.v1.cni.cncf.io/networks": ",".join(f"default/{name}" for name in _MASTERS)}
_RESOURCES = {"cpu": 1, "hugepages-2Mi": "1572Mi", "memory": "2Gi"}
_SET = {"TMM_MAPRES_HUGEPAGES": "786", "TMM_MAPRES_ADDL_VETHS_ON_DP": "TRUE"}
_UNSET = re.compile(r"(OPENSHIFT|ROBIN)_VFIO_RESOURCE_\d+|PCIDEVICE_.*")
_TARGET = {"group": "apps", "kind": "Deployment", "name": "f5-tmm"}
_CONTAINER = "/spec/template/spec/containers/0"


def write(folder: Path, stream: bytes, tmm: dict[str, Any]) -> tuple[Path, Path]:
    """Write both kustomizations, each with a copy of the stream; return their folders."""
    return (
        _write(folder / "by-name", stream, _by_name(tmm), {}),
        _write(folder / "by-position", stream, _by_position(tmm), {"target": _TARGET}),
    )


def _write(folder: Path, stream: bytes, patch: object, target: dict[str, Any]) -> Path:
    folder.mkdir()
    (folder / "stream.yaml").write_bytes(stream)
    (folder / "nads.yaml").write_text(yaml.safe_dump_all(_nads()), encoding="utf-8")
    (folder / "patch.yaml").write_text(yaml.safe_dump(patch), encoding="utf-8")
    kustomization = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": ["stream.yaml", "nads.yaml"],
        "patches": [{"path": "patch.yaml", **target}],
    }
    text = yaml.safe_dump(kustomization)
    (folder / "kustomization.yaml").write_text(text, encoding="utf-8")
    return folder


def _nads() -> list[dict[str, Any]]:
    return [_nad(name, master) for name, master in _MASTERS.items()]


def _nad(name: str, master: str) -> dict[str, Any]:
    config = {
        "cniVersion": "0.3.1",
        "name": name,
        "type": "macvlan",
        "master": master,
        "mode": "bridge",
        "ipam": {},
    }
    return {
        "apiVersion": "k8s.cni.cncf.io/v1",
        "kind": "NetworkAttachmentDefinition",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"config": json.dumps(config)},
    }


def _by_name(tmm: dict[str, Any]) -> dict[str, Any]:
    container = _container(tmm)
    limits = _RESOURCES | dict.fromkeys(_device_plugin(container["resources"]["limits"]))
    changed = {
        "name": container["name"],
        "resources": {"limits": limits, "requests": dict(limits)},
        "env": [
            *({"name": name, "value": value} for name, value in _SET.items()),
            *({"name": name, "$patch": "delete"} for name in _unset(container)),
        ],
    }
    pod = {"metadata": {"annotations": _NETWORKS}, "spec": {"containers": [changed]}}
    return {
        "apiVersion": tmm["apiVersion"],
        "kind": tmm["kind"],
        "metadata": {key: tmm["metadata"][key] for key in ("name", "namespace")},
        "spec": {"template": pod},
    }


def _by_position(tmm: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the JSON 6902 patch. It removes the last variable first, so that the other indexes stay valid."""
    container = _container(tmm)
    names = [entry["name"] for entry in container["env"]]
    return [
        *(_add(f"/spec/template/metadata/annotations/{_escaped(key)}", value) for key, value in _NETWORKS.items()),
        *_resources(container["resources"]),
        *(_set(names, name, value) for name, value in _SET.items()),
        *(_remove(f"{_CONTAINER}/env/{names.index(name)}") for name in reversed(_unset(container))),
    ]


def _resources(resources: dict[str, Any]) -> list[dict[str, Any]]:
    operations = []
    for side in ("limits", "requests"):
        path = f"{_CONTAINER}/resources/{side}"
        operations += [_add(f"{path}/{key}", _RESOURCES[key]) for key in _RESOURCES]
        operations += [_remove(f"{path}/{_escaped(key)}") for key in _device_plugin(resources[side])]
    return operations


def _set(names: list[str], name: str, value: str) -> dict[str, Any]:
    entry = {"name": name, "value": value}
    if name not in names:
        return _add(f"{_CONTAINER}/env/-", entry)
    path = f"{_CONTAINER}/env/{names.index(name)}"
    return {"op": "replace", "path": path, "value": entry}


def _add(path: str, value: object) -> dict[str, Any]:
    return {"op": "add", "path": path, "value": value}


def _remove(path: str) -> dict[str, Any]:
    return {"op": "remove", "path": path}


def _container(tmm: dict[str, Any]) -> dict[str, Any]:
    first: dict[str, Any] = tmm["spec"]["template"]["spec"]["containers"][0]
    return first


def _device_plugin(resources: dict[str, Any]) -> list[str]:
    return [key for key in resources if key.startswith("openshift.io/")]


def _unset(container: dict[str, Any]) -> list[str]:
    names = [entry["name"] for entry in container["env"]]
    return [name for name in names if _UNSET.fullmatch(name)]


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
