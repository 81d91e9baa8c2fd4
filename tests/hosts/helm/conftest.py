from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.hosts.helm.apiserver import Cluster, serve

if TYPE_CHECKING:
    from collections.abc import Iterator

_FOREIGN = re.compile(r"(HELM|KUBE|SPK_MACVLAN)\w*|\w+_PROXY", re.IGNORECASE)


@pytest.fixture
def helm_env(tmp_path: Path) -> dict[str, str]:
    """An environment for Helm: homes, plugins and kubeconfig of this test, no proxy, this Python's programs first."""
    mine = {name: value for name, value in os.environ.items() if not _FOREIGN.fullmatch(name)}
    homes = {f"HELM_{it}_HOME": str(tmp_path / "helm" / it.lower()) for it in ("CACHE", "CONFIG", "DATA")}
    return {
        **mine,
        **homes,
        "HELM_PLUGINS": str(tmp_path / "helm" / "plugins"),
        "KUBECONFIG": str(tmp_path / "kubeconfig"),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), mine["PATH"]]),
    }


@pytest.fixture
def helm_4_plugin(helm_env: dict[str, str]) -> None:
    """Makes ``--post-renderer spk-macvlan`` known to Helm 4; Helm 3 finds it on PATH and warns of a Helm 4 plugin."""
    command = ["spk-macvlan", "helm-plugin", helm_env["HELM_PLUGINS"]]
    subprocess.run(command, env=helm_env, check=True, timeout=30)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """An API server that the kubeconfig of ``helm_env`` points to."""
    with serve(tmp_path) as running:
        yield running
