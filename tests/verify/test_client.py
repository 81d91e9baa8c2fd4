"""Test which client program `verify --explain` finds and names, and how its version is read."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from postrender.errors import UsageError
from postrender.verify import client
from postrender.verify.client import Client
from tests.configs import HEAD
from tools.binaries import binary

Program = Callable[..., CompletedProcess[bytes]]

KUBECTL = '{"clientVersion": {"gitVersion": "v1.33.1"}, "kustomizeVersion": "v5.6.0"}'
OC = '{"clientVersion": {"gitVersion": "4.18.0-202502"}, "releaseClientVersion": "4.18.3"}'


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the only folder on the PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def put(path: Path, answer: str, status: int = 0) -> str:
    """Write a program that answers only a request for its version."""
    asked = "version --client --output=json"
    path.write_text(f"#!/bin/sh\n[ \"$*\" = '{asked}' ] || exit 9\nprintf '%s' '{answer}'\nexit {status}\n")
    path.chmod(0o755)
    return str(path)


def test_kubectl_comes_before_oc(path: Path) -> None:
    oc = put(path / "oc", OC)
    assert client.find(None, 30) == Client("oc", oc, "4.18.3")
    kubectl = put(path / "kubectl", KUBECTL)
    assert client.find(None, 30) == Client("kubectl", kubectl, "v1.33.1")
    assert client.find("oc", 30) == client.find(oc, 30) == Client("oc", oc, "4.18.3")


def test_without_a_program_there_is_none(path: Path) -> None:
    assert client.find(None, 30) is None
    with pytest.raises(UsageError, match="--kubectl oc: no such program"):
        client.find("oc", 30)


@pytest.mark.parametrize(
    ("answer", "version"),
    [
        pytest.param("", None, id="nothing"),
        pytest.param("v1.33.1", None, id="no-json"),
        pytest.param("[" * 100000, None, id="nested"),
        pytest.param("[]", None, id="a-list"),
        pytest.param('{"clientVersion": {"gitVersion": 1}}', None, id="a-number"),
        pytest.param('{"clientVersion": {}}', None, id="no-version"),
        pytest.param('{"releaseClientVersion": "", "clientVersion": {"gitVersion": "a"}}', "a", id="an-oc-of-its-own"),
        pytest.param(r'{"clientVersion": {"gitVersion": "a\u001b[2Jb"}}', r"a\x1b[2Jb", id="control-characters"),
    ],
)
def test_a_version_is_what_the_program_says(path: Path, answer: str, version: str | None) -> None:
    (path / "answer").write_text(answer)
    os.symlink("/bin/cat", path / "cat")
    (path / "kubectl").write_text(f"#!/bin/sh\ncat {path}/answer\n")
    (path / "kubectl").chmod(0o755)
    assert client.find(None, 30) == Client("kubectl", str(path / "kubectl"), version)


def test_a_program_that_cannot_be_run_has_no_version(path: Path) -> None:
    (path / "kubectl").write_text("this is no program")
    (path / "kubectl").chmod(0o755)
    found = client.find(None, 30)
    assert str(found) == f"kubectl of an unknown version, {path / 'kubectl'}"


def test_a_program_that_does_not_end_is_not_waited_for(path: Path) -> None:
    (path / "kubectl").write_text("#!/bin/sh\nwhile :; do :; done\n")
    (path / "kubectl").chmod(0o755)
    found = client.find(None, 1)
    assert found
    assert found.version is None


@pytest.fixture
def explain(called: Program, tmp_path: Path) -> Program:
    """Return a function that calls `verify --explain` with a config."""
    (tmp_path / "spk-macvlan.yaml").write_text(f"{HEAD}spec: {{networks: [{{name: net-a, master: ens1}}]}}\n")
    return lambda *words: called("verify", "--explain", *words)


def test_an_explanation_names_the_client_in_each_format(explain: Program, path: Path) -> None:
    kubectl = put(path / "kubectl", KUBECTL)
    assert explain().stdout.decode().startswith(f"# Client: kubectl v1.33.1, {kubectl}\n\n# ")
    assert f"Client: `kubectl v1.33.1, {kubectl}`.\n" in explain("--format", "markdown").stdout.decode()
    found = json.loads(explain("--format", "json").stdout)
    assert found["client"] == {"name": "kubectl", "path": kubectl, "version": "v1.33.1"}
    assert found["steps"]


def test_an_explanation_needs_no_client(explain: Program, path: Path) -> None:
    done = explain()
    assert done.returncode == 0
    assert done.stdout.startswith(b"# Client: none: neither kubectl nor oc is on the PATH; install one, or use --kubec")
    assert json.loads(explain("--format", "json").stdout)["client"] is None


def test_a_client_that_is_named_must_be_there(explain: Program, path: Path) -> None:
    done = explain("--kubectl", "oc", "--format", "json")
    assert done.returncode == 2
    assert [it["message"] for it in json.loads(done.stdout)["findings"]] == [
        "--kubectl oc: no such program; give the path of kubectl or oc"
    ]


@pytest.mark.hosts
def test_kubectl_says_its_version_so() -> None:
    found = client.find(str(binary("kubectl-1.37.1")), 30)
    assert found
    assert found.version == "v1.37.1"
