"""What docs/faq.md says of releases that share networks or lose their post-renderer, with real Helm."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.configs import HEAD
from tests.conftest import PROGRAM
from tests.docs import ROOT
from tests.hosts.helm.apiserver import Cluster, serve
from tools.binaries import binary

pytestmark = pytest.mark.hosts

CHART = str(ROOT / "tests/hosts/helm/charts/life")
CONVERTED = ("--post-renderer", "spk-macvlan")
FOREIGN = re.compile(r"(HELM|KUBE|SPK)\w*|\w+_PROXY", re.IGNORECASE)
SHARED = HEAD + "spec:\n  networks:\n  - {%s}\n"
OURS = SHARED % "name: shared, master: ens224, namespace: default"
REFERRED = SHARED % "name: shared, master: ens224, namespace: default, create: false"
KEPT = SHARED % "name: shared, master: ens224, namespace: default, annotations: {helm.sh/resource-policy: keep}"

Helm = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    with serve(tmp_path) as running:
        yield running


@pytest.fixture(params=["helm-3.19.0", "helm-4.2.3"])
def helm(request: pytest.FixtureRequest, environment: dict[str, str], cluster: Cluster, tmp_path: Path) -> Helm:
    """Runs Helm, whose post-renderer finds the config that is given."""
    homes = {f"HELM_{it}_HOME": str(tmp_path / ".helm" / it.lower()) for it in ("CACHE", "CONFIG", "DATA")}
    mine = {name: value for name, value in environment.items() if not FOREIGN.fullmatch(name)}
    mine |= {**homes, "KUBECONFIG": str(cluster.kubeconfig), "HELM_PLUGINS": str(tmp_path / "plugins")}
    mine["PATH"] = os.pathsep.join([str(Path(PROGRAM).parent), mine["PATH"]])
    settings: dict[str, Any] = {"env": mine, "cwd": tmp_path, "capture_output": True, "text": True, "timeout": 60}
    if request.param.startswith("helm-4"):
        subprocess.run([PROGRAM, "helm-plugin", "plugins"], check=True, **settings)

    def run(*words: str, config: str = OURS, fails: bool = False) -> subprocess.CompletedProcess[str]:
        (tmp_path / "spk-macvlan.yaml").write_text(config)
        done: subprocess.CompletedProcess[str]
        done = subprocess.run([str(binary(request.param)), *words], check=False, **settings)
        assert bool(done.returncode) == fails, done.stderr
        return done

    return run


def definitions(cluster: Cluster) -> list[str]:
    return [key.name for key in cluster.objects if key.kind == "NetworkAttachmentDefinition"]


def resources(cluster: Cluster) -> str:
    (tmm,) = (stored for key, stored in cluster.objects.items() if key.kind == "Deployment")
    return str(tmm["spec"]["template"]["spec"]["containers"][0]["resources"])


def test_an_upgrade_without_the_flag_deletes_the_networks(helm: Helm, cluster: Cluster) -> None:
    helm("install", "one", CHART, *CONVERTED)
    assert definitions(cluster) == ["shared"]
    assert "openshift.io" not in resources(cluster)
    helm("upgrade", "one", CHART, "--reuse-values")
    assert definitions(cluster) == []
    assert "openshift.io" in resources(cluster)


def test_a_rollback_to_a_release_that_was_not_converted_brings_sriov_back(helm: Helm, cluster: Cluster) -> None:
    helm("install", "one", CHART)
    helm("upgrade", "one", CHART, *CONVERTED)
    assert "openshift.io" not in resources(cluster)
    helm("rollback", "one", "1")
    assert definitions(cluster) == []
    assert "openshift.io" in resources(cluster)


def test_helm_refuses_a_second_release_that_defines_the_same_network(helm: Helm, cluster: Cluster) -> None:
    helm("install", "one", CHART, *CONVERTED, "--namespace", "one")
    refused = helm("install", "two", CHART, *CONVERTED, "--namespace", "two", fails=True)
    assert "invalid ownership metadata" in refused.stderr


def test_a_second_release_may_refer_to_it_and_loses_it_with_the_first(helm: Helm, cluster: Cluster) -> None:
    helm("install", "one", CHART, *CONVERTED, "--namespace", "one")
    helm("install", "two", CHART, *CONVERTED, "--namespace", "two", config=REFERRED)
    helm("uninstall", "two", "--namespace", "two")
    assert definitions(cluster) == ["shared"]
    helm("install", "two", CHART, *CONVERTED, "--namespace", "two", config=REFERRED)
    helm("uninstall", "one", "--namespace", "one")
    assert definitions(cluster) == []


def test_a_network_that_helm_is_told_to_keep_outlives_both(helm: Helm, cluster: Cluster) -> None:
    helm("install", "one", CHART, *CONVERTED, config=KEPT)
    helm("upgrade", "one", CHART)
    assert definitions(cluster) == ["shared"]
    helm("uninstall", "one")
    assert definitions(cluster) == ["shared"]
