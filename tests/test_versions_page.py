"""Test that docs/versions.md lists exactly the pinned versions as tested."""

from __future__ import annotations

import re

import pytest

from tests.docs import read
from tools import binaries, pythons

PAGE = "docs/versions.md"
VERSION = re.compile(r"\d+\.\d+(?:\.\d+)*")
STATES = ("tested", "known to work", "known to fail", "unknown")


def rows(title: str) -> list[list[str]]:
    """Return the cells of the table below a heading, without the header row."""
    section = read(PAGE).partition(f"\n## {title}\n")[2].partition("\n## ")[0].partition("\n### ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [re.split(r"(?<!\\) ?\| ?", line)[1:-1] for line in lines[1:]]


def of_wheels(name: str) -> set[str]:
    return {it.name.partition("-")[2] for it in binaries.WHEELS if it.name.startswith(f"{name}-")}


def of_module(folder: str, module: str) -> str:
    """Return the version of a module that a folder of tools/go pins."""
    (found,) = re.findall(rf"^\s*{re.escape(module)} v(\S+)", read(f"tools/go/{folder}/go.mod"), re.MULTILINE)
    return str(found)


def inside_kubectl() -> str:
    (found,) = re.findall(r"kubectl (\S+), which contains kustomize (\S+)", read("tools/binaries.txt"))
    assert {found[0]} == of_wheels("kubectl")
    return str(found[1])


PLUGINS = "github.com/containernetworking/plugins"
PINNED = {
    "Helm": of_wheels("helm"),
    "Kubernetes": {
        of_module("kubernetes", "k8s.io/kubernetes"),
        of_module("etcd", "go.etcd.io/etcd/server/v3"),
        *of_wheels("kubectl"),
    },
    "Multus and CNI plugins": {
        of_module("multus", "gopkg.in/k8snetworkplumbingwg/multus-cni.v4"),
        of_module("definitions", "github.com/k8snetworkplumbingwg/network-attachment-definition-client"),
        of_module("macvlan", PLUGINS),
    },
    "kustomize": {
        of_module("kustomize", "sigs.k8s.io/kustomize/kustomize/v5"),
        inside_kubectl(),
        *of_wheels("kubectl"),
    },
    "Argo CD": {of_module("argocd", "github.com/argoproj/argo-cd/v3")},
    "Flux": {
        of_module("flux", f"github.com/fluxcd/{controller}")
        for controller in ("helm-controller", "kustomize-controller")
    },
}


@pytest.mark.parametrize("title", PINNED)
def test_what_is_called_tested_is_what_is_pinned(title: str) -> None:
    tested = [name for name, state, _ in rows(title) if state == "tested"]
    named = {version for name in tested for version in VERSION.findall(name)}
    # Flux 2.9 is the version of Flux; its controllers have others.
    series = {version for version in named if version.count(".") == 1} - PINNED[title]
    assert named - series == PINNED[title]
    assert series <= {"2.9"}


def test_the_plugins_of_the_cluster_are_those_of_its_module() -> None:
    assert f"ptp and host-local {of_module('multus', PLUGINS)}" in read(PAGE)


def test_every_row_has_a_state_and_a_reason() -> None:
    titles = re.findall(r"^## (.*)$", read(PAGE), re.MULTILINE)
    assert set(titles) == {"F5's products", "Python", *PINNED}
    for title in titles:
        for name, *states, reason in rows(title):
            assert name, title
            assert reason, name
            assert all(state.startswith(STATES) for state in states), name


def test_every_python_is_there_from_the_oldest_that_the_package_takes() -> None:
    named = [
        version for name, state, _ in rows("Python") if state != "known to fail" for version in VERSION.findall(name)
    ]
    assert tuple(named) == pythons.SUPPORTED
    assert f'requires-python = ">={named[0]}"' in read("pyproject.toml")
