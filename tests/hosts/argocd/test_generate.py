"""Test `cmp generate` as Argo CD calls it: with any parameter, in any folder, it gives the filter's objects."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.configs import HEAD, TMM_NAME
from tests.conftest import PROGRAM
from tests.hosts.argocd.cmpserver import Plugin, request
from tests.hosts.argocd.support import APP, Generate, decoded, named, parameters, seen
from tests.hosts.helm.objects import CONFIG, EXAMPLE, HELM_3, is_network, is_tmm, objects, same
from tools.binaries import binary

pytestmark = pytest.mark.hosts

HELM_4 = "helm-4.2.3"
VALUES_FILES = [file for folder in ("eras", "switches") for file in sorted(Path(EXAMPLE, folder).iterdir())]
CHART_DEFAULTS: list[str] = []
VALUES = {"chart-defaults": CHART_DEFAULTS, **{it.stem: [f"{it.parent.name}/{it.name}"] for it in VALUES_FILES}}


# Tests that the objects are the same as in a pipe.


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """Return a repository whose folder `spk` is the example chart with its config."""
    shutil.copytree(EXAMPLE, tmp_path / "example" / "spk")
    shutil.copy(CONFIG, tmp_path / "example" / "spk")
    return tmp_path / "example"


def with_helm(plugin: Plugin, helm: str) -> Plugin:
    path = os.pathsep.join([str(Path(PROGRAM).parent), str(binary(helm).parent)])
    return plugin._replace(environment={**plugin.environment, "PATH": path})


def piped(helm: str, *words: str) -> str:
    """Return the output of `helm template … | spk-macvlan`, with the options that Argo CD adds for every chart."""
    given = ("template", "spk", ".", "--namespace", "spk-ingress", "--include-crds", *words)
    rendered = subprocess.run([binary(helm), *given], cwd=EXAMPLE, capture_output=True, check=True)
    filtering = [PROGRAM, f"--config={CONFIG}"]
    return subprocess.run(filtering, input=rendered.stdout, capture_output=True, check=True).stdout.decode()


@pytest.mark.parametrize("helm", [HELM_3, HELM_4])
@pytest.mark.parametrize("files", [pytest.param(VALUES[name], id=name) for name in [*VALUES][:2]])
def test_the_objects_are_those_of_a_pipe(plugin: Plugin, example: Path, helm: str, files: list[str]) -> None:
    """tests/hosts/equivalence compares the objects of all other variants of the example."""
    given = parameters(values_files=files) if files else None
    answer = with_helm(plugin, helm).start(example, request(given, path="spk"), "spk").answer()
    assert (answer.status, answer.changed) == (0, []), answer.stderr
    expected = decoded(piped(helm, *(f"--values={file}" for file in files)))
    assert same(decoded(answer.stdout)) == same(expected)
    assert len([it for it in expected if is_network(it)]) == 2


def test_what_argo_cd_reads_is_what_was_meant(generate: Generate) -> None:
    answer = generate()
    assert same(decoded(answer.stdout)) == same(objects(answer.stdout))


# Tests of parameters.


@pytest.mark.parametrize("text", ["null", "[]", ""], ids=["null", "none", "empty"])
def test_no_parameters_are_the_defaults(generate: Generate, text: str) -> None:
    expected = generate(parameters(config_file="spk-macvlan.yaml"))
    assert generate(ARGOCD_APP_PARAMETERS=text)[:2] == (0, expected.stdout)


def test_parameters_may_be_unset(plugin: Plugin, repository: Path, generate: Generate) -> None:
    sent = request(path=APP)
    del sent["ARGOCD_APP_PARAMETERS"]
    assert plugin.start(repository, sent, APP).answer()[:2] == (0, generate().stdout)


def test_an_empty_value_is_the_same_as_none(generate: Generate) -> None:
    texts = ("config-file", "config", "release-name", "namespace", "kube-version", "values", "skip-crds", "skip-tests")
    empty = [{"name": name, "string": ""} for name in (*texts, "kustomize")]
    lists = [{"name": "values-files", "array": []}, {"name": "api-versions"}, {"name": "set", "map": {}}]
    assert generate([*empty, *lists])[:2] == (0, generate().stdout)


def test_the_release_is_called_as_the_application(generate: Generate) -> None:
    assert seen(generate(ARGOCD_APP_NAME="lab"))["release"] == "lab"


def test_the_namespace_of_the_application_is_no_part_of_the_release(generate: Generate) -> None:
    assert seen(generate(ARGOCD_APP_NAME="team-a_lab"))["release"] == "lab"


def test_release_name_names_the_release(generate: Generate) -> None:
    told = seen(generate(parameters(release_name="other"), ARGOCD_APP_NAME="team-a_lab"))
    assert told["release"] == "other"


def test_the_release_goes_to_the_destination(generate: Generate) -> None:
    assert seen(generate(ARGOCD_APP_NAMESPACE="lab-7"))["namespace"] == "lab-7"
    assert seen(generate(parameters(namespace="other"), ARGOCD_APP_NAMESPACE="lab-7"))["namespace"] == "other"


def test_a_destination_without_namespace_leaves_it_to_helm(generate: Generate) -> None:
    assert seen(generate(ARGOCD_APP_NAMESPACE=""))["namespace"] == "default"


def test_values_come_from_files_in_order_then_from_the_text_then_from_set(generate: Generate, repository: Path) -> None:
    (repository / APP / "a.yaml").write_text("from: a\na: 1\nboth: a\n")
    (repository / "shared.yaml").write_text("from: shared\nshared: 1\nboth: shared\n")
    files = ["a.yaml", "../../shared.yaml"]
    assert seen(generate(parameters(values_files=files)))["values"].items() >= {"from": "shared", "a": 1}.items()
    assert seen(generate(parameters(values_files=files[::-1])))["values"]["both"] == "a"
    given = parameters(set={"from": "set"}, values_files=files, values="from: text\nboth: text\n")
    told = seen(generate(given))["values"]
    assert told.items() >= {"from": "set", "both": "text", "a": 1, "shared": 1}.items()


SET = {
    "comma": ({"a": "b,c=d"}, {"a": "b,c=d"}),
    "comma-that-is-escaped": ({"a": r"b\,c"}, {"a": "b,c"}),
    "list": ({"a": "{b,c}"}, {"a": ["b", "c"]}),
    "path": ({"a.b": "c", "a.d[0]": "e"}, {"a": {"b": "c", "d": ["e"]}}),
    "number": ({"a": "1"}, {"a": 1}),
    "equals-sign": ({"a": "b=c=d"}, {"a": "b=c=d"}),
    "nothing": ({"a": ""}, {"a": ""}),
}


@pytest.mark.parametrize(("given", "expected"), [pytest.param(*it, id=name) for name, it in SET.items()])
def test_set_is_helms_as_argo_cd_calls_it(
    generate: Generate, given: dict[str, str], expected: dict[str, object]
) -> None:
    told = seen(generate(parameters(set=given)))["values"]
    assert {name: told[name] for name in expected} == expected


WIDGETS = ["cluster.example.com/v1", "cluster.example.com/v1/Widget"]


def test_the_chart_is_told_the_versions_of_the_cluster(generate: Generate) -> None:
    told = seen(generate(KUBE_VERSION="1.31.7", KUBE_API_VERSIONS=f"v1,apps/v1,{','.join(WIDGETS)}"))
    assert told["kubernetes"] == "v1.31.7"
    assert {*WIDGETS} <= {*told["apis"]}


def test_the_parameters_for_versions_win_over_the_clusters(generate: Generate) -> None:
    asked = parameters(kube_version="1.33.2", api_versions=["other.example.com/v2"])
    told = seen(generate(asked, KUBE_VERSION="1.31.7", KUBE_API_VERSIONS=",".join(WIDGETS)))
    assert told["kubernetes"] == "v1.33.2"
    assert "other.example.com/v2" in told["apis"]
    assert not {*WIDGETS} & {*told["apis"]}


@pytest.mark.parametrize("nothing", [{}, {"KUBE_VERSION": "", "KUBE_API_VERSIONS": ""}], ids=["absent", "empty"])
def test_without_versions_of_a_cluster_helms_own_stand(
    plugin: Plugin, repository: Path, nothing: dict[str, str]
) -> None:
    sent = {name: value for name, value in request(path=APP).items() if not name.startswith("KUBE_")}
    told = seen(plugin.start(repository, {**sent, **nothing}, APP).answer())
    plain = [str(binary("helm-4.2.3")), "template", "rel", str(repository / APP), "--show-only", "templates/seen.yaml"]
    (own,) = objects(subprocess.run(plain, capture_output=True, text=True, check=True).stdout)
    assert [told["kubernetes"], told["apis"]] == [own["data"]["kubernetes"], json.loads(own["data"]["apis"])]


def names(generate: Generate, **given: str) -> set[str]:
    answer = generate(parameters(**given))
    assert answer.status == 0, answer.stderr
    return {it["metadata"]["name"] for it in objects(answer.stdout)}


def test_definitions_and_tests_of_the_chart_can_be_left_out(generate: Generate) -> None:
    everything = names(generate)
    assert {"widgets.cluster.example.com", "test"} <= everything
    assert names(generate, skip_crds="true") == everything - {"widgets.cluster.example.com"}
    assert names(generate, skip_tests="true") == everything - {"test"}
    assert names(generate, skip_crds="false", skip_tests="false") == everything


# Tests of the config.

ONE_NETWORK = (
    HEAD
    + """\
spec:
  networks:
  - name: lab
    master: ens3
"""
)


def networks(generate: Generate, **given: str) -> list[str]:
    answer = generate(parameters(**given))
    assert answer.status == 0, answer.stderr
    return [it["metadata"]["name"] for it in objects(answer.stdout) if is_network(it)]


def test_the_config_is_beside_the_chart_or_elsewhere_or_inline(generate: Generate, repository: Path) -> None:
    assert networks(generate) == ["macvlan-internal", "macvlan-external"]
    (repository / "one.yaml").write_text(ONE_NETWORK)
    assert networks(generate, config_file="../../one.yaml") == ["lab"]
    assert networks(generate, config=ONE_NETWORK) == ["lab"]


def test_the_sidecars_own_config_variable_is_ignored(generate: Generate, tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text(ONE_NETWORK)
    assert generate(SPK_MACVLAN_CONFIG=str(tmp_path / "other.yaml")).stdout == generate().stdout


TEXTS = ["y", "n", "1e3", "0o17", "0x1F", "1:30", "~", "null", "", " ", "on", "1_000", "=", "#", "a: b", "x" * 200]


def test_strings_arrive_as_the_same_strings(generate: Generate) -> None:
    variables = {f"V{number}": text for number, text in enumerate(TEXTS)}
    config = f"{ONE_NETWORK}  tmm:\n    env: {json.dumps(variables)}\n"
    answer = generate(parameters(config=config))
    (tmm,) = filter(is_tmm, decoded(answer.stdout))
    (container,) = tmm["spec"]["template"]["spec"]["containers"]
    found = {it["name"]: it.get("value") for it in container["env"]}
    assert {name: found[name] for name in variables} == variables


def test_the_sync_wave_is_the_configs(generate: Generate) -> None:
    wave = '    annotations: {argocd.argoproj.io/sync-wave: "-1"}\n'
    network = named(generate(parameters(config=ONE_NETWORK + wave)), "lab")
    assert network["metadata"]["annotations"] == {"argocd.argoproj.io/sync-wave": "-1"}
    assert "annotations" not in named(generate(parameters(config=ONE_NETWORK)), "lab")["metadata"]


# Tests of kustomize.

KUSTOMIZATION = "resources:\n- tmm.yaml\nnamespace: lab-7\n"


def test_kustomize_builds_the_folder(with_kustomize: Plugin, repository: Path) -> None:
    folder = repository / "kustomized"
    folder.mkdir()
    shutil.copy(repository / APP / "templates/tmm.yaml", folder)
    shutil.copy(CONFIG, folder)
    (folder / "kustomization.yaml").write_text(KUSTOMIZATION)
    sent = request(parameters(kustomize="true"), path="kustomized")
    answer = with_kustomize.start(repository, sent, "kustomized").answer()
    assert named(answer, TMM_NAME)["metadata"]["namespace"] == "lab-7"
    built = subprocess.run([binary("kustomize"), "build", folder], capture_output=True, check=True)
    filtered = subprocess.run([PROGRAM, f"--config={CONFIG}"], input=built.stdout, capture_output=True, check=True)
    assert same(decoded(answer.stdout)) == same(decoded(filtered.stdout.decode()))


# Tests that only the request matters.


def test_another_folder_gives_the_same_bytes(plugin: Plugin, repository: Path, tmp_path: Path) -> None:
    sent = request(path=APP)
    first = plugin.start(repository, sent, APP)
    other = {"TZ": "Asia/Tokyo", "LC_ALL": "de_DE.UTF-8", "LANG": "C", "PYTHONHASHSEED": "7", "COLUMNS": "20"}
    elsewhere = plugin._replace(environment={**plugin.environment, **other}, workdir=tmp_path / "Größe, x")
    second = elsewhere.start(repository, sent, APP)
    assert first.folder != second.folder
    answers = [first.answer(), second.answer()]
    assert [it.status for it in answers] == [0, 0]
    assert answers[0].stdout == answers[1].stdout
    for call, answer in zip((first, second), answers, strict=True):
        assert call.folder.name not in answer.stdout + answer.stderr


def test_nothing_is_left(generate: Generate, home: Path) -> None:
    answer = generate(parameters(values="a: b", values_files=["values.yaml"]))
    assert (answer.status, answer.changed, answer.alive) == (0, [], [])
    assert {it.name for it in home.iterdir()} <= {"_cmp_server", "helm"}


def test_a_warning_of_the_conversion_is_no_failure(generate: Generate, repository: Path) -> None:
    tmm = repository / APP / "templates/tmm.yaml"
    tmm.write_text(tmm.read_text().replace("cpu: 1, memory: 2Gi, hugepages-2Mi: 1572Mi", "memory: 2Gi", 1))
    answer = generate(parameters(config=ONE_NETWORK))
    assert (answer.status, answer.error) == (0, "")
    assert answer.stderr.startswith("spk-macvlan: ")
    assert (
        named(answer, TMM_NAME)["spec"]["template"]["metadata"]["annotations"]["k8s.v1.cni.cncf.io/networks"] == "lab"
    )


# Tests of parameter announcements.


def test_the_announcements_are_argo_cds_shape(plugin: Plugin, repository: Path) -> None:
    answer = plugin.start(repository, {"ARGOCD_APP_NAME": "team-a_lab"}, APP, "parameters").answer()
    assert (answer.status, answer.stderr) == (0, "")
    announced = json.loads(answer.stdout)
    fields = {"name", "title", "tooltip", "required", "itemType", "collectionType"}
    assert [{*it} - fields - {it["collectionType"]} for it in announced] == [set()] * len(announced)
    assert {it["name"]: it.get("string") for it in announced}["release-name"] == "lab"


def test_the_announcements_need_no_config(plugin: Plugin, tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    assert plugin.start(tmp_path / "bare", {}, ".", "parameters").answer().status == 0


def test_every_announced_default_changes_nothing(plugin: Plugin, repository: Path, generate: Generate) -> None:
    sent = request(path=APP)
    announced = json.loads(plugin.start(repository, sent, APP, "parameters").answer().stdout)
    given = [{"name": it["name"], it["collectionType"]: it[it["collectionType"]]} for it in announced]
    assert generate(given).stdout == generate().stdout


def test_values_files_may_be_links_within_the_repository(generate: Generate, repository: Path) -> None:
    (repository / "shared.yaml").write_text("from: shared\n")
    (repository / APP / "link.yaml").symlink_to("../../shared.yaml")
    assert seen(generate(parameters(values_files=["link.yaml"])))["values"]["from"] == "shared"
