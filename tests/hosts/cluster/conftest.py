from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from postrender.verify import kubectl
from tests.conftest import Program
from tests.hosts.cluster import clusters, stand_in
from tests.hosts.helm.apiserver import Cluster, serve
from tools.binaries import binary

KUBECTL = "kubectl-1.37.1"

Verify = Callable[..., CompletedProcess[bytes]]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """Yield a cluster that agrees with the config in this test's folder."""
    (tmp_path / "spk-macvlan.yaml").write_text(clusters.CONFIG)
    with serve(tmp_path) as running:
        clusters.fill(running)
        yield running


@pytest.fixture
def access(cluster: Cluster) -> list[str]:
    """Return the arguments that make `verify` use the real kubectl and the test's cluster."""
    return ["--kubectl", str(binary(KUBECTL)), "--kubeconfig", str(cluster.kubeconfig)]


@pytest.fixture
def verify(called: Program, access: list[str], cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> Verify:
    """Call `verify` on the test's cluster. A stand-in for kubectl saves starting twenty programs."""
    monkeypatch.setattr(kubectl, "_run_all", stand_in.kubectl(cluster))
    return lambda *words: called("verify", *access, *words)


@pytest.fixture
def verify_with_kubectl(program: Program, access: list[str]) -> Verify:
    """Run `verify` as a program, with the real kubectl, on the test's cluster."""
    return lambda *words, **settings: program("verify", *access, *words, **settings)


@pytest.fixture
def states(verify: Verify) -> Callable[..., dict[str, str]]:
    """Return a function that runs `verify` and returns the state of each row that is not ok."""

    def run(*words: str) -> dict[str, str]:
        done = verify("--format", "json", *words)
        assert done.returncode in (0, 1), done.stderr
        rows = json.loads(done.stdout)["rows"]
        assert done.returncode == any(row["state"] == "differs" for row in rows)
        return {row["what"]: row["state"] for row in rows if row["state"] != "ok"}

    return run
