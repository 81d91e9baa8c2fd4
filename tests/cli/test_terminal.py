"""Test that no verb sends control characters from its input to a terminal, with or without color."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from postrender.cli import progress, stdio, terminal
from tests.configs import HEAD
from tests.terminals import Program, shown

CONFIG = f"{HEAD}spec: {{networks: [{{name: net-a, master: ens1}}]}}\n"
#: All characters that a terminal may interpret, and the marks that reverse the direction of text.
CONTROLS = "".join(map(chr, (*range(1, 9), *range(11, 32), *range(127, 160), 0x202E, 0x2066, 0x2028)))
NEIGHBOUR = f"# {CONTROLS}\x1b]0;title\x07\x1b[2J\x1b[31mred\tend\n"
TMM = f"""\
---
{NEIGHBOUR}---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: f5-tmm, namespace: "x\\e[2J"}}
spec: {{template: {{spec: {{containers: [{{name: f5-tmm, env: [{{name: "PCIDEVICE_\\e[2J", value: "\\x9b2J"}}]}}]}}}}}}
---
{NEIGHBOUR}"""
LIST = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n"
VALUES = f"{NEIGHBOUR}tmm: {{customEnvVars: []}}\n{NEIGHBOUR}"
RELEASE = f"apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: spk}}\nspec: {{}}\n{NEIGHBOUR}"
#: A kubectl that answers every request with text that contains control characters.
KUBECTL = r"""#!/bin/sh
case "$3" in
/version) echo '{}';;
*configz) printf '{"kubeconfig": "\033"}';;
*nodes*) printf '{"items": [{"metadata": {"name": "\\u001b[2J"}}]}';;
*deployments*) printf '{"items": [{"metadata": {"name": "\\u009b2J", "namespace": "\\u001b[2J"}}]}';;
*) printf '\033[2J: no\n' >&2; exit 1;;
esac
"""
OURS = re.compile(rb"\x1b\[(?:31|32|36)m|\x1b\[0m")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> None:
    (tmp_path / "spk-macvlan.yaml").write_text(CONFIG)
    (tmp_path / "release.yaml").write_text(RELEASE)
    (tmp_path / "kubectl").write_text(KUBECTL)
    (tmp_path / "kubectl").chmod(0o755)


def is_harmless(text: bytes) -> bool:
    return not [char for char in text.decode() if not (char.isprintable() or char in "\n\t")]


VERBS = [
    pytest.param("--verbose", TMM, id="render"),
    pytest.param("diff --verbose", TMM, id="diff"),
    pytest.param("diff --format json", TMM, id="diff-json"),
    pytest.param("diff --format markdown", TMM, id="diff-markdown"),
    pytest.param("check --verbose", TMM, id="check"),
    pytest.param("check --format json", TMM, id="check-json"),
    pytest.param("check --format github", TMM, id="check-github"),
    pytest.param("init --from -", TMM, id="init"),
    pytest.param("values --verbose", VALUES, id="values"),
    pytest.param("compile --format flux", TMM, id="compile"),
    pytest.param("compile --format flux --helm-release release.yaml", TMM, id="compile-into-a-file"),
    pytest.param("krm", f"{LIST}functionConfig: {{a: 1}}\n{NEIGHBOUR}", id="krm"),
    pytest.param("krm spk-macvlan.yaml", TMM, id="krm-plugin"),
    pytest.param("verify --kubectl ./kubectl", "", id="verify"),
    pytest.param("verify --kubectl ./kubectl --format json", "", id="verify-json"),
    pytest.param("verify --kubectl ./kubectl --format markdown", "", id="verify-markdown"),
    pytest.param("helm-plugin \x1b[2J", "", id="helm-plugin"),
    pytest.param("check \x1b[2J", "", id="an-error"),
    pytest.param("check --format \x1b[2J", "", id="a-mistake"),
    pytest.param("--debug --config \x1b[2J", "", id="a-traceback"),
]


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=["no-color", "dumb"])
@pytest.mark.parametrize(("words", "data"), VERBS)
def test_without_colour_a_terminal_gets_no_control_character(
    program: Program, words: str, data: str, variables: dict[str, str]
) -> None:
    sent = shown(program, *words.split(" "), data=data.encode(), variables=variables)
    assert sent
    assert is_harmless(sent)


def test_with_colour_a_terminal_gets_only_our_sequences(program: Program) -> None:
    sent = shown(program, "diff", "--format", "text", data=TMM.encode(), variables={"TERM": "xterm", "NO_COLOR": ""})
    assert len(OURS.findall(sent)) > 10
    assert is_harmless(OURS.sub(b"", sent))
    assert b"\\x1b[31mred\tend" in sent


@pytest.mark.parametrize("words", ["", "diff"])
def test_what_is_no_terminal_gets_every_byte(program: Program, words: str) -> None:
    assert NEIGHBOUR.encode() in b"\n".join(
        line.removeprefix(b" ") for line in program(*words.split(), input=TMM.encode()).stdout.split(b"\n")
    )


def test_an_error_is_shown_the_same_to_a_pipe(program: Program) -> None:
    done = program("--debug", "--config", "\x1b[2J")
    assert b"Traceback" in done.stderr
    assert is_harmless(done.stderr)


def test_bytes_that_are_no_text_are_escaped() -> None:
    assert terminal.present(b"a\x9b2J\xff\n", ()) == b"a\\x9b2J\\xff\n"


def test_a_traceback_that_quotes_the_input_is_escaped(program: Program, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "from postrender.conversion import plan\n"
        "def bug(*arguments):\n"
        "    raise ValueError('\\x1b[2J\\nnext')\n"
        "plan.collect = bug\n"
    )
    done = program("--debug", input=TMM.encode(), variables={"PYTHONPATH": str(tmp_path)})
    assert done.stderr.startswith(b"Traceback (most recent call last):\n")
    assert b"ValueError: \\x1b[2J\nnext\n" in done.stderr


def test_a_dumb_terminal_gets_no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.isatty", lambda _: True)
    monkeypatch.setenv("TERM", "dumb")
    assert stdio.progress_line() is None
    monkeypatch.setenv("TERM", "xterm")
    assert stdio.progress_line() is progress.line
