"""Test a strict render: an error that `check` would find stops the conversion, and every caller shows the error."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest
import yaml

from tests.configs import HEAD
from tests.test_check import BROKEN, CLEAN, CONFIG, WARNED

Program = Callable[..., CompletedProcess[bytes]]

INFRA = """\
---
apiVersion: gateway.k8s.f5.com/v1alpha1
kind: Infra
metadata: {name: infra, namespace: spk}
"""


@pytest.fixture(params=["flag", "config"])
def strict(request: pytest.FixtureRequest, called: Program, tmp_path: Path) -> Program:
    """Return a function that renders strictly, because of the option or because of the config."""
    by_config = request.param == "config"
    (tmp_path / "lab.yaml").write_text(f"{CONFIG}  strict: true\n" if by_config else CONFIG)
    words = ["--config", str(tmp_path / "lab.yaml"), *([] if by_config else ["--strict"])]
    return lambda stream, *more: called(*words, *more, input=stream.encode())


@pytest.mark.parametrize("stream", [CLEAN, WARNED], ids=["nothing", "a-warning"])
def test_without_an_error_it_is_an_ordinary_render(strict: Program, called: Program, stream: str) -> None:
    done = strict(stream)
    assert done.returncode == 0
    assert b"NetworkAttachmentDefinition" in done.stdout


def test_an_error_stops_it_and_is_said_with_its_line(strict: Program) -> None:
    done = strict(BROKEN)
    assert (done.returncode, done.stdout) == (1, b"")
    first, fix, last = done.stderr.decode().splitlines()
    assert first.startswith("spk-macvlan: <stdin>:")
    assert first.endswith(" [pal-cpu-set]")
    assert fix.startswith("  fix: ")
    assert last == "spk-macvlan: strict: an error stops this conversion; nothing was written"


def test_what_only_the_whole_stream_shows_stops_it_too(strict: Program) -> None:
    done = strict(f"{CLEAN}{INFRA}")
    assert (done.returncode, done.stdout) == (1, b"")
    assert "SPK or CNF ignores Infra infra" in done.stderr.decode()


def test_helm_4_is_shown_every_error_in_one_document(strict: Program) -> None:
    done = strict(f"{BROKEN}{INFRA}", "--on-error-document")
    assert (done.returncode, done.stderr) == (0, b"")
    said = yaml.safe_load(done.stdout)
    first, fix, second, _, last = said.split("\n")
    assert sorted(it.rpartition(" ")[2] for it in (first, second)) == ["[ignored-self-ips]", "[pal-cpu-set]"]
    assert fix.startswith("  fix: ")
    assert last == "spk-macvlan: strict: 2 errors stop this conversion; nothing was written"


@pytest.mark.parametrize("form", ["kustomize", "flux", "policy"])
def test_what_is_compiled_is_strict_too(called: Program, tmp_path: Path, form: str) -> None:
    (tmp_path / "lab.yaml").write_text(f"{CONFIG}  strict: true\n")
    place = [str(tmp_path / "component")] if form == "kustomize" else []
    words = ["compile", "--config", str(tmp_path / "lab.yaml"), "--format", form, *place]
    done = called(*words, input=BROKEN.encode())
    assert (done.returncode, done.stdout) == (1, b"")
    assert called(*words, input=CLEAN.encode()).returncode == 0


def test_a_function_of_kustomize_is_strict_by_its_config(called: Program) -> None:
    config = {**yaml.safe_load(CONFIG), "metadata": {"name": "lab"}}
    config["spec"]["strict"] = True
    listed = {"apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList", "functionConfig": config}
    done = called("krm", input=json.dumps({**listed, "items": [yaml.safe_load(BROKEN)]}).encode())
    assert (done.returncode, done.stdout) == (1, b"")
    assert "[pal-cpu-set]" in done.stderr.decode()
    assert called("krm", input=json.dumps({**listed, "items": [yaml.safe_load(CLEAN)]}).encode()).returncode == 0


def test_a_config_says_true_or_false(called: Program, tmp_path: Path) -> None:
    (tmp_path / "lab.yaml").write_text(f"{HEAD}spec: {{networks: [{{name: a, master: e}}], strict: 1}}\n")
    done = called("--config", str(tmp_path / "lab.yaml"), input=CLEAN.encode())
    assert (done.returncode, b"spec.strict: must be true or false" in done.stderr) == (2, True)
