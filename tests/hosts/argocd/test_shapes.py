"""Test the files in argocd/: they match the types of Argo CD, its Helm chart and OpenShift GitOps, and they work."""

from __future__ import annotations

import copy
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
import yaml

from postrender import __version__, config
from tests.docs import below, first_column
from tests.hosts.argocd import published
from tests.hosts.argocd.cmpserver import Answer, Plugin, request
from tests.hosts.argocd.container import ARGOCD
from tests.hosts.helm.objects import EXAMPLE, Object, is_network, objects
from tools.binaries import binary

pytestmark = pytest.mark.hosts


def load(name: str) -> Any:
    return yaml.load((ARGOCD / name).read_bytes(), yaml.CSafeLoader)


def validate(found: Object) -> None:
    jsonschema.Draft202012Validator(published.schema(found["kind"])).validate(found)


# Tests of plugin.yaml.

PLUGIN_FIELDS = {
    "": {"apiVersion", "kind", "metadata", "spec"},
    "metadata": {"name"},
    "spec": {"version", "generate", "parameters"},
    "generate": {"command"},
    "parameters": {"static", "dynamic"},
    "dynamic": {"command"},
}


def test_plugin_yaml_is_of_this_version() -> None:
    plugin = load("plugin.yaml")
    assert (plugin["apiVersion"], plugin["kind"]) == ("argoproj.io/v1alpha1", "ConfigManagementPlugin")
    assert (plugin["metadata"]["name"], plugin["spec"]["version"]) == ("spk-macvlan", __version__)


ISOLATED = ["python3", "-I", "-m", "postrender", "cmp"]


def test_plugin_yaml_runs_the_program_without_a_shell() -> None:
    spec = load("plugin.yaml")["spec"]
    assert spec["generate"]["command"] == [*ISOLATED, "generate"]
    assert spec["parameters"]["dynamic"]["command"] == [*ISOLATED, "parameters"]


def test_plugin_yaml_has_no_other_field() -> None:
    """Argo CD silently ignores unknown fields.

    Without `discover`, Argo CD never sends this plugin other applications.
    """
    plugin = load("plugin.yaml")
    places = {"": plugin, "metadata": plugin["metadata"], "spec": plugin["spec"], **plugin["spec"]}
    places["dynamic"] = places["parameters"]["dynamic"]
    assert {name: {*places[name]} for name in PLUGIN_FIELDS} == PLUGIN_FIELDS


OF_THE_APPLICATION = ["config-file", "config", "release-name", "namespace"]


def test_the_static_parameters_are_the_dynamic_ones_of_any_application(plugin: Plugin, tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    announced = json.loads(plugin.start(tmp_path / "bare", {}, ".", "parameters").answer().stdout)
    expected = [it for it in announced if it["name"] not in OF_THE_APPLICATION]
    assert load("plugin.yaml")["spec"]["parameters"]["static"] == expected
    assert len(expected) == len(announced) - len(OF_THE_APPLICATION)


def test_the_page_has_every_parameter(plugin: Plugin, tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    announced = json.loads(plugin.start(tmp_path / "bare", {}, ".", "parameters").answer().stdout)
    documented = first_column(below("docs/argocd.md", "## An application"))
    assert documented == [it["name"] for it in announced]


# Tests of Applications.


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    """Return the repository that the examples name: its folder `spk` holds the chart, the values and the config."""
    folder = tmp_path / "lab" / "spk"
    shutil.copytree(EXAMPLE, folder)
    shutil.copy(ARGOCD / "spk-macvlan.yaml", folder)
    (folder / "values-lab.yaml").write_text("f5-tmm: {hpa: {enabled: false}}\n")
    return tmp_path / "lab"


def generated(plugin: Plugin, lab: Path, application: Object) -> Answer:
    spec = application["spec"]
    sent = request(
        spec["source"]["plugin"]["parameters"],
        app=application["metadata"]["name"],
        namespace=spec["destination"]["namespace"],
        path=spec["source"]["path"],
    )
    return plugin.start(lab, sent, spec["source"]["path"]).answer()


def assert_generates(plugin: Plugin, lab: Path, application: Object, masters: list[str]) -> None:
    """Require that the networks use these NICs, and that their sync wave precedes all other objects."""
    answer = generated(plugin, lab, application)
    assert (answer.status, answer.stderr) == (0, "")
    found = objects(answer.stdout)
    waves = [it["metadata"].get("annotations", {}).get("argocd.argoproj.io/sync-wave") for it in found]
    assert waves == ["-1" if is_network(it) else None for it in found]
    configs = [json.loads(it["spec"]["config"]) for it in found if is_network(it)]
    assert [it["master"] for it in configs] == masters


@pytest.mark.parametrize("name", ["application.yaml", "applicationset.yaml"])
def test_an_example_fits_the_published_types(name: str) -> None:
    validate(load(name))


@pytest.mark.parametrize("field", ["string", "name"])
def test_the_published_types_know_a_typo(field: str) -> None:
    application = load("application.yaml")
    parameter = application["spec"]["source"]["plugin"]["parameters"][0]
    parameter[f"{field}s"] = parameter.pop(field)
    with pytest.raises(jsonschema.ValidationError, match=f"'{field}s' was unexpected"):
        validate(application)


def test_the_published_types_know_a_wrong_type() -> None:
    application = load("application.yaml")
    application["spec"]["source"]["plugin"]["parameters"][0] = {"name": "set", "map": {"a": 1}}
    with pytest.raises(jsonschema.ValidationError, match="1 is not of type 'string'"):
        validate(application)


def test_the_application_generates(plugin: Plugin, lab: Path) -> None:
    assert_generates(plugin, lab, load("application.yaml"), ["ens224", "ens256"])


def test_every_example_calls_this_plugin() -> None:
    application, applications = load("application.yaml"), load("applicationset.yaml")["spec"]["template"]
    names = [it["spec"]["source"]["plugin"]["name"] for it in (application, applications)]
    assert names == [f"spk-macvlan-{__version__}"] * 2


# Tests of the ApplicationSet.

INTERNAL, EXTERNAL = "spk-macvlan.example.com/internal", "spk-macvlan.example.com/external"
CLUSTERS = [
    {
        "name": "Lab_1",
        "nameNormalized": "lab-1",
        "server": "https://lab-1.example.com:6443",
        "metadata": {"labels": {INTERNAL: "ens3f0", EXTERNAL: "bond0.100"}, "annotations": {}},
    },
    {
        "name": "lab-2",
        "nameNormalized": "lab-2",
        "server": "https://lab-2.example.com:6443",
        "metadata": {"labels": {INTERNAL: "224", EXTERNAL: "1e3"}},
    },
]
# Helm uses the same template language as Argo CD: Go templates with sprig functions.
RENDERER = {
    "Chart.yaml": "apiVersion: v2\nname: template\nversion: 0.1.0\n",
    "templates/all.yaml": "texts:\n{{- range .Values.texts }}\n- {{ tpl . $.Values.cluster | toJson }}\n{{- end }}\n",
}


def rendered(template: Object, cluster: Object, folder: Path) -> Object:
    """Return an Application as the ApplicationSet controller generates it.

    The controller renders each string of the template separately.
    """
    for name, text in RENDERER.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    application = copy.deepcopy(template)
    places = [*_texts(application)]
    values = json.dumps({"cluster": cluster, "texts": [where[key] for where, key in places]})
    command = [str(binary("helm-4.2.3")), "template", str(folder), "--values", "-"]
    done = subprocess.run(command, input=values, capture_output=True, text=True, check=True)
    for (where, key), text in zip(places, yaml.load(done.stdout, yaml.CSafeLoader)["texts"], strict=True):
        where[key] = text
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", **application}


def _texts(found: Any) -> list[tuple[Any, Any]]:
    """Return the location of each string in an object, as a container (map or list) and a key."""
    keys = [*found] if isinstance(found, dict) else range(len(found))
    places = [(found, key) for key in keys if isinstance(found[key], str)]
    return places + [it for key in keys if isinstance(found[key], dict | list) for it in _texts(found[key])]


@pytest.mark.parametrize("cluster", CLUSTERS, ids=["lab-1", "lab-2"])
def test_the_application_set_makes_an_application_for_each_cluster(
    plugin: Plugin, lab: Path, tmp_path: Path, cluster: Any
) -> None:
    application = rendered(load("applicationset.yaml")["spec"]["template"], cluster, tmp_path / "renderer")
    validate(application)
    assert application["metadata"]["name"] == f"spk-{cluster['nameNormalized']}"
    assert application["spec"]["destination"]["server"] == cluster["server"]
    (text,) = (it["string"] for it in application["spec"]["source"]["plugin"]["parameters"] if it["name"] == "config")
    masters = [cluster["metadata"]["labels"][name] for name in (INTERNAL, EXTERNAL)]
    assert [it.master for it in config.parse(text.encode()).networks] == masters
    assert_generates(plugin, lab, application, masters)


def test_only_clusters_that_name_both_cards_are_selected() -> None:
    (generator,) = load("applicationset.yaml")["spec"]["generators"]
    conditions = generator["clusters"]["selector"]["matchExpressions"]
    assert conditions == [{"key": name, "operator": "Exists"} for name in (INTERNAL, EXTERNAL)]


# Tests of the sidecar.


def sidecars() -> dict[str, tuple[list[Any], list[Any]]]:
    """Return the containers and volumes of each way to install the sidecar."""
    chart, operator = load("argo-helm-values.yaml")["repoServer"], load("openshift-gitops.yaml")["spec"]["repo"]
    return {
        "argo-helm": (chart["extraContainers"], chart["volumes"]),
        "openshift-gitops": (operator["sidecarContainers"], operator["volumes"]),
    }


def test_both_ways_install_the_same_sidecar() -> None:
    first, second = sidecars().values()
    assert first == second


def test_there_is_nothing_but_the_sidecar() -> None:
    assert {*load("argo-helm-values.yaml")} == {"repoServer"}
    assert {*load("argo-helm-values.yaml")["repoServer"]} == {"extraContainers", "volumes"}
    operator = load("openshift-gitops.yaml")
    assert (operator["apiVersion"], operator["kind"]) == ("argoproj.io/v1beta1", "ArgoCD")
    assert {name: {*it} for name, it in operator["spec"].items()} == {"repo": {"sidecarContainers", "volumes"}}


OF_THE_REPO_SERVER: list[Object] = [{"name": name, "emptyDir": {}} for name in ("var-files", "plugins")]


def test_the_sidecar_is_a_valid_container() -> None:
    containers, volumes = sidecars()["argo-helm"]
    spec = {"containers": containers, "volumes": [*volumes, *OF_THE_REPO_SERVER]}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "repo-server"}, "spec": spec}
    kubernetes_validate.validate(pod, kubernetes_validate.latest_version(), strict=True)
    mounts = {it["name"]: it["mountPath"] for it in containers[0]["volumeMounts"]}
    assert mounts == {
        "var-files": "/var/run/argocd",
        "plugins": "/home/argocd/cmp-server/plugins",
        "spk-macvlan-tmp": "/tmp",
    }
    assert volumes == [{"name": "spk-macvlan-tmp", "emptyDir": {}}]


def test_the_sidecar_may_do_nothing_but_generate() -> None:
    ((container,), _) = sidecars()["openshift-gitops"]
    assert container["command"] == ["/var/run/argocd/argocd-cmp-server"]
    assert container["image"].endswith(f":{__version__}")
    assert container["securityContext"] == {
        "runAsNonRoot": True,
        "readOnlyRootFilesystem": True,
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "seccompProfile": {"type": "RuntimeDefault"},
    }
