"""The folder of a call: nothing of it is left, whenever TERM arrives."""

from __future__ import annotations

import shutil
import signal
import tempfile
from pathlib import Path
from typing import Any

import pytest

from postrender import programs
from postrender.hosts import rendering
from postrender.programs import running


def test_a_signal_while_the_folder_is_removed_leaves_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    remove, calls = shutil.rmtree, []

    def interrupted(folder: str, **how: Any) -> None:
        calls.append(folder)
        if len(calls) == 1:
            signal.raise_signal(signal.SIGTERM)
        remove(folder, **how)

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(shutil, "rmtree", interrupted)
    before = signal.signal(signal.SIGTERM, running._terminated)
    try:
        with pytest.raises(programs.Terminated), rendering._private_folder() as folder:
            Path(folder, "tmp", "file").touch()
    finally:
        signal.signal(signal.SIGTERM, before)
    assert len(calls) == 2
    assert [*tmp_path.iterdir()] == []
