"""Test that Argo CD's plugin knows the fields of a kustomization as kustomize's own types spell them."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest

from postrender.hosts import kustomization
from postrender.hosts.shapes import TEXT, Each
from tools.binaries import published

VERSIONS = ("kustomize", "kustomize-5.8")
API, KYAML = "sigs.k8s.io/kustomize/api", "sigs.k8s.io/kustomize/kyaml"
STRUCT = re.compile(r"^type (\w+) struct \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
FIELD = re.compile(r'^\s*(?:\w+\s+)?([*\[\]\w.]+)\s+`json:"([^",]*)', re.MULTILINE)
#: The fields with which kustomize runs programs, which the plugin refuses.
PROGRAMS = {"generators", "transformers", "validators", "helmCharts", "helmGlobals", "helmChartInflationGenerator"}


@cache
def structs(version: str) -> dict[str, list[tuple[str, str]]]:
    """Return the fields of each struct: their types and their names in YAML; embedded structs have no name."""
    folders = (published(version, API, "types"), published(version, KYAML, "resid"))
    sources = [file.read_text() for folder in folders for file in folder.glob("*.go")]
    return {name: FIELD.findall(body) for source in sources for name, body in STRUCT.findall(source)}


def shape(version: str, kind: str) -> Any:
    """Return the shape of a Go type."""
    if kind.startswith("[]"):
        return [shape(version, kind[2:])]
    if kind.startswith("map["):
        return Each(TEXT)
    fields = structs(version).get(kind.lstrip("*").rpartition(".")[2])
    if fields is None:
        return TEXT
    found: dict[str, Any] = {}
    for type_, name in fields:
        found |= {name: shape(version, type_)} if name else shape(version, type_)
    return found


def without_kinds(own: Any) -> Any:
    """Return one of the plugin's shapes with TEXT for every kind of scalar."""
    if isinstance(own, dict):
        return {name: without_kinds(it) for name, it in own.items()}
    return [without_kinds(own[0])] if isinstance(own, list) else TEXT if isinstance(own, str) else own


def merged(one: Any, other: Any) -> Any:
    """Return a shape with the fields of both; kustomize 5.6 has a map for the options of a patch, 5.8 a struct."""
    if isinstance(one, dict) and isinstance(other, dict):
        return {
            name: merged(one[name], other[name]) if name in one and name in other else {**one, **other}[name]
            for name in {**one, **other}
        }
    if isinstance(one, list) and isinstance(other, list):
        return [merged(one[0], other[0])]
    assert one in (other, Each(TEXT))
    return other


@pytest.mark.parametrize("version", VERSIONS)
def test_the_types_are_found(version: str) -> None:
    fields = shape(version, "Kustomization")
    assert set(fields) >= {"resources", "metadata", *PROGRAMS}
    assert fields["patches"][0]["target"]["labelSelector"] == TEXT


def test_the_plugin_knows_the_fields_of_all_versions() -> None:
    published_fields = merged(*(shape(version, "Kustomization") for version in VERSIONS))
    expected = {name: it for name, it in published_fields.items() if name not in PROGRAMS}
    # A map in Go, of which kustomize reads only these two keys; and a spelling that kustomize's own examples use.
    expected["openapi"] = {"path": TEXT, "version": TEXT}
    expected["vars"][0]["fieldref"]["fieldpath"] = TEXT
    assert without_kinds(kustomization.SHAPE) == expected
