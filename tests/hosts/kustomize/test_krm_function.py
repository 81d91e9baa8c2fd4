"""Test the KRM function alone: its input is a ResourceList as kustomize sends it, and its output is checked."""

from __future__ import annotations

import copy
import difflib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.configs import HEAD
from tests.conftest import PROGRAM
from tests.hosts.helm.objects import Done, Object
from tests.hosts.kustomize.builds import KUSTOMIZE, SENTINEL, WITH_FUNCTIONS, build, copied, output, run, written

pytestmark = pytest.mark.hosts

Edit = Callable[[Object], object]

TMM = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "f5-tmm"},
    "spec": {"template": {"spec": {"containers": [{"name": "f5-tmm", "env": []}]}}},
}
OTHER = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "beside"}}
CONFIG: Object = {
    **yaml.safe_load(HEAD),
    "metadata": {"name": "lab"},
    "spec": {"networks": [{"name": "macvlan-internal", "master": "ens224"}]},
}


def listed(*items: Object, **fields: Any) -> str:
    """Return a ResourceList as JSON, which is also YAML."""
    return json.dumps(
        {
            "apiVersion": "config.kubernetes.io/v1",
            "kind": "ResourceList",
            "items": items,
            "functionConfig": CONFIG,
            **fields,
        }
    )


def function(stdin: str, **settings: Any) -> Done:
    return run(f"{PROGRAM}-krm", stdin=stdin, **settings)


def answer(stdin: str, **settings: Any) -> Object:
    return loaded(output(function(stdin, **settings)))


def loaded(text: str) -> Object:
    document = yaml.load(text, yaml.CSafeLoader)
    assert isinstance(document, dict)
    return document


def is_network(item: Object) -> bool:
    return bool(item["kind"] == "NetworkAttachmentDefinition")


def names(items: list[Object]) -> list[str]:
    return [item["metadata"]["name"] for item in items]


# Tests of the output.


def test_the_verb_and_the_program_do_the_same(sent: str) -> None:
    assert output(run(PROGRAM, "krm", stdin=sent)) == output(function(sent))


@pytest.mark.parametrize("version", ["v1", "v1beta1"])
def test_both_versions_are_answered_in_kind(sent: str, version: str) -> None:
    mine = sent.replace("config.kubernetes.io/v1\n", f"config.kubernetes.io/{version}\n", 1)
    assert mine.startswith(f"apiVersion: config.kubernetes.io/{version}\nkind: ResourceList\n")
    expected = output(function(sent)).replace("config.kubernetes.io/v1\n", f"config.kubernetes.io/{version}\n", 1)
    assert output(function(mine)) == expected


@pytest.mark.parametrize("indent", [None, 2], ids=["one-line", "indented"])
def test_json_is_answered_with_the_same_objects(sent: str, indent: int | None) -> None:
    assert answer(json.dumps(loaded(sent), indent=indent)) == answer(sent)


def test_items_keep_their_order_and_the_networks_stand_before_the_tmm() -> None:
    items = answer(listed(OTHER, TMM, {**OTHER, "metadata": {"name": "last"}}))["items"]
    assert names(items) == ["beside", "macvlan-internal", "f5-tmm", "last"]


def test_annotations_stay_and_the_networks_have_no_internal_ones(sent: str) -> None:
    before, after = loaded(sent)["items"], answer(sent)["items"]
    kept = [item for item in before if item["kind"] != SENTINEL["kind"]]
    assert len(kept) == 1
    assert len(kept[0]["metadata"]["annotations"]) == 7  # kustomize added six of them
    assert [it["metadata"] for it in after if not is_network(it)] == [it["metadata"] for it in kept]
    assert [it["metadata"] for it in after if is_network(it)] == [
        {"name": "macvlan-internal", "namespace": "default"},
        {"name": "macvlan-external", "namespace": "default"},
    ]


PLANNED = [
    r"k8s\.v1\.cni\.cncf\.io/networks: .*",
    r"- name: OPENSHIFT_VFIO_RESOURCE_\d",
    r"value: (sriovInternal|sriovExternal|\"1536\")",
    r"(cpu|hugepages-2Mi): (2|3Gi)",
    r"openshift\.io/sriov(In|Ex)ternal: 1",
]


def test_every_other_byte_stays(sent: str) -> None:
    """The function removes only planned lines and the sentinel from its input."""
    without_sentinel = re.sub(r"- apiVersion: spk-macvlan\.invalid/v1\n( .*\n)*", "", sent)
    assert without_sentinel != sent
    lines = difflib.ndiff(without_sentinel.splitlines(), output(function(sent)).splitlines())
    gone = [line[2:].strip() for line in lines if line.startswith("- ")]
    assert len(gone) == 14
    assert [line for line in gone if not any(re.fullmatch(planned, line) for planned in PLANNED)] == []


def test_on_its_own_output_it_changes_no_byte(sent: str) -> None:
    once = output(function(sent))
    assert output(function(once)) == once


def test_the_users_patches_change_items() -> None:
    patches = [
        {"target": {"kind": it["kind"]}, "patch": [{"op": "add", "path": "/metadata/labels", "value": {"lab": "yes"}}]}
        for it in (TMM, OTHER)
    ]
    items = answer(listed(OTHER, TMM, functionConfig={**CONFIG, "spec": {**CONFIG["spec"], "patches": patches}}))[
        "items"
    ]
    labels = [item["metadata"].get("labels") for item in items]
    assert labels == [{"lab": "yes"}, None, {"lab": "yes"}]


# Tests of findings.


FINDINGS = {
    "networks": [
        {"name": "macvlan-internal", "master": "ens224", "mtu": 1400},
        {"name": "macvlan-external", "master": "ens256"},
    ],
    "tmm": {"env": {"TMM_DEFAULT_MTU": "1500"}, "resources": {"cpu": 3, "hugepages-2Mi": "1572Mi"}},
}


def test_findings_are_results_and_are_said() -> None:
    tmm: Any = copy.deepcopy(TMM)
    tmm["spec"]["template"]["spec"]["containers"][0]["resources"] = {"limits": {"hugepages-2Mi": "3Gi"}}
    done = function(listed(OTHER, tmm, functionConfig={**CONFIG, "spec": FINDINGS}))
    results = {it["tags"]["rule"]: it for it in loaded(output(done))["results"]}
    mtu, hugepages = results["mtu"], results["hugepages-per-cpu"]
    assert (mtu["severity"], mtu["field"]) == ("error", {"path": "spec.networks[0].mtu"})
    assert (hugepages["severity"], hugepages["field"]["path"][:29]) == ("warning", "spec.template.spec.containers")
    assert hugepages["resourceRef"] == {"apiVersion": "apps/v1", "kind": "Deployment", "name": "f5-tmm"}
    for result in results.values():
        assert result["message"].partition(";")[0] in done.stderr


def test_results_of_the_functions_before_stay() -> None:
    earlier = {"message": "of another function", "severity": "info"}
    config = {**CONFIG, "spec": FINDINGS}
    results = answer(listed(TMM, functionConfig=config, results=[earlier]))["results"]
    assert results[0] == earlier
    assert results[1:] == answer(listed(TMM, functionConfig=config))["results"]


def test_on_its_own_output_with_results_it_changes_no_byte() -> None:
    earlier = {"message": "of another function", "severity": "info"}
    sent = listed(OTHER, TMM, functionConfig={**CONFIG, "spec": FINDINGS}, results=[earlier])
    once = output(function(sent))
    assert output(function(once)) == once


def test_results_of_an_earlier_run_are_replaced() -> None:
    config = {**CONFIG, "spec": FINDINGS}
    once = answer(listed(TMM, functionConfig=config))
    stale = {"message": "it was so", "severity": "warning", "tags": {"rule": "memory"}}
    again = answer(json.dumps({**once, "results": [stale, *once["results"]]}))
    assert once["results"]
    assert again["results"] == once["results"]


def test_without_findings_there_are_no_results(sent: str) -> None:
    done = function(sent)
    assert done.stderr == ""
    assert "results" not in loaded(output(done))


# Tests of the config.


def test_a_config_among_the_items_is_no_input_and_stays() -> None:
    beside = {**CONFIG, "metadata": {"name": "beside"}, "spec": {"networks": "broken"}}
    items = answer(listed(beside, TMM))["items"]
    assert items[0] == beside
    assert names(items) == ["beside", "macvlan-internal", "f5-tmm"]


@pytest.mark.parametrize("config", ["broken", json.dumps({**CONFIG, "spec": FINDINGS})], ids=["broken", "another"])
def test_only_the_function_config_counts(tmp_path: Path, config: str) -> None:
    written(tmp_path, {"spk-macvlan.yaml": config})
    variables = {"SPK_MACVLAN_CONFIG": str(tmp_path / "spk-macvlan.yaml")}
    assert answer(listed(TMM), cwd=tmp_path, **variables) == answer(listed(TMM))


# Tests of the sentinel.


FOREIGN = [
    {**SENTINEL, "apiVersion": "other.invalid/v1"},
    {**SENTINEL, "apiVersion": "spk-macvlan.invalid/v2"},
    {**SENTINEL, "kind": "SomethingElse"},
    {**SENTINEL, "apiVersion": "v1"},
]


@pytest.mark.parametrize("name", ["sentinel", "by-any-name"])
def test_the_sentinel_is_removed(name: str) -> None:
    sentinel = {**SENTINEL, "metadata": {"name": name}}
    assert names(answer(listed(sentinel, TMM, sentinel))["items"]) == ["macvlan-internal", "f5-tmm"]


def test_nothing_but_the_sentinel_is_removed() -> None:
    items = answer(listed(*FOREIGN, SENTINEL, TMM))["items"]
    assert items[: len(FOREIGN)] == FOREIGN
    assert names(items[len(FOREIGN) :]) == ["macvlan-internal", "f5-tmm"]


# Tests of refusals.


REFUSED = {
    "no-config": (2, listed(TMM, functionConfig=None)),
    "foreign-config": (2, listed(TMM, functionConfig=OTHER)),
    "config-of-another-version": (2, listed(TMM, functionConfig={**CONFIG, "apiVersion": "spk-macvlan.internal/v9"})),
    "config-is-a-text": (2, listed(TMM, functionConfig="lab")),
    "config-without-networks": (2, listed(TMM, functionConfig={**CONFIG, "spec": {}})),
    "config-with-an-unknown-key": (2, listed(TMM, functionConfig={**CONFIG, "spec": {**FINDINGS, "network": []}})),
    "no-items": (4, listed()),
    "items-are-null": (4, listed(items=None)),
    "only-other-items": (4, listed(OTHER, SENTINEL)),
    "two-tmms": (3, listed(TMM, {**TMM, "metadata": {"name": "f5-tmm", "namespace": "other"}})),
    "items-are-a-map": (3, listed(items=TMM)),
    "an-object": (3, json.dumps(TMM)),
    "a-list": (3, json.dumps({"apiVersion": "v1", "kind": "List", "items": [TMM]})),
    "another-version": (3, listed(TMM, apiVersion="config.kubernetes.io/v2")),
    "another-group": (3, listed(TMM, apiVersion="v1")),
    "a-stream": (3, f"{json.dumps(TMM)}\n---\n{json.dumps(OTHER)}\n"),
    "two-lists": (3, f"{listed(TMM)}\n---\n{listed(TMM)}\n"),
    "nothing": (3, ""),
    "a-scalar": (3, "ResourceList\n"),
    "not-yaml": (3, listed(TMM)[:-1]),
}


@pytest.mark.parametrize(("status", "stdin"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(status: int, stdin: str) -> None:
    done = function(stdin)
    assert (done.returncode, done.stdout) == (status, "")
    assert re.fullmatch(r"spk-macvlan: .+\n", done.stderr)


def test_a_list_without_the_field_items_has_no_tmm() -> None:
    fields = json.loads(listed())
    del fields["items"]
    assert function(json.dumps(fields)).returncode == 4


def test_a_list_without_the_field_function_config_has_no_config() -> None:
    fields = json.loads(listed(TMM))
    del fields["functionConfig"]
    done = function(json.dumps(fields))
    assert (done.returncode, done.stdout) == (2, "")
    assert "functionConfig" in done.stderr


@pytest.mark.parametrize(
    ("word", "instead", "said"),
    [
        ("master: ens224", "mastre: ens224", "mastre"),
        ("cpu: 1", "cpu: one", "cpu"),
        ("kind: MacvlanConversion", "kind: Macvlan", "MacvlanConversion"),
    ],
    ids=["unknown-key", "bad-value", "another-kind"],
)
def test_kustomize_fails_with_what_the_function_said(tmp_path: Path, word: str, instead: str, said: str) -> None:
    folder = copied("kustomize", tmp_path) / "function"
    config = (folder / "spk-macvlan.yaml").read_text(encoding="utf-8")
    assert word in config
    written(folder, {"spk-macvlan.yaml": config.replace(word, instead, 1)})
    done = build(KUSTOMIZE, folder, *WITH_FUNCTIONS)
    assert (done.returncode, done.stdout) == (1, "")
    assert re.search(rf"^spk-macvlan: .*{said}", done.stderr, re.MULTILINE)


def test_kustomize_fails_where_there_is_no_tmm(tmp_path: Path) -> None:
    folder = copied("kustomize", tmp_path) / "function"
    written(folder.parent / "base", {"manifests.yaml": OTHER})
    done = build(KUSTOMIZE, folder, *WITH_FUNCTIONS)
    assert (done.returncode, done.stdout) == (1, "")
    assert "spk-macvlan: " in done.stderr
