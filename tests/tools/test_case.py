"""Test how a golden case is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.configs import HEAD
from tools import case

CONFIG = f"{HEAD}spec: {{}}\n"


@pytest.fixture(autouse=True)
def cases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write cases of each kind: one with changes, one without changes, and one that is refused."""
    monkeypatch.setattr(case, "CASES", tmp_path)
    made = {"expected.yaml": "a: 1\r\nb: [2, 3]\r\n", "flags": "--strict\n"}
    write(tmp_path / "lists" / "flow", "a: 1\r\nb: [2]\r\n", made)
    write(tmp_path / "lists" / "flow-already", f"a: {'x' * 200}\nb: |\n  open")
    write(tmp_path / "maps" / "flow", "a: \x07\n", {"errors.txt": "exit 3\ncontrol\n"})


def write(folder: Path, given: str, files: dict[str, str] | None = None) -> None:
    folder.mkdir(parents=True)
    always = {"why": f"{folder.name} is why.\n", "config.yaml": CONFIG, "input.yaml": given}
    for file, text in {**always, **(files or {})}.items():
        (folder / file).write_bytes(text.encode())


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert case.main(words) == 0
    return capsys.readouterr().out


def test_a_change_is_a_diff(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        printed(capsys, "lists/flow")
        == """\
lists/flow

why
flow is why.

flags
--strict

config.yaml
spec: {}

--- input.yaml
+++ expected.yaml
@@ -1,2 +1,2 @@
 a: 1\\r
-b: [2]\\r
+b: [2, 3]\\r
"""
    )


def test_what_stays_is_the_input_and_no_line_is_long(capsys: pytest.CaptureFixture[str]) -> None:
    _, shown = printed(capsys, "already").split("\n\ninput.yaml")
    assert shown == f": nothing changes\na: {'x' * 116}…\nb: |\n  open\n\\ No newline at end of file\n"


def test_a_refusal_has_its_patterns(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, "maps").endswith("\n\nerrors.txt\nexit 3\ncontrol\n\ninput.yaml: refused\na: \\x07\n")


@pytest.mark.parametrize(("words", "listed"), [((), 3), (("flow",), 3), (("lists/",), 2)])
def test_several_are_listed_with_their_reasons(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], listed: int
) -> None:
    lines = printed(capsys, *words).splitlines()
    assert len(lines) == listed
    assert lines[:2] == ["lists/flow: flow is why.", "lists/flow-already: flow-already is why."]


def test_no_match_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert case.main(["no"]) == 1
    assert capsys.readouterr() == ("", "no case has a name that contains no\n")
