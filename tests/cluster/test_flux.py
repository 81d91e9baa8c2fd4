"""Test how the real Flux controllers apply compiled patches, and manifests that were converted beforehand."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster.conftest import CONFIG, ROOT, SMALL, Release, Run
from tests.cluster.control_plane import ControlPlane
from tests.cluster.flux import Flux, ready, running
from tests.cluster.outcomes import NETWORKS, await_conversion, is_converted, missing, networks, rendered, tmm_of
from tests.configs import TMM_NAME
from tests.patience import HANG
from tools.binaries import binary

HELM_RELEASE = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: rel
spec:
  interval: 10m
  releaseName: rel
  chartRef: {kind: OCIRepository, name: spk}
  driftDetection: {mode: enabled}
  install: {disableHooks: true, disableWait: true}  # here nothing runs the pods that both would wait for
  upgrade: {disableHooks: true, disableWait: true}
"""


@pytest.fixture(scope="session")
def flux(plane: ControlPlane, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flux]:
    with running(plane, tmp_path_factory.mktemp("flux")) as started:
        yield started


def publish_chart(flux: Flux, namespace: str, chart: Path, folder: Path, version: str) -> None:
    command = [str(binary("helm-4.2.3")), "package", str(chart), "--version", version, "--destination", str(folder)]
    subprocess.run(command, check=True, capture_output=True, timeout=HANG)
    source = {
        "apiVersion": "source.toolkit.fluxcd.io/v1",
        "kind": "OCIRepository",
        "metadata": {"name": "spk", "namespace": namespace},
        "spec": {"interval": "10m", "url": "oci://registry.example.com/spk"},
    }
    (packaged,) = folder.glob(f"*-{version}.tgz")
    flux.publish(source, f"{version}@sha256:{version.encode().hex():0>64}", packaged.read_bytes())


@pytest.fixture
def released(flux: Flux, namespace: str, program: Run, tmp_path: Path) -> Release:
    """Publish the chart, and apply a HelmRelease with the compiled patches, and the network attachment definitions."""
    publish_chart(flux, namespace, SMALL, tmp_path, "0.1.0")
    (tmp_path / "helmrelease.yaml").write_text(HELM_RELEASE)
    words = ("compile", "--format", "flux", "--only")
    for found in (
        program(*words, "networks", stdin=rendered()),
        program(*words, "release", "--helm-release", "helmrelease.yaml", stdin=rendered()),
    ):
        assert found.returncode == 0, found.stderr
        flux.plane.kubectl("apply", "--namespace", namespace, "-f", "-", stdin=found.stdout)
    status = flux.wait(*helm_release(namespace), until=lambda found: ready(found)[0] in ("True", "False"))
    assert ready(status)[0] == "True", ready(status)
    return Release(flux.plane, namespace, "", (), {})


def helm_release(namespace: str) -> tuple[str, ...]:
    return ("helmrelease", "rel", "--namespace", namespace)


def test_a_release_has_the_objects_of_the_filter_and_no_drift(flux: Flux, released: Release, program: Run) -> None:
    before = released.tmm()
    assert is_converted(before)
    wanted = program(stdin=rendered()).stdout
    words = ("get", "--namespace", released.namespace, "-f", "-", "-o", "json")
    found = json.loads(flux.plane.kubectl(*words, stdin=wanted))["items"]
    assert missing([*yaml.safe_load_all(wanted)], found) == []

    status = flux.reconcile(*helm_release(released.namespace))
    assert (ready(status)[0], len(status["history"])) == ("True", 1)
    assert released.tmm()["metadata"]["generation"] == before["metadata"]["generation"]


def test_drift_is_put_right_to_what_is_converted(flux: Flux, released: Release) -> None:
    words = ("deployment", TMM_NAME, "--namespace", released.namespace, "--containers", TMM_NAME)
    flux.plane.kubectl("set", "env", *words, "TMM_MAPRES_ADDL_VETHS_ON_DP-", "TMM_MAPRES_HUGEPAGES=1536")
    flux.reconcile(*helm_release(released.namespace))
    assert is_converted(released.tmm())


def test_another_chart_fails_with_the_message_of_the_page(flux: Flux, released: Release, tmp_path: Path) -> None:
    """The patches were compiled for a chart whose first container is TMM's container."""
    before = released.tmm()["metadata"]["generation"]
    moved = tmp_path / "moved"
    shutil.copytree(SMALL, moved)
    template = moved / "templates/deployment.yaml"
    first = "      containers:\n"
    template.write_text(template.read_text().replace(first, f"{first}      - {{name: sidecar, image: sidecar:v1}}\n"))
    publish_chart(flux, released.namespace, moved, tmp_path, "0.2.0")
    status = flux.reconcile(*helm_release(released.namespace))
    assert ready(status)[0] == "False"
    assert "testing value /spec/template/spec/containers/0/name failed" in ready(status)[1]
    assert released.tmm()["metadata"]["generation"] == before


def test_what_a_policy_converts_is_no_drift(flux: Flux, namespace: str, program: Run, tmp_path: Path) -> None:
    """In this test, a MutatingAdmissionPolicy converts the TMM, also when Flux asks the API server for a comparison."""
    (tmp_path / "spk-macvlan.yaml").write_text(CONFIG.replace("  tmm:\n", f"  tmm:\n    namespace: {namespace}\n"))
    policy = program("compile", "--format", "policy", stdin=rendered()).stdout
    flux.plane.kubectl("apply", "--namespace", namespace, "-f", "-", stdin=policy)
    try:
        await_conversion(flux.plane, tmm_of(rendered(), namespace))
        publish_chart(flux, namespace, SMALL, tmp_path, "0.1.0")
        flux.plane.kubectl("apply", "--namespace", namespace, "-f", "-", stdin=HELM_RELEASE)
        flux.wait(*helm_release(namespace), until=lambda found: ready(found)[0] == "True")
        before = Release(flux.plane, namespace, "", (), {}).tmm()
        assert is_converted(before)

        status = flux.reconcile(*helm_release(namespace))
        assert (ready(status)[0], len(status["history"])) == ("True", 1)
        after = Release(flux.plane, namespace, "", (), {}).tmm()
        assert after["metadata"]["generation"] == before["metadata"]["generation"]
    finally:
        flux.plane.kubectl("delete", "--namespace", namespace, "-f", "-", stdin=policy)


@pytest.mark.parametrize("way", ["converted", "component"])
def test_a_kustomization_gives_a_converted_tmm(
    flux: Flux, namespace: str, program: Run, tmp_path: Path, way: str
) -> None:
    folder = tmp_path / "repository"
    folder.mkdir()
    if way == "converted":
        (folder / "manifests.yaml").write_text(program(stdin=rendered()).stdout)
        kustomization: dict[str, Any] = {"resources": ["manifests.yaml"]}
    else:
        (folder / "manifests.yaml").write_text(rendered())
        program("compile", "--format", "kustomize", str(folder / "component"), stdin=rendered())
        kustomization = {"resources": ["manifests.yaml"], "components": ["component"]}
    (folder / "kustomization.yaml").write_text(json.dumps(kustomization))
    metadata = {"name": "lab", "namespace": namespace}
    repository = {
        "apiVersion": "source.toolkit.fluxcd.io/v1",
        "kind": "GitRepository",
        "metadata": metadata,
        "spec": {"interval": "10m", "url": "https://git.example.com/lab.git"},
    }
    flux.publish(repository, f"main@sha1:{'0' * 40}", packed(folder))
    applied = {
        "apiVersion": "kustomize.toolkit.fluxcd.io/v1",
        "kind": "Kustomization",
        "metadata": metadata,
        "spec": {
            "interval": "10m",
            "path": "./",
            "prune": True,
            "sourceRef": {"kind": "GitRepository", "name": "lab"},
            "targetNamespace": namespace,
        },
    }
    flux.plane.kubectl("apply", "-f", "-", stdin=json.dumps(applied))
    words = ("kustomizations.kustomize.toolkit.fluxcd.io", "lab", "--namespace", namespace)
    status = flux.wait(*words, until=lambda found: ready(found)[0] in ("True", "False"))
    assert ready(status)[0] == "True", ready(status)
    release = Release(flux.plane, namespace, "", (), {})
    assert is_converted(release.tmm())
    assert networks(release) == NETWORKS


@pytest.mark.parametrize(
    "file",
    [
        "compiled/helmrelease-compiled.yaml",
        "compiled/helmrelease.yaml",
        "rendered/kustomizations.yaml",
        "rendered/ocirepository.yaml",
    ],
)
def test_its_api_takes_the_examples(flux: Flux, file: str) -> None:
    flux.plane.kubectl("apply", "--dry-run=server", "-f", str(ROOT / "examples/flux" / file))


def packed(folder: Path) -> bytes:
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        for file in sorted(folder.rglob("*")):
            tar.add(file, file.relative_to(folder).as_posix(), recursive=False)
    return archive.getvalue()
