"""Test other ways to apply and inspect a conversion: kubectl with a compiled Component, and verify with few rights."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.cluster.conftest import ROOT, Release, Run, rows
from tests.cluster.control_plane import ControlPlane
from tests.cluster.outcomes import NETWORKS, is_converted, networks, rendered
from tests.conftest import PROGRAM
from tests.patience import HANG
from tools.binaries import binary

KUSTOMIZE = ROOT / "kustomize"
KUSTOMIZATION = "namespace: {}\nresources: [manifests.yaml]\ncomponents: [component]\n"


@pytest.mark.parametrize("way", [(), ("--server-side",)], ids=["client-side", "server-side"])
def test_kubectl_applies_a_compiled_component(
    plane: ControlPlane, namespace: str, program: Run, tmp_path: Path, way: tuple[str, ...]
) -> None:
    (tmp_path / "manifests.yaml").write_text(rendered())
    done = program("compile", "--format", "kustomize", "component", stdin=rendered())
    assert done.returncode == 0, done.stderr
    (tmp_path / "kustomization.yaml").write_text(KUSTOMIZATION.format(namespace))
    plane.kubectl("apply", "-k", str(tmp_path), *way)
    release = Release(plane, namespace, "", (), {})
    assert is_converted(release.tmm())
    assert networks(release) == NETWORKS


def kustomized(namespace: str, built: str) -> str:
    """Return the output of kustomize for the folder kustomize/, moved to this namespace."""
    return built.replace("namespace: default", f"namespace: {namespace}").replace("default/", "")


def build(builder: str, *words: str) -> str:
    verb = "build" if builder == "kustomize" else "kustomize"
    path = os.pathsep.join([str(Path(PROGRAM).parent), os.environ["PATH"]])
    command = [str(binary(builder)), verb, *words]
    return subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=HANG, env={**os.environ, "PATH": path}
    ).stdout


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("kubectl-1.37.1", str(KUSTOMIZE / "overlay")), id="component"),
        pytest.param(
            ("kustomize", "--enable-alpha-plugins", "--enable-exec", str(KUSTOMIZE / "function")), id="function"
        ),
    ],
)
def test_what_the_folder_kustomize_builds_is_converted(
    plane: ControlPlane, namespace: str, words: tuple[str, ...]
) -> None:
    plane.kubectl("apply", "-f", "-", stdin=kustomized(namespace, build(*words)))
    container = Release(plane, namespace, "", (), {}).tmm()["spec"]["template"]["spec"]["containers"][0]
    assert {"name": "TMM_MAPRES_ADDL_VETHS_ON_DP", "value": "TRUE"} in container["env"]
    assert len(networks(Release(plane, namespace, "", (), {}))) == 2


def test_where_the_function_is_skipped_the_cluster_refuses_the_sentinel(plane: ControlPlane, namespace: str) -> None:
    built = kustomized(namespace, build("kubectl-1.37.1", "--enable-alpha-plugins", str(KUSTOMIZE / "function")))
    with pytest.raises(AssertionError, match='no matches for kind "SpkMacvlanDidNotRun"'):
        plane.kubectl("apply", "-f", "-", stdin=built)


def role() -> str:
    """Return the ClusterRole from the page about verify."""
    page = (ROOT / "docs/verify.md").read_text()
    (found,) = re.findall(r"```yaml\n(apiVersion: rbac[^`]*kind: ClusterRole\n[^`]*)```", page)
    return str(found)


def test_verify_sees_with_the_role_of_its_page_what_an_administrator_sees(
    plane: ControlPlane, namespace: str, program: Run
) -> None:
    converted = program("--config", "spk-macvlan.yaml", stdin=rendered())
    plane.kubectl("apply", "--namespace", namespace, "-f", "-", stdin=converted.stdout)
    words = ("verify", "--namespace", namespace, "--format", "json", "--kubectl", str(binary("kubectl-1.37.1")))
    everything = rows(program(*words))
    assert [state for name, state in everything.items() if name.startswith("NetworkAttachmentDefinition ")] == [
        "ok",
        "ok",
    ]

    nothing = rows(program(*words, "--kubeconfig", str(plane.viewer)))
    assert {state for name, state in nothing.items() if name != "Multus"} <= {"unknown", "manual"}

    plane.kubectl("apply", "-f", "-", stdin=role())
    binding = ("create", "clusterrolebinding", "viewer", "--clusterrole=spk-macvlan-verify", "--user=viewer")
    plane.kubectl(*binding)
    assert rows(program(*words, "--kubeconfig", str(plane.viewer))) == everything
