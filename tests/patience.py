"""Limits on the time for which a test waits, and on the CPU time that it uses.

Wall-clock time also passes while other programs use the machine, so no test asserts anything about it. A wait ends when
the condition becomes true, and speed is measured in CPU time.
"""

from __future__ import annotations

import math
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import TypeVar

import pytest

from postrender.programs import running

T = TypeVar("T")

HANG = 300  #: seconds after which a wait fails; only a failing test waits for so long
PAUSE = 0.02  #: seconds between two checks


def comes_true(condition: Callable[[], object]) -> bool:
    """Wait until a condition becomes true, and report whether it does."""
    return any(condition() for _ in _looks())


def awaited(look: Callable[[], T], wanted: Callable[[T], object]) -> T:
    """Look until the result is as wanted, and return it; if this never happens, fail with the last result."""
    for _ in _looks():
        if wanted(found := look()):
            return found
    raise AssertionError(f"what is waited for never comes; there is {found}")


def _looks() -> Iterator[None]:
    """Yield repeatedly, with pauses, until the time limit."""
    until = time.monotonic() + HANG
    yield
    while time.monotonic() < until:
        time.sleep(PAUSE)
        yield


def has_ended(process: int) -> bool:
    """Report whether a process ends. A zombie, whose parent has not yet noticed its end, counts as ended."""
    return comes_true(lambda: _state(process) in "ZX")


def _state(process: int) -> str:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return "X"


def stop_the_clock(monkeypatch: pytest.MonkeyPatch, *, until: Callable[[], object]) -> None:
    """Stop the clock for the programs that we run until the condition is true; then exceed every time limit."""
    monkeypatch.setattr(running, "time", SimpleNamespace(monotonic=lambda: math.inf if until() else 0.0))


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Fail as soon as the code in this context has used this many seconds of CPU time."""

    def fail(*_: object) -> None:
        raise AssertionError(f"it takes more than {seconds} seconds of the processor")

    before = signal.signal(signal.SIGVTALRM, fail)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
