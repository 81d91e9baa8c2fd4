"""Test the verb `networks` from outside: the first step of F5's guide, without a stream."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest
import yaml

from postrender import config as configs
from postrender import conversion
from tests.configs import HEAD

Program = Callable[..., CompletedProcess[bytes]]

NETWORKS = """\
spec:
  networks:
  - {name: net-a, master: ens1, namespace: lab, labels: {a: b}, annotations: {c: d}, cni: {bcqueuelen: 9}}
  - {name: net-b, master: ens2, mtu: 9000}
  - {name: net-c, master: ens3, create: false}
"""
TMM = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: f5-tmm, namespace: spk}\n"
POD = "spec: {template: {spec: {containers: [{name: f5-tmm}]}}}\n"


def test_they_are_those_of_a_release(program: Program, tmp_path: Path) -> None:
    config = f"{HEAD}{NETWORKS}  tmm: {{namespace: spk}}\n"
    (tmp_path / "spk-macvlan.yaml").write_text(config)
    done = program("networks", input=b"a: [")
    assert (done.returncode, done.stderr) == (0, b"")
    *wanted, _ = yaml.safe_load_all(conversion.convert(f"{TMM}{POD}".encode(), configs.parse(config.encode())).output)
    assert [*yaml.safe_load_all(done.stdout)] == wanted
    assert len(wanted) == 2


@pytest.mark.parametrize(("words", "namespace"), [([], None), (["--namespace", "other"], "other")])
def test_the_namespace_is_the_command_lines(
    program: Program, tmp_path: Path, words: list[str], namespace: str | None
) -> None:
    (tmp_path / "spk-macvlan.yaml").write_text(f"{HEAD}{NETWORKS}")
    found = yaml.safe_load_all(program("networks", *words).stdout)
    assert [it["metadata"].get("namespace") for it in found] == ["lab", namespace]


def test_patches_of_the_networks_apply_and_those_of_the_release_do_not(program: Program, tmp_path: Path) -> None:
    patches = """\
  patches:
  - target: {kind: Deployment}
    patch: [{op: replace, path: /spec/replicas, value: 2}]
  - target: {kind: NetworkAttachmentDefinition, name: net-b}
    patch: [{op: add, path: /metadata/labels, value: {x: z}}]
"""
    (tmp_path / "spk-macvlan.yaml").write_text(f"{HEAD}{NETWORKS}{patches}")
    found = [*yaml.safe_load_all(program("networks").stdout)]
    assert [it["metadata"].get("labels") for it in found] == [{"a": "b"}, {"x": "z"}]


def test_a_patch_that_fails_is_named_by_its_number(program: Program, tmp_path: Path) -> None:
    patches = """\
  patches:
  - {target: {kind: Deployment}, patch: [{op: remove, path: /spec}]}
  - {target: {name: net-b}, patch: [{op: remove, path: /metadata/labels}]}
"""
    (tmp_path / "spk-macvlan.yaml").write_text(f"{HEAD}{NETWORKS}{patches}")
    done = program("networks")
    assert (done.returncode, done.stdout) == (3, b"")
    assert "spec.patches[1]" in done.stderr.decode()


@pytest.mark.parametrize(
    ("networks", "status", "said"),
    [
        ("[{name: a, master: e, create: false}]", 2, "no network to print: every network has `create: false`"),
        ("[{name: a, master: e}, {name: a, master: e, namespace: x}]", 3, "x/a is listed twice in the config"),
    ],
    ids=["none-is-created", "the-same-twice"],
)
def test_what_cannot_be_printed(program: Program, tmp_path: Path, networks: str, status: int, said: str) -> None:
    (tmp_path / "spk-macvlan.yaml").write_text(f"{HEAD}spec: {{networks: {networks}}}\n")
    done = program("networks", "--namespace", "x")
    assert (done.returncode, done.stdout) == (status, b"")
    assert said in done.stderr.decode()
