"""How long a test waits for something, and how much of the processor it may take.

A clock on the wall also runs while others use the machine, so no test asserts anything of it: a wait ends when what is
waited for is there, and what must be quick is measured in time of the processor.
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

HANG = 300  #: seconds after which a program, or what is waited for, never comes; only a failing test waits so long
PAUSE = 0.02  #: seconds between two looks


def comes_true(condition: Callable[[], object]) -> bool:
    """Report whether a condition becomes true; wait for it."""
    return any(condition() for _ in _looks())


def awaited(look: Callable[[], T], wanted: Callable[[T], object]) -> T:
    """Look until what is found is as wanted, and return it; fail, with what was found last, if that never is."""
    for _ in _looks():
        if wanted(found := look()):
            return found
    raise AssertionError(f"what is waited for never comes; there is {found}")


def _looks() -> Iterator[None]:
    """Yield as long as somebody may wait, with a pause between two looks."""
    until = time.monotonic() + HANG
    yield
    while time.monotonic() < until:
        time.sleep(PAUSE)
        yield


def has_ended(process: int) -> bool:
    """Report whether a process ends; one whose end only has to be noticed by its parent has ended."""
    return comes_true(lambda: _state(process) in "ZX")


def _state(process: int) -> str:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return "X"


def stop_the_clock(monkeypatch: pytest.MonkeyPatch, *, until: Callable[[], object]) -> None:
    """Let no time go by for the programs that we run before this is true, and then more than any may take."""
    monkeypatch.setattr(running, "time", SimpleNamespace(monotonic=lambda: math.inf if until() else 0.0))


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Within this context, fail as soon as this process has used so many seconds of the processor."""

    def fail(*_: object) -> None:
        raise AssertionError(f"it takes more than {seconds} seconds of the processor")

    before = signal.signal(signal.SIGVTALRM, fail)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
