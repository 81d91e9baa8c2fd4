"""Test the operations of compiled patches: a `test` operation guards each. These tests need no other program."""

from __future__ import annotations

from typing import Any

import pytest

from postrender import config
from postrender.conversion import Options
from postrender.errors import InputError, NoTarget
from postrender.hosts import guarded_patches
from tests.configs import HEAD

CONFIG = config.parse(f"{HEAD}spec: {{networks: [{{name: net-a, master: ens1}}]}}\n".encode())
CONTAINER = "/spec/template/spec/containers/1"
TMM = """\
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: f5.tmm, namespace: spk, annotations: {toda.f5.com/tmm-name: tmm}, labels: {helm.sh/chart: spk-1.8.2}}
spec:
  template:
    spec:
      containers:
      - name: debug
      - name: tmm
        env:
        - {name: PCIDEVICE_X, value: a}
        - {name: TMM_MAPRES_ADDL_VETHS_ON_DP, value: "FALSE"}
        resources: {limits: {cpu: 2}}
"""
NAMED = config.parse(f"{HEAD}spec: {{networks: [{{name: net-a, master: ens1}}], tmm: {{workload: f5.tmm}}}}\n".encode())


def operations(text: str = TMM) -> list[dict[str, Any]]:
    """Return the operations of the TMM's patch."""
    patch: list[dict[str, Any]] = guarded_patches.compile_patches(text.encode(), NAMED, Options()).patches[0]["patch"]
    return patch


def test_the_container_and_its_amounts_are_tested_first() -> None:
    assert operations()[:2] == [
        {"op": "test", "path": f"{CONTAINER}/name", "value": "tmm"},
        {"op": "test", "path": f"{CONTAINER}/resources/limits", "value": {"cpu": 2}},
    ]


@pytest.mark.parametrize(("index", "name"), [(0, "PCIDEVICE_X"), (1, "TMM_MAPRES_ADDL_VETHS_ON_DP")])
def test_a_variable_is_tested_before_it_is_touched(index: int, name: str) -> None:
    found = operations()
    guard = {"op": "test", "path": f"{CONTAINER}/env/{index}/name", "value": name}
    assert found[found.index(guard) + 1]["path"] == f"{CONTAINER}/env/{index}"


def test_a_variable_is_replaced_whole() -> None:
    variable = {"name": "TMM_MAPRES_ADDL_VETHS_ON_DP", "value": "TRUE"}
    assert {"op": "replace", "path": f"{CONTAINER}/env/1", "value": variable} in operations()


def test_what_is_made_must_not_be_there() -> None:
    found = operations()
    (made,) = (it for it in found if it["op"] == "add" and it["path"].startswith("/spec/template/metadata"))
    assert found[found.index(made) - 1] == {"op": "test", "path": made["path"], "value": None}


def test_the_target_is_the_object_and_its_name_no_expression() -> None:
    compiled = guarded_patches.compile_patches(TMM.encode(), NAMED, Options())
    target = {"group": "apps", "version": "v1", "kind": "Deployment", "namespace": "spk"}
    assert compiled.tmm == {**target, "name": "f5.tmm"}
    assert compiled.patches[0]["target"] == {**target, "name": "f5\\.tmm", "annotationSelector": "!helm.sh/hook"}


@pytest.mark.parametrize(
    ("label", "chart"),
    [
        ("spk-1.8.2", ("spk", "1.8.2")),
        ("spk-1.8.2-rc.1", ("spk", "1.8.2-rc.1")),
        ("my-chart-v2.0", ("my-chart", "v2.0")),
        ("spk", ("spk", "")),
    ],
)
def test_the_mark_names_the_chart_of_the_label(label: str, chart: tuple[str, str]) -> None:
    compiled = guarded_patches.compile_patches(TMM.replace("spk-1.8.2", label).encode(), NAMED, Options())
    assert (compiled.chart, compiled.version) == chart


def test_what_kustomize_would_not_see_is_refused() -> None:
    with pytest.raises(InputError, match="lines end in a lone CR"):
        guarded_patches.compile_patches(TMM.removeprefix("---\n").replace("\n", "\r").encode(), NAMED, Options())


def test_a_repeated_key_is_said() -> None:
    stream = f"a: 1\na: 2\n{TMM}".encode()
    found = guarded_patches.compile_patches(stream, NAMED, Options()).findings
    (finding,) = (it for it in found if it.rule == "repeated-keys")
    assert finding.message.startswith("the key a is listed twice")


def test_without_a_tmm_there_is_nothing_to_compile() -> None:
    with pytest.raises(NoTarget):
        guarded_patches.compile_patches(b"kind: Service\n", CONFIG, Options())
