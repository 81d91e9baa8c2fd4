"""Test a missing tool: its test is skipped, and the last line says what to do; in CI, the test fails."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
TESTS = """\
import pytest
from tools.binaries import ToolError

def missing(name):
    raise ToolError(f"{name} is missing", "install it")

@pytest.fixture
def kustomize():
    missing("kustomize")

def test_that_needs_nothing(): pass
def test_that_asks(): missing("kustomize")
def test_with_a_fixture(kustomize): pass
def test_of_another(): missing("macvlan")
"""


ALONE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # loading installed plugins takes longer than the tests


def run(tmp_path: Path, tests: str, **variables: str) -> subprocess.CompletedProcess[str]:
    (tmp_path / "test_it.py").write_text(tests, encoding="utf-8")
    plugins = ["-p", "no:cacheprovider", "-p", "tests.conftest", "-p", "xdist"]
    command = [sys.executable, "-m", "pytest", *plugins, f"--rootdir={tmp_path}", "-c", os.devnull, str(tmp_path)]
    environment = {**os.environ, "CI": "", "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": "", **ALONE, **variables}
    environment.pop("PYTEST_XDIST_WORKER", None)
    return subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("workers", ["0", "2"])
def test_the_last_line_says_what_was_left_out_and_how_to_get_the_tool(tmp_path: Path, workers: str) -> None:
    done = run(tmp_path, TESTS, PYTEST_ADDOPTS=f"-n {workers}")
    assert done.returncode == 0, done.stdout
    head, _, said = done.stdout.splitlines()[-1].partition("not tested on this machine: ")
    reasons = ["1 test: macvlan is missing; install it", "2 tests: kustomize is missing; install it"]
    assert (head, sorted(said.split(" | "))) == ("", reasons)


NEEDING_ROOT = """\
import os, pytest
os.geteuid = lambda: USER

@pytest.mark.root
def test_that_needs_root(): pass
def test_that_does_not(): pass
"""


@pytest.mark.parametrize("ci", ["", "true"])
def test_what_needs_root_is_left_out_for_others_also_in_ci(tmp_path: Path, ci: str) -> None:
    done = run(tmp_path, NEEDING_ROOT.replace("USER", "1000"), CI=ci)
    assert done.returncode == 0, done.stdout
    why = "network namespaces and other users need root; run `make test-root` as root"
    assert done.stdout.splitlines()[-1] == f"not tested on this machine: 1 test: {why}"


def test_root_leaves_nothing_out(tmp_path: Path) -> None:
    done = run(tmp_path, NEEDING_ROOT.replace("USER", "0"))
    assert done.returncode == 0
    assert "2 passed" in done.stdout.splitlines()[-1]


def test_in_ci_a_missing_tool_is_a_failure(tmp_path: Path) -> None:
    done = run(tmp_path, TESTS, CI="true")
    assert done.returncode == 1
    assert "not tested" not in done.stdout.splitlines()[-1]


def test_where_everything_is_there_nothing_is_said(tmp_path: Path) -> None:
    done = run(tmp_path, "def test_it(): pass\n")
    assert done.returncode == 0
    assert "not tested" not in done.stdout
