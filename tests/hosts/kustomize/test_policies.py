"""The folder of policies inside another kustomization: what that renames stays together.

`tests/cluster` applies such a build to the real API server.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from postrender import config as configs
from postrender import policies
from postrender.hosts import folder
from postrender.policies import kustomization as files_of_policies
from tests.configs import HEAD
from tests.hosts.kustomize.builds import build, compiled, every_builder, kustomization, output, same, written
from tests.hosts.kustomize.test_component import TMM, TO_KUSTOMIZE, contents

pytestmark = pytest.mark.hosts

CONFIG = """\
spec:
  networks:
  - {name: macvlan-internal, master: ens224, interface: internal0}
  - {name: beside, master: ens225, namespace: labs}
  - {name: shared, master: ens256, namespace: labs, create: false}
  tmm:
    namespace: spk
    env: {TMM_ADDRESS: $(POD_IP), TMM_MONEY: $$(POD_IP) $$$ $5}
"""
RENAMED: dict[str, dict[str, Any]] = {
    "name": {"namePrefix": "my-", "nameSuffix": "-1"},
    "namespace": {"namespace": "moved"},
    "all": {
        "namePrefix": "my-",
        "namespace": "moved",
        "labels": [{"pairs": {"a": "b"}}],
        "commonAnnotations": {"c": "d"},
    },
}
#: What becomes of the words in the policies; `shared` is not in the build, so its name stays.
BECOMES = {
    "name": {"macvlan-internal": "my-macvlan-internal-1", "beside": "my-beside-1"},
    "namespace": {"labs/beside": "moved/beside"},
    "all": {"macvlan-internal": "my-macvlan-internal", "labs/beside": "moved/my-beside"},
}


def policy_folder(place: Path, form: str = "policy", text: str = CONFIG) -> Path:
    config = written(place, {"config.yaml": HEAD + text}) / "config.yaml"
    namespace = configs.parse((HEAD + text).encode()).tmm.namespace
    stream = TMM.replace("namespace: spk", f"namespace: {namespace}")
    output(compiled(stream, "--format", form, str(place / "policies"), config=config))
    return place / "policies"


def built(place: Path, builder: str, **fields: Any) -> str:
    outer = written(place / "outer", {"kustomization.yaml": kustomization(resources=["../policies"], **fields)})
    return output(build(builder, outer))


def of_kind(stream: str, kind: str) -> dict[str, Any]:
    return next(it for it in yaml.safe_load_all(stream) if it["kind"] == kind)


@every_builder
@pytest.mark.parametrize("form", ["guard", "policy"])
def test_without_a_renaming_it_builds_what_kubectl_would_apply(tmp_path: Path, builder: str, form: str) -> None:
    policy_folder(tmp_path, form)
    applied = output(compiled(TMM, "--format", form, config=tmp_path / "config.yaml"))
    assert same(built(tmp_path, builder)) == same(applied)


@every_builder
@pytest.mark.parametrize("form", ["guard", "policy"])
@pytest.mark.parametrize("renaming", RENAMED.values(), ids=RENAMED)
def test_each_binding_names_its_policy(tmp_path: Path, builder: str, form: str, renaming: dict[str, Any]) -> None:
    policy_folder(tmp_path, form)
    found = [*yaml.safe_load_all(built(tmp_path, builder, **renaming))]
    bindings = {it["spec"]["policyName"]: it["metadata"]["name"] for it in found if it["kind"].endswith("Binding")}
    names = {it["metadata"]["name"] for it in found if it["kind"].endswith("Policy")}
    assert bindings == {name: name for name in names}
    assert len(names) == {"guard": 2, "policy": 3}[form]


@every_builder
@pytest.mark.parametrize("case", RENAMED)
def test_expressions_and_bindings_follow_the_networks(tmp_path: Path, builder: str, case: str) -> None:
    policy_folder(tmp_path)
    plain, renamed = built(tmp_path, builder), built(tmp_path, builder, **RENAMED[case])
    for kind in ("MutatingAdmissionPolicy", "ValidatingAdmissionPolicy"):
        expected = json.dumps(of_kind(plain, kind)["spec"])
        for before, after in BECOMES[case].items():
            assert before in expected
            expected = expected.replace(before, after)
        assert of_kind(renamed, kind)["spec"] == json.loads(expected)
    namespace = RENAMED[case].get("namespace", "spk")
    for kind in ("MutatingAdmissionPolicyBinding", "ValidatingAdmissionPolicyBinding"):
        selector = of_kind(renamed, kind)["spec"]["matchResources"]["namespaceSelector"]
        assert selector == {"matchLabels": {"kubernetes.io/metadata.name": namespace}}
    for network in (it for it in yaml.safe_load_all(renamed) if it["kind"] == "NetworkAttachmentDefinition"):
        assert json.loads(network["spec"]["config"])["name"] == network["metadata"]["name"]


@every_builder
def test_two_labs_fit_in_one_build(tmp_path: Path, builder: str) -> None:
    labs = {}
    for name in ("one", "two"):
        text = CONFIG.replace("namespace: spk", f"namespace: {name}").replace("labs", f"labs-{name}")
        labs[name] = policy_folder(tmp_path / name, text=text)
    fields = {"resources": [f"../{name}/policies" for name in labs], "namePrefix": "my-"}
    outer = written(tmp_path / "outer", {"kustomization.yaml": kustomization(**fields)})
    found = [*yaml.safe_load_all(output(build(builder, outer)))]
    annotations = {
        it["metadata"]["name"]: json.dumps(it["spec"]["mutations"][0])
        for it in found
        if it["kind"] == "MutatingAdmissionPolicy"
    }
    assert {name: "my-beside" in text for name, text in annotations.items()} == {
        f"my-spk-macvlan-converter.in.{name}": True for name in labs
    }
    assert all(f"labs-{name.rpartition('.')[2]}/my-beside" in text for name, text in annotations.items())


def test_the_folder_replaces_that_of_another_format(tmp_path: Path) -> None:
    place = policy_folder(tmp_path)
    assert sorted(contents(place)) == ["kustomization.yaml", "policies.yaml", "references.yaml"]
    output(compiled(TMM, *TO_KUSTOMIZE, str(place), config=tmp_path / "config.yaml"))
    assert sorted(contents(place)) == ["kustomization.yaml", "networks.yaml"]


def test_a_printed_guard_beside_it_is_not_removed(tmp_path: Path) -> None:
    place = policy_folder(tmp_path, "guard")
    written(place, {"guard.yaml": output(compiled("", "--format", "guard", config=tmp_path / "config.yaml"))})
    before = contents(place)
    assert compiled("", "--format", "guard", str(place), config=tmp_path / "config.yaml").returncode == 2
    assert contents(place) == before


def test_every_file_of_a_folder_is_known_to_the_next_run() -> None:
    config = configs.parse(f"{HEAD}{CONFIG}".encode())
    made = policies.guard(config).folder()
    assert set(made) | {folder.NETWORKS} == set(folder.NAMES)
    assert files_of_policies.KUSTOMIZATION == folder.KUSTOMIZATION
