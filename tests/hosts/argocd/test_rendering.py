"""Running a foreign program: what a signal does at the worst moment."""

from __future__ import annotations

import signal
import subprocess
from typing import Any

import pytest

from postrender.hosts import rendering
from postrender.limits import DEFAULTS


def test_a_child_that_starts_while_we_are_ended_is_ended_too(monkeypatch: pytest.MonkeyPatch) -> None:
    children: list[subprocess.Popen[bytes]] = []
    start = subprocess.Popen

    def started(*words: Any, **settings: Any) -> subprocess.Popen[bytes]:
        children.append(start(*words, **settings))
        signal.raise_signal(signal.SIGTERM)
        return children[-1]

    monkeypatch.setattr(subprocess, "Popen", started)
    monkeypatch.setattr(rendering, "_ended_meanwhile", [])
    before = signal.signal(signal.SIGTERM, rendering._terminated)
    try:
        with pytest.raises(rendering.Terminated):
            rendering._run(["sleep", "60"], "/nowhere", DEFAULTS)
    finally:
        signal.signal(signal.SIGTERM, before)
    (child,) = children
    for pipe in (child.stdin, child.stdout, child.stderr):
        assert pipe is not None
        pipe.close()
    assert child.returncode == -signal.SIGTERM
