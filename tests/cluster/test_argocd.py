"""Test that the real Argo CD renders, compares and syncs an Application that uses the plugin."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster import node as nodes
from tests.cluster.argocd import NAMESPACE, ArgoCD, plugin_server, running
from tests.cluster.conftest import CONFIG, ROOT, SMALL, Release, Run
from tests.cluster.control_plane import ControlPlane
from tests.cluster.outcomes import NETWORKS, await_conversion, is_converted, missing, networks, tmm_of
from tests.patience import HANG
from tools.binaries import binary

Object = dict[str, Any]


@pytest.fixture(scope="session")
def argocd(plane: ControlPlane, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArgoCD]:
    with running(plane, tmp_path_factory.mktemp("argocd")) as started:
        yield started


class Repository:
    """A Git repository on disk whose folder `spk` holds the chart and the config."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.url = f"file://{folder}"
        shutil.copytree(SMALL, folder / "spk")
        (folder / "spk/templates/hook.yaml").unlink()  # the hook is a Job, and no controller for Jobs runs here
        self._git("init", "--quiet", "--initial-branch", "main")
        self.commit(CONFIG)

    def commit(self, config: str) -> None:
        (self._folder / "spk/spk-macvlan.yaml").write_text(config)
        self._git("add", "--all")
        self._git("-c", "user.name=lab", "-c", "user.email=lab@example.com", "commit", "--quiet", "--message", "lab")

    def add(self, name: str, text: str) -> None:
        (self._folder / name).parent.mkdir(exist_ok=True)
        (self._folder / name).write_text(text)
        self.commit(CONFIG)

    def rendered(self, release: str) -> str:
        command = [str(binary("helm-4.2.3")), "template", release, str(self._folder / "spk")]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=HANG).stdout

    def _git(self, *words: str) -> None:
        subprocess.run(["git", *words], cwd=self._folder, check=True, capture_output=True, timeout=HANG)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    (tmp_path / "repository").mkdir()
    return Repository(tmp_path / "repository")


@pytest.fixture
def application(argocd: ArgoCD, namespace: str, repository: Repository) -> Iterator[str]:
    """Apply the example's Application for this repository and namespace.

    Deleting the namespace deletes the objects that the Application has synced.
    """
    name = f"spk-{namespace}"
    apply(argocd, name, namespace, repository)
    yield name
    argocd.plane.kubectl("delete", "application", name, "--namespace", NAMESPACE)


def apply(argocd: ArgoCD, name: str, namespace: str, repository: Repository) -> None:
    found: Object = yaml.safe_load((ROOT / "argocd/application.yaml").read_text())
    found["metadata"] = {"name": name, "namespace": NAMESPACE}
    found["spec"]["destination"]["namespace"] = namespace
    found["spec"]["source"]["repoURL"] = repository.url
    parameters = found["spec"]["source"]["plugin"]["parameters"]
    found["spec"]["source"]["plugin"]["parameters"] = [it for it in parameters if it["name"] != "values-files"]
    argocd.apply(found)


def is_synced(status: Object) -> bool:
    return bool(status.get("sync", {}).get("status") == "Synced")


def live(plane: ControlPlane, namespace: str) -> Release:
    return Release(plane, namespace, "", (), {})


def test_what_is_synced_are_the_objects_of_the_filter(
    argocd: ArgoCD, namespace: str, application: str, repository: Repository, program: Run
) -> None:
    argocd.await_status(application, is_synced)
    filtered = program(stdin=repository.rendered(application)).stdout
    found = argocd.plane.kubectl("get", "--namespace", namespace, "-f", "-", "-o", "json", stdin=filtered)
    assert missing([*yaml.safe_load_all(filtered)], json.loads(found)["items"]) == []


def test_it_is_synced_healthy_and_stays_so(
    argocd: ArgoCD, plane: ControlPlane, namespace: str, application: str
) -> None:
    argocd.await_status(application, is_synced)
    tmm = live(plane, namespace).tmm()
    assert is_converted(tmm)
    assert networks(live(plane, namespace)) == NETWORKS

    nodes.report_ready(plane, nodes.scheduled(plane, namespace))
    argocd.await_status(application, lambda found: bool(found.get("health", {}).get("status") == "Healthy"))

    argocd.refresh(application, "hard")
    assert is_synced(argocd.application(application)["status"])
    assert live(plane, namespace).tmm()["metadata"]["generation"] == tmm["metadata"]["generation"]


def test_a_broken_config_is_one_line_of_the_condition(argocd: ArgoCD, repository: Repository, application: str) -> None:
    argocd.await_status(application, is_synced)
    repository.commit(CONFIG.replace("master: ens224", "mater: ens224"))
    argocd.refresh(application)
    status = argocd.await_status(application, lambda found: bool(found.get("conditions")))
    (condition,) = status["conditions"]
    assert condition["type"] == "ComparisonError"
    ours = "spk-macvlan: spk-macvlan.yaml:5:30: spec.networks[0].…: unknown field; did you mean master?"
    assert condition["message"].endswith(ours)


#: Files of a chart that reads or takes what is not its own, and what Argo CD then says.
HOSTILE = {
    "a-dependency-elsewhere": (
        "spk/Chart.yaml",
        "{apiVersion: v2, name: spk, version: 1.0.0, dependencies: [{name: a, version: 1.0.0, repository: 'file:///etc'}]}",
        "… is not a repository; ",
    ),
    "a-schema-elsewhere": (
        "spk/values.schema.json",
        '{"$ref": "file:///etc/hostname"}',
        "spk-macvlan: values.schema.json: … refers to another schema, which is never read; ",
    ),
    "too-much-memory": ("spk/templates/seen.yaml", "a: {{ len (until 200000000) }}\n", "spk-macvlan: helm: "),
}


def test_an_application_syncs_beside_hostile_ones(
    argocd: ArgoCD, plane: ControlPlane, namespace: str, repository: Repository, tmp_path: Path
) -> None:
    names = {f"hostile-{namespace}-{name}": it for name, it in HOSTILE.items()}
    for name, (file, text, _) in names.items():
        (tmp_path / name).mkdir()
        hostile = Repository(tmp_path / name)
        hostile.add(file, text)
        apply(argocd, name, namespace, hostile)
    try:
        apply(argocd, namespace, namespace, repository)
        argocd.await_status(namespace, is_synced)
        for name, (_, _, said) in names.items():
            status = argocd.await_status(name, lambda found: bool(found.get("conditions")))
            assert said in status["conditions"][0]["message"]
    finally:
        for name in (namespace, *names):
            plane.kubectl("delete", "application", name, "--namespace", NAMESPACE, "--ignore-not-found")
    assert not [*(argocd.folder / "plugin-server/tmp").glob("spk-macvlan-*")]


def calls(argocd: ArgoCD, server: str) -> int:
    """Return how many times Argo CD asked a plugin server for manifests."""
    return (argocd.folder / f"{server}.log").read_text().count("Generating manifests with deadline")


def test_another_version_of_the_plugin_is_asked_at_once(
    argocd: ArgoCD, plane: ControlPlane, application: str, tmp_path: Path
) -> None:
    """Argo CD caches rendered manifests by plugin name.

    The plugin's name ends in its version, so Argo CD asks a new version.
    """
    argocd.await_status(application, is_synced)
    asked = calls(argocd, "plugin-server")
    argocd.refresh(application)
    assert calls(argocd, "plugin-server") == asked

    text = (ROOT / "argocd/plugin.yaml").read_text()
    (tmp_path / "plugin.yaml").write_text(text.replace("version: 0.1.0", "version: 9.0.0"))
    with plugin_server(argocd.folder, argocd.sockets, "next-plugin-server", tmp_path / "plugin.yaml"):
        patch = '[{"op": "replace", "path": "/spec/source/plugin/name", "value": "spk-macvlan-9.0.0"}]'
        plane.kubectl("patch", "application", application, "--namespace", NAMESPACE, "--type=json", "--patch", patch)
        plugin = {"name": "spk-macvlan-9.0.0"}
        argocd.await_status(
            application,
            lambda found: (
                is_synced(found) and plugin.items() <= found["sync"]["comparedTo"]["source"]["plugin"].items()
            ),
        )
        assert calls(argocd, "next-plugin-server") == 1


@pytest.mark.parametrize("file", ["application.yaml", "applicationset.yaml"])
def test_its_api_takes_the_example(argocd: ArgoCD, file: str) -> None:
    argocd.plane.kubectl("apply", "--dry-run=server", "-f", str(ROOT / "argocd" / file))


PLAIN = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: {name}
  namespace: argocd
  annotations: {annotations}
spec:
  project: default
  destination: {{server: "https://kubernetes.default.svc", namespace: {namespace}}}
  source: {{repoURL: {url}, path: plain, targetRevision: main}}
  syncPolicy: {{automated: {{}}, syncOptions: [ServerSideApply=true]}}
"""
MUTATED = "{argocd.argoproj.io/compare-options: 'ServerSideDiff=true,IncludeMutationWebhook=true'}"


@pytest.mark.parametrize(
    ("annotations", "status"), [("{}", "OutOfSync"), (MUTATED, "Synced")], ids=["usual", "of-the-page"]
)
def test_what_a_policy_converts_is_drift_unless_the_comparison_includes_it(  # noqa: PLR0913, PLR0917
    argocd: ArgoCD, namespace: str, repository: Repository, program: Run, tmp_path: Path, annotations: str, status: str
) -> None:
    """In this test, a MutatingAdmissionPolicy converts the TMM instead of the plugin."""
    config = CONFIG.replace("  tmm:\n", f"  tmm:\n    namespace: {namespace}\n")
    (tmp_path / "spk-macvlan.yaml").write_text(config)
    manifests = repository.rendered("spk")
    policy = program("compile", "--format", "policy", stdin=manifests).stdout
    argocd.plane.kubectl("apply", "-f", "-", stdin=policy)
    try:
        await_conversion(argocd.plane, tmm_of(manifests, namespace))
        repository.add("plain/manifests.yaml", manifests)
        application = PLAIN.format(name=namespace, namespace=namespace, url=repository.url, annotations=annotations)
        argocd.plane.kubectl("apply", "-f", "-", stdin=application)
        argocd.await_status(namespace, lambda found: found.get("operationState", {}).get("phase") == "Succeeded")
        assert is_converted(live(argocd.plane, namespace).tmm())
        argocd.refresh(namespace, "hard")
        assert argocd.application(namespace)["status"]["sync"]["status"] == status
    finally:
        argocd.plane.kubectl("delete", "application", namespace, "--namespace", NAMESPACE)
        argocd.plane.kubectl("delete", "-f", "-", stdin=policy)
