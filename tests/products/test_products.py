"""Test what each verb does with each product line of F5's; docs/versions.md has a table of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from postrender.verify import kubectl
from tests.conftest import Program
from tests.docs import read
from tests.hosts.cluster import stand_in
from tests.hosts.helm.apiserver import OPENSHIFT, Cluster, Key
from tests.products.releases import EARLIEST, FOLDER, RELEASES, Release, propose, transcript

CONVERTED = [it for it in RELEASES if it is not EARLIEST]
OF_VALUES = [it for it in RELEASES if it.values]
SITUATIONS = [pytest.param(it, name, id=f"{it.folder}-{name}") for it in RELEASES for name in it.inputs]
VERBS = ("render", "values", "init --from", "check", "vlans", "verify", "compile --format guard", "… policy")


def row(release: Release) -> dict[str, str]:
    """Return a release's row of the table of verbs."""
    section = read("docs/versions.md").partition("\n### Verbs\n")[2].partition("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| ")]
    (cells,) = (it for it in rows if it[0] == release.row)
    assert rows[0] == ["version", *(f"`{verb}`" for verb in VERBS)]
    return dict(zip(VERBS, cells[1:], strict=True))


def names(release: Release) -> str:
    return release.folder


@pytest.mark.parametrize(("release", "situation"), SITUATIONS)
def test_what_each_verb_says(
    called: Program, tmp_path: Path, release: Release, situation: str, request: pytest.FixtureRequest
) -> None:
    said = transcript(called, tmp_path, release, situation)
    file = FOLDER / release.folder / f"{situation}.txt"
    if request.config.getoption("--update-cases"):
        file.write_text(said)
    assert said == file.read_text()


@pytest.mark.parametrize("release", RELEASES, ids=names)
def test_the_table_says_what_each_verb_does(called: Program, tmp_path: Path, release: Release) -> None:
    manifests = release.inputs["sriov"].encode()
    config = propose(called, tmp_path, release.inputs.get("vlans", ""))
    vlans = {it["kind"] for it in yaml.safe_load_all(called("vlans").stdout)} if config else {"no"}
    propose(called, tmp_path, release.inputs["sriov"])
    rendered = called("render", input=manifests)
    works = {
        "render": rendered.returncode == 0 and b"macvlan-" in rendered.stdout,
        "values": called("values", input=(release.values or release.inputs["sriov"]).encode()).returncode == 0,
        "init --from": called("init", "--from", "lab.yaml").returncode == 0,
        "check": called("check", "lab.yaml").returncode in (0, 1),
        "verify": release is not EARLIEST,  # the test below verifies each of them
        "compile --format guard": release is not EARLIEST,  # a guard needs no manifests
        "… policy": called("compile", "--format", "policy", input=manifests).returncode == 0,
    }
    assert row(release) == {**{verb: "yes" if it else "no" for verb, it in works.items()}, "vlans": " ".join(vlans)}


@pytest.mark.parametrize("release", CONVERTED, ids=names)
@pytest.mark.parametrize("situation", ["sriov", "macvlan"])
def test_verify_finds_what_was_converted(
    called: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, release: Release, situation: str
) -> None:
    propose(called, tmp_path, release.inputs[situation])
    cluster = Cluster(tmp_path / "kubeconfig", resources=[*Cluster(tmp_path).resources, *OPENSHIFT])
    for obj in yaml.safe_load_all(called("render", input=release.inputs[situation].encode()).stdout):
        cluster.objects[Key(obj["kind"], obj["metadata"].get("namespace", ""), obj["metadata"]["name"])] = obj
    monkeypatch.setattr(kubectl, "_run_all", stand_in.kubectl(cluster))
    done = called("verify", "--format", "json", "--kubectl", "true")
    rows = {it["what"]: it["state"] for it in json.loads(done.stdout)["rows"] if it["group"] == "configuration"}
    assert set(rows.values()) == {"ok"}, rows
    assert {"networkAttachments", "annotation k8s.v1.cni.cncf.io/networks"} & {*rows}


@pytest.mark.parametrize("release", CONVERTED, ids=names)
@pytest.mark.parametrize("situation", ["macvlan", "vlans"])
def test_a_lab_on_macvlan_stays_as_it_is(called: Program, tmp_path: Path, release: Release, situation: str) -> None:
    propose(called, tmp_path, release.inputs[situation])
    assert called("render", input=release.inputs[situation].encode()).stdout.decode() == release.inputs[situation]


@pytest.mark.parametrize("release", OF_VALUES, ids=names)
def test_a_values_file_is_converted_with_the_config_for_the_manifests(
    called: Program, tmp_path: Path, release: Release
) -> None:
    propose(called, tmp_path, release.inputs["sriov"])
    values = yaml.safe_load(called("values", input=release.values.encode()).stdout)
    tmm = values.get("f5-tmm", values)["tmm"]
    (rendered,) = (
        it
        for it in yaml.safe_load_all(called("render", input=release.inputs["sriov"].encode()).stdout)
        if it["kind"] == "Deployment"
    )
    pod = rendered["spec"]["template"]
    container = pod["spec"]["containers"][0]
    assert tmm["cniNetworks"] == pod["metadata"]["annotations"]["k8s.v1.cni.cncf.io/networks"]
    assert {it["name"]: it["value"] for it in tmm["customEnvVars"]}.items() <= {
        it["name"]: it.get("value") for it in container["env"]
    }.items()
    assert tmm["resources"]["limits"] == container["resources"]["limits"]
