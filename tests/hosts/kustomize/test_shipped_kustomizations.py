"""Test the folder kustomize/: it builds offline, and its files agree with the filter and with their sources."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml

from tests.hosts.helm.objects import CONFIG
from tests.hosts.kustomize.builds import (
    BUILDABLE,
    KUBECTL,
    KUSTOMIZE,
    ROOT,
    WITH_FUNCTIONS,
    WITH_PLUGINS,
    build,
    compiled,
    decoded,
    every_builder,
    filtered,
    output,
    rendered,
    same,
    tmm_of,
)

pytestmark = pytest.mark.hosts

FOLDER = ROOT / "kustomize"
BASE = (FOLDER / "base" / "manifests.yaml").read_text(encoding="utf-8")
SRIOV = "default/sriov-external,default/sriov-internal"
MACVLAN = "default/macvlan-internal,default/macvlan-external"


def networks_of(stream: str) -> str:
    return str(tmm_of(stream)["spec"]["template"]["metadata"]["annotations"]["k8s.v1.cni.cncf.io/networks"])


def kinds(stream: str) -> list[str]:
    return [item["kind"] for item in decoded(stream)]


# Tests of the files.


def test_the_manifests_are_what_helm_prints() -> None:
    words = ("--show-only", "charts/f5-tmm/templates/tmm-deployment.yaml")
    assert rendered(BUILDABLE, *words) == BASE
    assert networks_of(BASE) == SRIOV


def test_the_config_of_the_function_is_the_example() -> None:
    function, example = (
        yaml.load(Path(file).read_text(encoding="utf-8"), yaml.CSafeLoader)
        for file in (FOLDER / "function" / "spk-macvlan.yaml", CONFIG)
    )
    mode = {"mode": "bridge"}  # the example spells out the default
    assert [network | mode for network in function["spec"].pop("networks")] == example["spec"].pop("networks")
    assert function["spec"] == example["spec"]


def test_the_component_is_what_compile_writes(tmp_path: Path) -> None:
    """If this test fails, run the command in kustomize/overlay/kustomization.yaml."""
    output(compiled(rendered(), "--format", "kustomize", str(tmp_path)))
    assert files(FOLDER / "component") == files(tmp_path)


def files(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()}


# Tests of the builds.


def test_the_function_gives_the_objects_of_the_filter() -> None:
    built = output(build(KUSTOMIZE, FOLDER / "function", *WITH_FUNCTIONS))
    assert same(built) == same(filtered(BASE))
    assert networks_of(built) == MACVLAN


@every_builder
def test_the_overlay_gives_the_objects_of_the_filter(builder: str) -> None:
    assert same(output(build(builder, FOLDER / "overlay"))) == same(filtered(BASE))


@pytest.mark.parametrize("cwd", ["/", "kustomize", "kustomize/function", "docs"])
def test_the_function_builds_from_any_working_directory(cwd: str) -> None:
    here = ROOT / cwd
    folder = Path(os.path.relpath(FOLDER / "function", here))
    expected = output(build(KUSTOMIZE, FOLDER / "function", *WITH_FUNCTIONS))
    assert output(build(KUSTOMIZE, folder, *WITH_FUNCTIONS, cwd=here)) == expected


def test_nothing_internal_is_left_in_what_the_function_builds() -> None:
    built = output(build(KUSTOMIZE, FOLDER / "function", *WITH_FUNCTIONS))
    assert "config.kubernetes.io" not in built
    assert "config.k8s.io" not in built


# Tests of the sentinel.


@pytest.mark.parametrize("builder", [KUSTOMIZE, KUBECTL])
def test_a_function_that_is_passed_over_leaves_the_sentinel(builder: str) -> None:
    built = output(build(builder, FOLDER / "function", WITH_PLUGINS))
    assert kinds(built) == ["Deployment", "SpkMacvlanDidNotRun"]
    assert networks_of(built) == SRIOV


@every_builder
def test_without_any_flag_nothing_is_built(builder: str) -> None:
    done = build(builder, FOLDER / "function")
    assert (done.returncode, done.stdout) == (1, "")
    assert "external plugins disabled" in done.stderr


def test_without_the_program_nothing_is_built() -> None:
    done = build(KUSTOMIZE, FOLDER / "function", *WITH_FUNCTIONS, PATH="/usr/bin:/bin")
    assert (done.returncode, done.stdout) == (1, "")
    assert "spk-macvlan-krm" in done.stderr
