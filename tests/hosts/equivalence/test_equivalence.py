"""Test that the cluster gets the same objects through every pipeline."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.hosts.equivalence import recording
from tests.hosts.equivalence.cases import AWKWARD, AWKWARD_VALUES, BATCHES, CASES, Case, golden
from tests.hosts.equivalence.comparing import SAME, Outcome, compare
from tests.hosts.equivalence.pipelines import COMPILER, PIPELINES
from tests.hosts.equivalence.reading import printed
from tests.hosts.equivalence.running import called
from tests.once import made_once

pytestmark = pytest.mark.hosts

Compare = Callable[[Case], dict[str, Outcome]]

PAIRS = [
    pytest.param(case, pipeline.name, id=f"{case.name}-{pipeline.name}")
    for case in CASES
    for pipeline in PIPELINES
    if pipeline.takes(case)
]


@pytest.fixture(scope="session")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Compare:
    """Return a function that returns the outcomes of a case in every pipeline; it compares a whole batch at once."""
    batches = (*BATCHES, (AWKWARD_VALUES,))
    number_of = {case.name: number for number, batch in enumerate(batches) for case in batch}

    def compared(number: int) -> dict[str, dict[str, Outcome]]:
        found = compare(batches[number], tmp_path_factory.mktemp("cases"))
        return {case.name: outcomes for case, outcomes in found.items()}

    @functools.cache
    def of_batch(number: int) -> dict[str, dict[str, Outcome]]:
        return made_once(tmp_path_factory, f"equivalence-{number}", lambda: compared(number))

    return lambda case: of_batch(number_of[case.name])[case.name]


@pytest.mark.parametrize(("case", "pipeline"), PAIRS)
def test_a_pipeline_gives_the_objects_of_the_filter(outcomes: Compare, case: Case, pipeline: str) -> None:
    outcome = outcomes(case)[pipeline]
    assert outcome.found == outcome.expected, outcome.stderr
    assert outcome.verdict == recording.recorded().get((case.name, pipeline), SAME)


@pytest.mark.parametrize("case", [pytest.param(it, id=it.name) for it in golden() if not it.patches_networks])
def test_flux_gets_the_patches_and_networks_of_the_component(case: Case, tmp_path: Path) -> None:
    """If both get the same patches and networks, both builds are equal, because Flux also builds with kustomize."""
    (tmp_path / "config.yaml").write_text(case.config)
    flags = [flag for flag in case.flags if flag in COMPILER]
    compiling = ("--config", "config.yaml", *flags, "compile", "--format")
    component, flux = (
        called(*compiling, *words, cwd=tmp_path, stdin=case.manifests or b"")
        for words in (("kustomize", "component"), ("flux",))
    )
    assert (component.status, component.stderr) == (flux.status, flux.stderr)
    if not component.failed:
        assert of_flux(flux.stdout) == of_component(tmp_path / "component")


def of_component(folder: Path) -> tuple[object, list[object]]:
    (kustomization,) = objects(folder / "kustomization.yaml")
    files = [folder / name for name in kustomization.get("resources", [])]
    return patches(kustomization), [it for file in files for it in objects(file)]


def of_flux(stream: bytes) -> tuple[object, list[object]]:
    *networks, release = yaml.load_all(stream, yaml.CSafeLoader)
    (renderer,) = release["spec"]["postRenderers"]
    return patches(renderer["kustomize"]), networks


def objects(file: Path) -> list[dict[str, Any]]:
    return list(yaml.load_all(file.read_bytes(), yaml.CSafeLoader))


def patches(kustomization: dict[str, Any]) -> list[object]:
    return [{**it, "patch": yaml.load(it["patch"], yaml.CSafeLoader)} for it in kustomization["patches"]]


def variables(found: str) -> dict[str, object]:
    (tmm,) = (it for it in printed(found) if it["kind"] == "Deployment")
    (container,) = tmm["spec"]["template"]["spec"]["containers"]
    return {entry["name"]: entry["value"] for entry in container["env"]}


@pytest.mark.parametrize("pipeline", [pipeline.name for pipeline in PIPELINES])
def test_a_string_stays_that_string(outcomes: Compare, pipeline: str) -> None:
    outcome = outcomes(AWKWARD_VALUES)[pipeline]
    assert outcome.found == outcome.expected, outcome.stderr
    strings = {f"{origin}_{name}": value for origin in ("CHART", "CONFIG") for name, value in AWKWARD.items()}
    assert variables(outcome.found) == {**strings, "TMM_MAPRES_ADDL_VETHS_ON_DP": "TRUE"}


def test_the_page_has_the_figures() -> None:
    found = recording.TABLE.findall(recording.PAGE.read_text(encoding="utf-8"))
    assert found == [recording.table(recording.recorded())], "run `python -m tests.hosts.equivalence`"
