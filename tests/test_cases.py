"""Run every case of tests/cases through the command line, and one of each kind and group through the installed program.

tests/README.md describes the files of a case.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.conftest import Program
from tools.case import CASES as FOLDER
from tools.case import every, name

CASES = every()
ALWAYS, OPTIONAL = {"why", "input.yaml", "config.yaml"}, {"flags", "warnings.txt"}
ERRORS = [folder for folder in CASES if (folder / "errors.txt").exists()]
CHANGES = [folder for folder in CASES if (folder / "expected.yaml").exists()]
NO_OPS = [folder for folder in CASES if folder not in ERRORS and folder not in CHANGES]
#: One case of each kind from each group.
REPRESENTATIVES = [
    folder for kind in (NO_OPS, CHANGES, ERRORS) for folder in {folder.parent: folder for folder in kind}.values()
]


def convert(program: Program, folder: Path, manifests: bytes) -> CompletedProcess[bytes]:
    flags = lines(folder / "flags")
    done = program("--config", str(folder / "config.yaml"), *shlex.split(" ".join(flags)), input=manifests)
    done.stderr = done.stderr.replace(f"{folder}/".encode(), b"")  # the folder's path may contain a space
    return done


def lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def assert_said(stderr: bytes, patterns: list[str]) -> None:
    said = stderr.decode().splitlines()
    assert len(said) == len(patterns), said
    for line, pattern in zip(said, patterns, strict=True):
        assert re.fullmatch(pattern, line)


def test_a_case_has_the_files_of_one_kind() -> None:
    kinds = (ALWAYS, {*ALWAYS, "expected.yaml"}, {*ALWAYS, "errors.txt"})
    found = {name(folder): {file.name for file in folder.iterdir()} - OPTIONAL for folder in FOLDER.glob("*/*")}
    assert {case: files for case, files in found.items() if files not in kinds} == {}


@pytest.mark.parametrize("folder", CASES, ids=name)
def test_a_case_says_in_one_line_why_it_exists(folder: Path) -> None:
    why = (folder / "why").read_text(encoding="utf-8")
    assert re.fullmatch(r"[^\n]{20,110}\.\n", why)
    assert set(re.findall(r"\w+", why.lower())) - set(re.findall(r"\w+", name(folder)))


@pytest.mark.parametrize("folder", NO_OPS, ids=name)
def test_nothing_changes(called: Program, folder: Path) -> None:
    manifests = (folder / "input.yaml").read_bytes()
    done = convert(called, folder, manifests)
    assert_said(done.stderr, lines(folder / "warnings.txt"))
    assert done.returncode == 0
    assert done.stdout == manifests


@pytest.mark.parametrize("folder", CHANGES, ids=name)
def test_what_changes(called: Program, folder: Path, request: pytest.FixtureRequest) -> None:
    done = convert(called, folder, (folder / "input.yaml").read_bytes())
    assert_said(done.stderr, lines(folder / "warnings.txt"))
    assert done.returncode == 0
    if request.config.getoption("--update-cases"):
        (folder / "expected.yaml").write_bytes(done.stdout)
    assert done.stdout == (folder / "expected.yaml").read_bytes()
    assert done.stdout != (folder / "input.yaml").read_bytes()


@pytest.mark.parametrize("folder", CHANGES, ids=name)
def test_what_is_converted_stays_as_it_is(called: Program, folder: Path) -> None:
    converted = (folder / "expected.yaml").read_bytes()
    done = convert(called, folder, converted)
    assert done.returncode == 0
    assert done.stdout == converted


@pytest.mark.parametrize("folder", ERRORS, ids=name)
def test_an_error_is_one_line_and_nothing_else(called: Program, folder: Path) -> None:
    patterns = lines(folder / "errors.txt")
    status = patterns.pop(0) if patterns[0].startswith("exit ") else "exit 3"
    done = convert(called, folder, (folder / "input.yaml").read_bytes())
    assert done.stdout == b""
    assert re.fullmatch(rb"spk-macvlan: .*\n", done.stderr)
    assert f"exit {done.returncode}" == status
    for pattern in patterns:
        assert re.search(pattern, done.stderr.decode().rstrip("\n"))


@pytest.mark.parametrize("folder", REPRESENTATIVES, ids=name)
def test_the_installed_program_gives_the_same(program: Program, called: Program, folder: Path) -> None:
    manifests = (folder / "input.yaml").read_bytes()
    installed, here = convert(program, folder, manifests), convert(called, folder, manifests)
    assert (installed.returncode, installed.stderr) == (here.returncode, here.stderr)
    assert installed.stdout == here.stdout
