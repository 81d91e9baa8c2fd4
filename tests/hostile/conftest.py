"""Fixture: the program in a folder with two configs."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from tests.hostile.program import CONFIG, PATCHES, Run, start
from tests.machine import require_linux


@pytest.fixture(autouse=True, scope="session")
def limits() -> None:
    require_linux("limits of memory, and /proc,")


@pytest.fixture
def hostile(environment: dict[str, str], tmp_path: Path) -> Run:
    (tmp_path / "lab.yaml").write_bytes(CONFIG)
    (tmp_path / "patched.yaml").write_bytes(CONFIG + PATCHES)
    return partial(start, tmp_path, environment)
