"""Every folder of tests/cases through the command line, and one of each group through the installed program.

tests/README.md says what is in a folder.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.conftest import Program

CASES = sorted(folder for folder in Path(__file__).with_name("cases").iterdir() if folder.is_dir())
OPTIONAL = {"flags", "warnings.txt"}
NO_OPS = [folder for folder in CASES if folder.name.startswith("noop-")]
ERRORS = [folder for folder in CASES if (folder / "errors.txt").exists()]
CHANGES = [folder for folder in CASES if folder not in NO_OPS and folder not in ERRORS]


def name(folder: Path) -> str:
    return folder.name


def group(folder: Path) -> str:
    """What a case is about: the first word of its name, behind that of its kind."""
    kind, _, rest = folder.name.partition("-")
    return f"{kind}-{rest.partition('-')[0]}" if kind in ("noop", "error") else kind


#: A case of each group.
REPRESENTATIVES = [*{group(folder): folder for folder in CASES}.values()]


def convert(program: Program, folder: Path, manifests: bytes) -> CompletedProcess[bytes]:
    flags = lines(folder / "flags")
    done = program("--config", str(folder / "config.yaml"), *shlex.split(" ".join(flags)), input=manifests)
    done.stderr = done.stderr.replace(f"{folder}/".encode(), b"")  # which may have a space in its name
    return done


def lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def assert_said(stderr: bytes, patterns: list[str]) -> None:
    said = stderr.decode().splitlines()
    assert len(said) == len(patterns), said
    for line, pattern in zip(said, patterns, strict=True):
        assert re.fullmatch(pattern, line)


@pytest.mark.parametrize("kind", [NO_OPS, CHANGES, ERRORS], ids=["no-ops", "changes", "errors"])
def test_there_are_cases_of_each_kind(kind: list[Path]) -> None:
    assert kind


def test_what_must_not_change_is_shown_as_often_as_what_must() -> None:
    assert len(NO_OPS) >= len(CHANGES)


def test_a_case_has_the_files_that_its_kind_needs() -> None:
    assert [folder.name for folder in CASES if required(folder) != files(folder) - OPTIONAL] == []


def required(folder: Path) -> set[str]:
    result = [] if folder in NO_OPS else ["errors.txt"] if folder in ERRORS else ["expected.yaml"]
    return {"input.yaml", "config.yaml", *result}


def files(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


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
