"""What the tests from outside share: the program, as its users start it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

PROGRAM = str(Path(sys.executable).with_name("spk-macvlan"))
OURS = re.compile(r"SPK_MACVLAN\w*|PYTHON\w*|LANG|LC_\w+")

Program = Callable[..., CompletedProcess[bytes]]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-cases", action="store_true", help="rewrite tests/cases/*/expected.yaml; read the diff")


@pytest.fixture
def environment() -> dict[str, str]:
    """The caller's environment, without what changes the program or the interpreter."""
    return {name: value for name, value in os.environ.items() if not OURS.fullmatch(name)}


@pytest.fixture
def program(environment: dict[str, str], tmp_path: Path) -> Program:
    """Run the installed program in an empty folder, with these words and variables; the rest is for subprocess."""

    def run(*words: str, variables: Mapping[str, str] | None = None, **settings: Any) -> CompletedProcess[bytes]:
        usual = {"env": {**environment, **(variables or {})}, "cwd": tmp_path, "timeout": 30, "capture_output": True}
        silence = {} if "stdin" in settings else {"input": b""}
        return subprocess.run([PROGRAM, *words], **{**usual, **silence, **settings}, check=False)

    return run
