"""What the workers of a run share: the first that needs it makes it, and the others wait and read it."""

from __future__ import annotations

import fcntl
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

Made = TypeVar("Made")


def folder_of_run(factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all workers see; a worker's own is in it, named popen-gwNUMBER."""
    base = factory.getbasetemp()
    return base.parent if base.name.startswith("popen-") else base


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[], Made]) -> Made:
    """Return what `make` returns, which must be plain data; only one worker of the run calls it."""
    file = folder_of_run(factory) / f"{name}.pickle"
    with file.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            file.write_bytes(pickle.dumps(make()))
    made: Made = pickle.loads(file.read_bytes())
    return made
