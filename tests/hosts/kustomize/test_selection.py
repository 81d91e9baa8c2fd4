"""Test that the target of a patch selects the same objects in kustomize as in the filter, or `compile` fails."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

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
