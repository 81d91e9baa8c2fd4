"""A target of the config selects in kustomize what it selects in the filter, or `compile` writes nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from postrender import config as configs
from postrender.conversion import Options
from postrender.errors import InputError, ProofFailed
from postrender.hosts import guarded_patches, replay
from tests.hosts.kustomize.builds import build, config_with, every_builder, filtered, output, same
from tests.hosts.kustomize.test_component import TMM as DEPLOYMENT
from tests.hosts.kustomize.test_component import component, overlay

pytestmark = pytest.mark.hosts


def object_of(api_version: str, kind: str, name: str, more: str = "") -> str:
    return f"---\napiVersion: {api_version}\nkind: {kind}\nmetadata:\n  name: {name}\n{more}data: {{a: b}}\n"


TMM = f"---\n{DEPLOYMENT}"
STREAM = TMM + "".join(
    (
        object_of("v1", "ConfigMap", "none"),
        object_of("v1", "ConfigMap", "said", "  namespace: default\n"),
        object_of("v1", "ConfigMap", "other", "  namespace: spk\n"),
        object_of("v1", "ConfigMap", "hook", "  annotations: {helm.sh/hook: test}\n"),
        object_of("v1", "ConfigMap", "f5-dssm", "  labels: {app: dssm}\n"),
        object_of("v1", "ConfigMap", "f5-dssm1"),
        object_of("v1", "ConfigMap", "tmm.edge"),
        object_of("v1", "ConfigMap", "tmm-edge"),
        object_of("rbac.authorization.k8s.io/v1", "ClusterRole", "none"),
        object_of("k8s.f5net.com/v1", "F5SPKVlan", "none"),
    )
)
TARGETS = {
    "the-default-namespace": {"namespace": "default"},
    "a-namespace": {"namespace": "spk", "kind": "ConfigMap"},
    "any-namespace": {"namespace": ".*", "kind": "ConfigMap|ClusterRole"},
    "a-namespace-by-its-beginning": {"namespace": "def.*"},
    "a-name": {"name": "f5-dssm"},
    "a-name-or-more": {"name": "f5-dssm[0-9]?"},
    "a-count": {"name": "f5-ds{1,2}m"},
    "a-dot": {"name": "tmm.edge"},
    "an-escaped-dot": {"name": r"tmm\.edge"},
    "a-class-without": {"name": "tmm[^a-z]edge"},
    "a-group": {"group": "k8s.*"},
    "the-core-group": {"version": "v1", "kind": "ConfigMap"},
    "alternatives": {"name": "(?:none|said)"},
    "a-hook-among-others": {"kind": "ConfigMap"},
    "a-label": {"labelSelector": "app in (dssm, tmm)"},
    "no-label": {"labelSelector": "!app", "kind": "ConfigMap"},
}


def patch(target: dict[str, str], *operations: dict[str, Any]) -> dict[str, Any]:
    return {
        "target": target,
        "patch": [*operations] or [{"op": "add", "path": "/metadata/annotations", "value": {"new": "x"}}],
    }


@every_builder
@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_kustomize_selects_what_the_filter_selects(tmp_path: Path, builder: str, target: dict[str, str]) -> None:
    settings = config_with(tmp_path, patches=[patch(target)])
    component(tmp_path, STREAM, settings)
    built = same(output(build(builder, overlay(tmp_path, STREAM))))
    assert built == same(filtered(STREAM, str(settings)))
    assert '"new"' in built


@every_builder
def test_the_name_of_the_tmm_selects_the_tmm_alone(tmp_path: Path, builder: str) -> None:
    stream = (
        (TMM + TMM)
        .replace("f5-tmm\n  namespace", "tmm-edge\n  namespace", 1)
        .replace("f5-tmm\n  namespace", "tmm.edge\n  namespace", 1)
    )
    settings = config_with(tmp_path, tmm={"workload": "tmm.edge"})
    component(tmp_path, stream, settings)
    built = same(output(build(builder, overlay(tmp_path, stream))))
    assert built == same(filtered(stream, str(settings)))


def compiled(patches: list[dict[str, Any]], stream: str = STREAM) -> guarded_patches.Compiled:
    network = {"name": "net-a", "master": "ens224"}
    spec = {"networks": [network], "patches": patches}
    text = {"apiVersion": configs.API_VERSION, "kind": configs.KIND, "spec": spec}
    return guarded_patches.compile_patches(stream.encode(), configs.parse(json.dumps(text).encode()), Options())


@pytest.mark.parametrize(
    ("path", "value"),
    [("/metadata/name", "new"), ("/metadata", {"name": "none", "namespace": "spk"}), ("/kind", "Secret")],
    ids=["name", "namespace", "kind"],
)
def test_compile_refuses_a_renaming_because_kustomize_changes_references_too(path: str, value: object) -> None:
    renaming = patch({"name": "none", "kind": "ConfigMap"}, {"op": "replace", "path": path, "value": value})
    refusal = r"^spec\.patches\[1\] changes the kind, name or namespace of ConfigMap none; .* remove this operation"
    with pytest.raises(InputError, match=refusal):
        compiled([patch({"name": "said"}), renaming])


def test_compile_refuses_to_rename_a_network_that_it_creates() -> None:
    renaming = {"op": "replace", "path": "/metadata/name", "value": "renamed"}
    with pytest.raises(InputError, match="NetworkAttachmentDefinition net-a"):
        compiled([patch({"kind": "NetworkAttachmentDefinition"}, renaming)])


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"op": "add", "path": "/data/more", "value": "y"}, id="one-operation-too-many"),
        pytest.param({"op": "replace", "path": "/metadata/annotations/new", "value": "z"}, id="another-value"),
    ],
)
def test_a_compiled_patch_that_differs_is_never_written(wrong: dict[str, Any]) -> None:
    made = compiled([patch({"name": "said"})])
    first, second = made.patches
    changed = (first, {**second, "patch": [*second["patch"], wrong]})
    with pytest.raises(ProofFailed, match="ConfigMap said"):
        replay.require_same(made.converted, changed, made.networks, made.patched_networks)


def test_a_compiled_patch_of_another_object_is_never_written() -> None:
    made = compiled([patch({"name": "said"})])
    first, second = made.patches
    changed = (first, {**second, "target": {"name": "said|other"}})
    with pytest.raises(ProofFailed, match="ConfigMap other"):
        replay.require_same(made.converted, changed, made.networks, made.patched_networks)


@every_builder
def test_a_network_that_patches_select_is_patched_once(tmp_path: Path, builder: str) -> None:
    operations = (
        {"op": "copy", "from": "/metadata/name", "path": "/spec/copied"},
        {"op": "add", "path": "/metadata/labels", "value": {"app": "lab"}},
        {"op": "move", "from": "/metadata/labels", "path": "/metadata/annotations"},
    )
    settings = config_with(tmp_path, patches=[patch({"name": "macvlan-internal"}, *operations)])
    component(tmp_path, TMM, settings)
    built = same(output(build(builder, overlay(tmp_path, TMM))))
    assert built == same(filtered(TMM, str(settings)))
    assert '"copied": "macvlan-internal"' in built or '"copied":"macvlan-internal"' in built
