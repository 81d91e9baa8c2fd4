"""Fixtures: one control plane for all tests in this folder, a namespace for each test, and Helm with user settings."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any, NamedTuple

import pytest

from tests import json_documents
from tests.cluster.control_plane import ControlPlane, running
from tests.configs import HEAD, TMM_NAME
from tests.conftest import PROGRAM
from tests.patience import HANG
from tools.binaries import binary, published

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples/spk"
SMALL = ROOT / "tests/hosts/helm/charts/life"
#: The published definition of the kind NetworkAttachmentDefinition, from its own project.
PUBLISHER = "github.com/k8snetworkplumbingwg/network-attachment-definition-client"
DEFINITION = ("definitions", PUBLISHER, "artifacts/networks-crd.yaml")
CONFIG = HEAD + (
    "spec:\n"
    "  networks:\n"
    "  - {name: macvlan-internal, master: ens224}\n"
    "  - {name: macvlan-external, master: ens256}\n"
    "  tmm:\n"
    "    resources: {cpu: 1, hugepages-2Mi: 1572Mi, memory: 2Gi}\n"
)
#: Each Helm version, with the flags that select how Helm sends objects to the API server.
HELMS = {
    "helm-3": ("helm-3.19.0", ()),
    "helm-4-server-side": ("helm-4.3.1", ()),
    "helm-4-client-side": ("helm-4.3.1", ("--server-side=false",)),
}
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    with running(tmp_path_factory.mktemp("control-plane")) as started:
        started.define(published(*DEFINITION), EXAMPLE / "crds/f5-spk-vlans.yaml")
        yield started


@pytest.fixture
def namespace(plane: ControlPlane) -> Iterator[str]:
    name = f"lab-{next(_numbers)}"
    plane.kubectl("create", "namespace", name)
    yield name
    plane.kubectl("delete", "namespace", name, "--wait=false")


@pytest.fixture
def environment(plane: ControlPlane, tmp_path: Path) -> dict[str, str]:
    """Return a user's environment: the program on the PATH, a config, and Helm's folders."""
    (tmp_path / "spk-macvlan.yaml").write_text(CONFIG)
    homes = {f"HELM_{name}_HOME": str(tmp_path / "helm" / name.lower()) for name in ("CACHE", "CONFIG", "DATA")}
    return {
        **homes,
        "HOME": str(tmp_path),
        "HELM_PLUGINS": str(tmp_path / "plugins"),
        "KUBECONFIG": str(plane.admin),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "SPK_MACVLAN_CONFIG": str(tmp_path / "spk-macvlan.yaml"),
    }


class Release(NamedTuple):
    """A Helm release in a namespace of the control plane."""

    plane: ControlPlane
    namespace: str
    helm: str
    flags: tuple[str, ...]
    environment: dict[str, str]

    def run(self, *words: str) -> CompletedProcess[str]:
        """Run Helm for this release. Callers turn hooks off, because hooks wait for pods, and no pod runs here."""
        command = [str(binary(self.helm)), *words, "--namespace", self.namespace]
        return subprocess.run(command, check=False, env=self.environment, capture_output=True, text=True, timeout=HANG)

    def apply(self, verb: str, chart: Path = SMALL, *words: str, flagged: bool = True) -> CompletedProcess[str]:
        """Install or upgrade the release, with or without the post-renderer."""
        flags = ["--post-renderer", "spk-macvlan"] if flagged else []
        return self.run(verb, "rel", str(chart), "--no-hooks", *flags, *self.flags, *words)

    def tmm(self) -> dict[str, Any]:
        """Return the TMM from the cluster."""
        found: dict[str, Any] = self.plane.get("deployment", TMM_NAME, "--namespace", self.namespace)
        return found


@pytest.fixture(params=HELMS)
def release(
    request: pytest.FixtureRequest, plane: ControlPlane, namespace: str, environment: dict[str, str]
) -> Release:
    helm, flags = HELMS[request.param]
    if helm.startswith("helm-4"):
        subprocess.run([PROGRAM, "helm-plugin", environment["HELM_PLUGINS"]], check=True, capture_output=True)
    return Release(plane, namespace, helm, flags, environment)


Run = Callable[..., CompletedProcess[str]]


@pytest.fixture
def program(environment: dict[str, str], tmp_path: Path) -> Run:
    def run(*words: str, stdin: str = "") -> CompletedProcess[str]:
        done = subprocess.run(
            [PROGRAM, *words],
            check=False,
            input=stdin,
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=HANG,
        )
        json_documents.require_valid(words, done.returncode, done.stdout)
        return done

    return run


def rows(done: CompletedProcess[str]) -> dict[str, str]:
    """Return the state of each row in the output of `verify --format json`."""
    return {row["what"]: row["state"] for row in json.loads(done.stdout)["rows"]}
