"""A release from install to uninstall, by the real Helm, against an API server in memory."""

from __future__ import annotations

import copy
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.configs import HEAD
from tests.hosts.helm.apiserver import Cluster, Key
from tools.binaries import binary

pytestmark = pytest.mark.hosts

SMALL = str(Path(__file__).with_name("charts") / "life")
EXAMPLE = str(Path(__file__).parents[3] / "examples" / "spk")
CONFIG = (
    HEAD
    + """\
metadata:
  name: lab
spec:
  networks:
  - name: macvlan-internal
    master: ens224
  - name: macvlan-external
    master: ens256
"""
)
DEPLOYMENT = Key("Deployment", "default", "f5-tmm")
SERVICE = Key("Service", "default", "f5-tmm")
NETWORKS = [Key("NetworkAttachmentDefinition", "default", f"macvlan-{side}") for side in ("external", "internal")]

Helm = Callable[..., str]
Object = dict[str, Any]

both_charts = pytest.mark.parametrize("chart", [SMALL, EXAMPLE], ids=["small-chart", "example-chart"])


@pytest.fixture(params=["helm-3.19.0", "helm-4.2.3"])
def version(request: pytest.FixtureRequest) -> str:
    if request.param.startswith("helm-4"):
        request.getfixturevalue("helm_4_plugin")
    return str(request.param)


@pytest.fixture
def helm(version: str, helm_env: dict[str, str], cluster: Cluster, tmp_path: Path) -> Helm:
    """Runs Helm and returns what it printed."""

    def run(*arguments: str) -> str:
        command = [str(binary(version)), *arguments]
        done = subprocess.run(
            command, env=helm_env, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture
def converted(tmp_path: Path) -> list[str]:
    """The flags that put a release through the post-renderer."""
    config = tmp_path / "lab.yaml"
    config.write_text(CONFIG)
    return ["--post-renderer", "spk-macvlan", f"--post-renderer-args=--config={config}"]


@pytest.mark.parametrize(
    ("version", "kinds"),
    [
        pytest.param(
            "helm-3.19.0",
            ["ConfigMap", "Service", "NetworkAttachmentDefinition", "Deployment"],
            id="helm-3.19.0-networks-before-pods",
        ),
        # Helm 4 sorts what it gets back once more, and puts kinds that it does not know at the end.
        pytest.param(
            "helm-4.2.3",
            ["ConfigMap", "Service", "Deployment", "NetworkAttachmentDefinition"],
            id="helm-4.2.3-networks-after-pods",
        ),
    ],
    indirect=["version"],
)
def test_install_creates_kinds_in_this_order(
    helm: Helm, cluster: Cluster, converted: list[str], kinds: list[str]
) -> None:
    helm("install", "life", SMALL, *converted)
    created = [call.kind for call in cluster.calls if call.verb in ("create", "apply") and call.kind != "Secret"]
    # Objects of one kind are sent at the same time, so that their order says nothing.
    assert list(dict.fromkeys(created)) == kinds


def test_install_stores_the_converted_objects(helm: Helm, cluster: Cluster, converted: list[str]) -> None:
    helm("install", "life", SMALL, *converted)
    assert sorted(contents(cluster)) == sorted([DEPLOYMENT, SERVICE, *NETWORKS])
    assert_converted(cluster.objects[DEPLOYMENT])


def test_get_manifest_holds_the_converted_deployment(helm: Helm, converted: list[str]) -> None:
    helm("install", "life", SMALL, *converted)
    documents = yaml.safe_load_all(helm("get", "manifest", "life"))
    (deployment,) = (document for document in documents if document["kind"] == "Deployment")
    assert_converted(deployment)


@both_charts
def test_the_same_release_again_changes_nothing(helm: Helm, cluster: Cluster, converted: list[str], chart: str) -> None:
    helm("upgrade", "--install", "life", chart, *converted)
    once = contents(cluster), helm("get", "manifest", "life")
    helm("upgrade", "--install", "life", chart, *converted)
    assert (contents(cluster), helm("get", "manifest", "life")) == once


def test_an_upgrade_changes_only_what_its_values_say(helm: Helm, cluster: Cluster, converted: list[str]) -> None:
    helm("install", "life", SMALL, *converted)
    expected = contents(cluster)
    helm("upgrade", "life", SMALL, *converted, "--set", "image=tmm-img:v2")
    for container in expected[DEPLOYMENT]["spec"]["template"]["spec"]["containers"]:
        container["image"] = "tmm-img:v2"
    assert contents(cluster) == expected


def test_an_upgrade_converts_a_release_that_was_not(helm: Helm, cluster: Cluster, converted: list[str]) -> None:
    helm("install", "life", SMALL)
    helm("upgrade", "life", SMALL, *converted)
    upgraded = specs(cluster)
    helm("uninstall", "life")
    helm("install", "life", SMALL, *converted)
    assert upgraded == specs(cluster)


def test_a_rollback_restores_the_converted_objects(helm: Helm, cluster: Cluster, converted: list[str]) -> None:
    helm("install", "life", SMALL, *converted)
    before = contents(cluster)
    helm("upgrade", "life", SMALL, *converted, "--set", "image=tmm-img:v2")
    helm("rollback", "life", "1")
    assert contents(cluster) == before


@both_charts
def test_uninstall_leaves_nothing_of_the_release(
    helm: Helm, cluster: Cluster, converted: list[str], chart: str
) -> None:
    helm("install", "life", chart, *converted)
    assert set(NETWORKS) <= set(contents(cluster))
    helm("uninstall", "life")
    assert contents(cluster) == {}
    assert "Secret" not in {key.kind for key in cluster.objects}


def contents(cluster: Cluster) -> dict[Key, Object]:
    """Copies of the release's objects, without what the server changes at each call."""
    return {key: without_version(stored) for key, stored in cluster.objects.items() if is_of_release(stored)}


def is_of_release(stored: Object) -> bool:
    """Hooks and CRDs outlive a release, and Helm's memory of it is not in it."""
    is_hook = "helm.sh/hook" in stored["metadata"].get("annotations", {})
    is_memory = stored.get("type") == "helm.sh/release.v1"
    return not (is_hook or is_memory or stored["kind"] == "CustomResourceDefinition")


def without_version(stored: Object) -> Object:
    copied = copy.deepcopy(stored)
    del copied["metadata"]["resourceVersion"]
    return copied


def specs(cluster: Cluster) -> dict[Key, Object]:
    return {key: stored["spec"] for key, stored in contents(cluster).items()}


def assert_converted(deployment: Object) -> None:
    template = deployment["spec"]["template"]
    networks = template["metadata"]["annotations"]["k8s.v1.cni.cncf.io/networks"]
    tmm = template["spec"]["containers"][0]
    variables = {variable["name"]: variable["value"] for variable in tmm["env"]}
    assert networks == "macvlan-internal,macvlan-external"
    assert variables == {"TMM_MAPRES_ADDL_VETHS_ON_DP": "TRUE", "TMM_MAPRES_HUGEPAGES": "1536"}
    assert set(tmm["resources"]["limits"]) == {"cpu", "hugepages-2Mi", "memory"}
