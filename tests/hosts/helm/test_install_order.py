"""Test the order in which Helm sends post-rendered objects to an API server in memory.

tests/cluster tests whole releases on a real API server.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.configs import HEAD
from tests.hosts.helm.apiserver import Cluster
from tests.patience import HANG
from tools.binaries import binary

pytestmark = pytest.mark.hosts

SMALL = str(Path(__file__).with_name("charts") / "life")
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

Helm = Callable[..., str]


@pytest.fixture(params=["helm-3.19.0", "helm-4.2.3"])
def version(request: pytest.FixtureRequest) -> str:
    if request.param.startswith("helm-4"):
        request.getfixturevalue("helm_4_plugin")
    return str(request.param)


@pytest.fixture
def helm(version: str, helm_env: dict[str, str], cluster: Cluster, tmp_path: Path) -> Helm:
    """Return a function that runs Helm and returns its output."""

    def run(*arguments: str) -> str:
        command = [str(binary(version)), *arguments]
        done = subprocess.run(
            command, env=helm_env, cwd=tmp_path, capture_output=True, text=True, timeout=HANG, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture
def converted(tmp_path: Path) -> list[str]:
    """Return the flags that make Helm use the post-renderer."""
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
        # Helm 4 sorts the post-renderer's output again, and puts kinds that it does not know last.
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
    # Helm sends objects of one kind at the same time, so their order means nothing.
    assert list(dict.fromkeys(created)) == kinds
