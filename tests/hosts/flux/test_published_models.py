"""Test that Flux's types, as published for Python, accept every field that our output and examples contain."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.hosts.flux.releases import SENT, release_text
from tests.hosts.helm.objects import EXAMPLES, Object
from tests.hosts.kustomize.builds import rendered

#: The newest models for the supported Python versions are those of Flux 2.5, which has OCIRepository as v1beta2 with
#: the same fields.
MODELS = {
    "HelmRelease": "cloudcoil.models.fluxcd.helm.v2",
    "Kustomization": "cloudcoil.models.fluxcd.kustomize.v1",
    "OCIRepository": "cloudcoil.models.fluxcd.source.v1beta2",
}
#: Fields that Flux 2.9 has added. Source: helm-controller 1.6, api/v2.
LATER = {"HelmRelease": {"postRenderStrategy": ("nohooks", "combined", "separate")}}


def objects_in(text: str) -> Iterator[Object]:
    for item in yaml.load_all(text, yaml.CSafeLoader):
        if item.get("apiVersion", "").partition("/")[0].endswith(".fluxcd.io"):
            yield item


def shown() -> dict[str, Object]:
    files = sorted((EXAMPLES / "flux").rglob("*.y*ml"))
    return {f"{file.stem}-{it['metadata']['name']}": it for file in files for it in objects_in(file.read_text("utf-8"))}


def problems(item: Object) -> str:
    """Return the fields of an object that the model of its kind does not know or does not accept."""
    kind = item["kind"]
    model = getattr(importlib.import_module(MODELS[kind]), kind)
    spec = {name: value for name, value in item["spec"].items() if name not in LATER.get(kind, {})}
    later = {name: value for name, value in item["spec"].items() if name not in spec}
    wrong = [f"{name}: {value}" for name, value in later.items() if value not in LATER[kind][name]]
    written: dict[str, Any] = {**item, "apiVersion": model.model_fields["api_version"].default, "spec": spec}
    try:
        known = model.model_validate(written).model_dump(by_alias=True, exclude_unset=True)
    except ValueError as error:
        return f"{error} {wrong}"
    return "".join(wrong) if known == written else f"knows {known}, and not all of {written} {wrong}"


@pytest.mark.parametrize("item", shown().values(), ids=shown())
def test_an_example_fits(item: Object) -> None:
    assert problems(item) == ""


def test_every_kind_is_shown() -> None:
    assert {item["kind"] for item in shown().values()} == set(MODELS)


@pytest.mark.hosts
@pytest.mark.parametrize("version", ["2.8", "2.9"])
def test_a_partial_release_fits_once_it_is_merged(version: str) -> None:
    (found,) = objects_in(release_text(rendered(*SENT), "--flux-version", version))
    users = yaml.safe_load((EXAMPLES / "flux" / "compiled" / "helmrelease.yaml").read_text("utf-8"))
    assert problems({**users, "spec": {**users["spec"], **found["spec"]}}) == ""


@pytest.mark.parametrize(
    "change",
    [
        {"postRenderers": [{"kustomize": {"patchesJson6902": []}}]},
        {"postRenderers": [{"exec": "spk-macvlan"}]},
        {"postRenderers": "none"},
        {"postRenderStrategy": "never"},
        {"intervall": "1m"},
    ],
    ids=["gone-since-v2", "never-there", "no-list", "no-strategy", "mistyped"],
)
def test_the_models_would_find_a_mistake(change: Object) -> None:
    file = Path(EXAMPLES, "flux", "compiled", "helmrelease-compiled.yaml")
    (item,) = objects_in(file.read_text("utf-8"))
    assert problems({**item, "spec": {**item["spec"], **change}}) != ""
