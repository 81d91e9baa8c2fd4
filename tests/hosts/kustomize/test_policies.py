"""Test a folder of policies in another kustomization, which renames all their names consistently.

`tests/cluster` applies such a build to the real API server.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from postrender import config as configs
from postrender import conversion, policies
from postrender.hosts import folder
from postrender.policies import kustomization as files_of_policies
from postrender.policies import names
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
    "nothing": {},
    "name": {"namePrefix": "my-", "nameSuffix": "-1"},
    "namespace": {"namespace": "moved"},
    "all": {
        "namePrefix": "my-",
        "namespace": "moved",
        "labels": [{"pairs": {"a": "b"}}],
        "commonAnnotations": {"c": "d"},
    },
}
#: The final names of `macvlan-internal`, which is in the TMM's namespace, and of `beside`.
FINAL = {
    "name": ("my-macvlan-internal-1", "spk", "my-beside-1", "labs"),
    "namespace": ("macvlan-internal", "moved", "beside", "moved"),
    "all": ("my-macvlan-internal", "moved", "my-beside", "moved"),
    "nothing": ("macvlan-internal", "spk", "beside", "labs"),
}
VARIABLES = ("network0Name", "network0Namespace", "network1Name", "network1Namespace")


def policy_folder(place: Path, form: str = "policy", text: str = CONFIG) -> Path:
    config = written(place, {"config.yaml": HEAD + text}) / "config.yaml"
    namespace = configs.parse((HEAD + text).encode()).tmm.namespace
    stream = TMM.replace("namespace: spk", f"namespace: {namespace}")
    output(compiled(stream, "--format", form, str(place / "policies"), config=config))
    return place / "policies"


def built(place: Path, builder: str, **fields: Any) -> str:
    paths = [{"path": "policies/replacements.yaml"}] if (place / "policies" / "replacements.yaml").exists() else []
    fields = {"resources": ["policies"], "replacements": paths, **fields}
    return output(build(builder, written(place, {"kustomization.yaml": kustomization(**fields)})))


def of_kind(stream: str, kind: str) -> dict[str, Any]:
    return next(it for it in yaml.safe_load_all(stream) if it["kind"] == kind)


@every_builder
def test_a_guard_builds_what_kubectl_would_apply(tmp_path: Path, builder: str) -> None:
    policy_folder(tmp_path, "guard")
    applied = output(compiled(TMM, "--format", "guard", config=tmp_path / "config.yaml"))
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
def test_variables_and_bindings_follow_the_networks(tmp_path: Path, builder: str, case: str) -> None:
    policy_folder(tmp_path)
    stream = built(tmp_path, builder, **RENAMED[case])
    final = dict(zip(VARIABLES, FINAL[case], strict=True))
    for kind in ("MutatingAdmissionPolicy", "ValidatingAdmissionPolicy"):
        found = {it["name"]: it["expression"] for it in of_kind(stream, kind)["spec"]["variables"]}
        assert {name: found[name] for name in VARIABLES} == {name: f'"{it}"' for name, it in final.items()}
        selector = of_kind(stream, f"{kind}Binding")["spec"]["matchResources"]["namespaceSelector"]
        assert selector == {"matchLabels": {"kubernetes.io/metadata.name": final["network0Namespace"]}}
    definitions = [it["metadata"] for it in yaml.safe_load_all(stream) if it["kind"] == "NetworkAttachmentDefinition"]
    assert {(it["name"], it["namespace"]) for it in definitions} == {FINAL[case][:2], FINAL[case][2:]}
    assert names.HINT not in stream


@every_builder
def test_other_objects_of_the_build_stay(tmp_path: Path, builder: str) -> None:
    """Variables of kustomize would change dollar signs in other objects."""
    policy_folder(tmp_path)
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}
    pod["spec"] = {"containers": [{"name": "c", "args": ["$$(X) $$ $(Y)"], "env": [{"name": "A", "value": "$$(B)"}]}]}
    written(tmp_path, {"pod.yaml": pod})
    stream = built(tmp_path, builder, resources=["policies", "pod.yaml"])
    assert of_kind(stream, "Pod") == pod


@every_builder
def test_without_its_replacements_every_policy_says_what_is_missing(tmp_path: Path, builder: str) -> None:
    policy_folder(tmp_path)
    stream = built(tmp_path, builder, replacements=[])
    for it in yaml.safe_load_all(stream):
        assert (names.HINT in json.dumps(it)) == (it["kind"] != "NetworkAttachmentDefinition")


@every_builder
def test_two_labs_fit_in_one_build(tmp_path: Path, builder: str) -> None:
    labs = {}
    for name in ("one", "two"):
        text = CONFIG.replace("namespace: spk", f"namespace: {name}").replace("labs", f"labs-{name}")
        labs[name] = policy_folder(tmp_path / name, text=text)
    assert [*labs] == ["one", "two"]
    fields: dict[str, Any] = {"resources": [f"{name}/policies" for name in labs], "namePrefix": "my-"}
    fields["replacements"] = [{"path": f"{name}/policies/replacements.yaml"} for name in labs]
    stream = output(build(builder, written(tmp_path, {"kustomization.yaml": kustomization(**fields)})))
    policies_found = [it for it in yaml.safe_load_all(stream) if it["kind"] == "MutatingAdmissionPolicy"]
    found = {
        it["metadata"]["name"]: {var["name"]: var["expression"] for var in it["spec"]["variables"]}
        for it in policies_found
    }
    for name in labs:
        values = found[f"my-spk-macvlan-converter.in.{name}"]
        final = ("my-macvlan-internal", name, "my-beside", f"labs-{name}")
        assert [values[it] for it in VARIABLES] == [f'"{it}"' for it in final]


def test_the_folder_replaces_that_of_another_format(tmp_path: Path) -> None:
    place = policy_folder(tmp_path)
    assert sorted(contents(place)) == ["kustomization.yaml", "policies.yaml", "references.yaml", "replacements.yaml"]
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
    made = policies.converter(conversion.convert(TMM.encode(), config), config, follows=True).folder()
    assert set(made) | {folder.NETWORKS} == set(folder.NAMES)
    assert files_of_policies.KUSTOMIZATION == folder.KUSTOMIZATION
