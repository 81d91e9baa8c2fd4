"""Test that no test depends on the machine's load: the only wall-clock limit is in one place and ends hanging tests."""

from __future__ import annotations

import ast
import functools
import itertools
import subprocess
import sys
from pathlib import Path

import pytest

from tests import patience

TESTS = Path(__file__).parent
CLOCKS = ("monotonic", "perf_counter", "time.time")
WAITING = ("wait", "join")
OF_THE_VERB = ("Access", "Arguments")  #: the time limits of these are under test


def is_impatient(call: ast.Call) -> bool:
    """Report whether a call reads the clock, or gives up after a fixed time."""
    name = ast.unparse(call.func)
    if name.rpartition(".")[2] in OF_THE_VERB:
        return False
    limits = [it.value for it in call.keywords if it.arg == "timeout"]
    waits = call.args if name.rpartition(".")[2] in WAITING else []
    return name.endswith(CLOCKS) or any(is_number(it) for it in (*limits, *waits))


def is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float) and node.value >= 1


def test_who_waits_waits_with_patience() -> None:
    files = [it for it in TESTS.rglob("*.py") if it.name not in ("patience.py", "test_patience.py")]
    calls = [(file, it) for file in files for it in ast.walk(ast.parse(file.read_bytes())) if isinstance(it, ast.Call)]
    assert [f"{file.relative_to(TESTS)}: {ast.unparse(it)}" for file, it in calls if is_impatient(it)] == []


@pytest.mark.parametrize("code", ["time.monotonic()", "time.time()", "run(timeout=5)", "it.wait(2.5)", "it.join(1)"])
def test_impatience_is_seen(code: str) -> None:
    assert any(is_impatient(it) for it in ast.walk(ast.parse(code)) if isinstance(it, ast.Call))


def test_what_never_comes_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "HANG", 0.05)
    assert not patience.comes_true(lambda: False)
    with pytest.raises(AssertionError, match="there is 5"):
        patience.awaited(lambda: 5, lambda found: found == 6)


def test_what_comes_late_is_waited_for() -> None:
    assert patience.awaited(functools.partial(next, itertools.count()), lambda number: number == 3) == 3


def test_a_process_ends_or_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    with subprocess.Popen(["sleep", "60"]) as process:
        with monkeypatch.context() as patch:
            patch.setattr(patience, "HANG", 0.05)
            assert not patience.has_ended(process.pid)
        process.kill()
        assert patience.has_ended(process.pid)
    assert patience.has_ended(process.pid)


def test_time_of_the_processor_is_limited_and_the_rest_is_not() -> None:
    with patience.at_most(0.05):
        subprocess.run([sys.executable, "-c", "import time; time.sleep(0.2)"], check=True)
    with pytest.raises(AssertionError, match=r"more than 0.05 seconds of the processor"), patience.at_most(0.05):
        spin()


def spin() -> None:
    while True:
        pass
