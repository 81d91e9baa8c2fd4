"""Helpers for the tests in this folder: render the small chart, and inspect the objects in the cluster."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import yaml

from tests.cluster.conftest import SMALL, Release
from tests.cluster.control_plane import ControlPlane
from tests.patience import HANG, awaited
from tools.binaries import binary

ANNOTATION = "k8s.v1.cni.cncf.io/networks"
NETWORKS = ["macvlan-external", "macvlan-internal"]
AMOUNTS = {"cpu": "1", "hugepages-2Mi": "1572Mi", "memory": "2Gi"}


def rendered() -> str:
    command = [str(binary("helm-3.19.0")), "template", "rel", str(SMALL), "--no-hooks"]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=HANG).stdout


def template(tmm: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = tmm["spec"]["template"]
    return found


def is_converted(tmm: dict[str, Any]) -> bool:
    """Report whether a workload is completely converted; fail if only part of the workload is converted."""
    container = template(tmm)["spec"]["containers"][0]
    variables = {entry["name"]: entry["value"] for entry in container["env"]}
    attached: str = template(tmm)["metadata"]["annotations"][ANNOTATION]
    signs: list[bool] = [
        attached.replace(f"{tmm['metadata']['namespace']}/", "") == "macvlan-internal,macvlan-external",
        variables.get("TMM_MAPRES_ADDL_VETHS_ON_DP") == "TRUE",
        variables["TMM_MAPRES_HUGEPAGES"] == "786",
        not any(name.startswith("OPENSHIFT_VFIO_RESOURCE_") for name in variables),
        container["resources"] == {"limits": AMOUNTS, "requests": AMOUNTS},
    ]
    assert len(set(signs)) == 1, signs
    return signs[0]


def tmm_of(stream: str, namespace: str) -> dict[str, Any]:
    """Return the TMM in a stream, with its namespace set."""
    (found,) = (it for it in yaml.safe_load_all(stream) if it and it["kind"] == "Deployment")
    made: dict[str, Any] = json.loads(json.dumps(found))
    made["metadata"]["namespace"] = namespace
    return made


def await_conversion(plane: ControlPlane, tmm: dict[str, Any]) -> None:
    """Wait until a policy converts this TMM: the API server notices a new policy only after a moment."""
    awaited(lambda: plane.created(tmm), lambda made: made["kind"] != "Status" and is_converted(made))


def networks(release: Release) -> list[str]:
    items = release.plane.get("network-attachment-definitions", "--namespace", release.namespace)["items"]
    return sorted(item["metadata"]["name"] for item in items)


def missing(wanted: Any, found: Any, path: str = "") -> list[str]:
    """Return each path where an object differs from the wanted values.

    The API server may store a quantity as text and may add default values; neither counts as a difference.
    """
    if isinstance(wanted, dict) and isinstance(found, dict):
        return [it for key, value in wanted.items() for it in missing(value, found.get(key), f"{path}/{key}")]
    if isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        return [it for at, value in enumerate(wanted) for it in missing(value, found[at], f"{path}/{at}")]
    return [] if wanted == found or str(wanted) == found else [f"{path}: {wanted!r}, not {found!r}"]
