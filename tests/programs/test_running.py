"""Test running a program: limits on output and time, and signals at the worst moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from postrender import programs
from postrender.errors import TooLarge
from postrender.limits import Limits
from postrender.programs import Command, Ended, TimedOut
from tests.patience import HANG, has_ended, stop_the_clock

SMALL = Limits(stream_size=1 << 16)


class ExpectedRule(BaseException):
    """The exception that a signal raises in these tests."""


@pytest.fixture
def told() -> Iterator[None]:
    def tell(_signum: int, _frame: FrameType | None) -> None:
        raise ExpectedRule

    before = signal.signal(signal.SIGTERM, tell)
    yield
    signal.signal(signal.SIGTERM, before)


def shell(script: str, **how: Any) -> Command:
    return Command(("/bin/sh", "-c", script), **how)


def test_the_status_the_output_and_the_message_are_returned() -> None:
    assert programs.run(shell("cat; echo why >&2; exit 3", stdin=b"data")) == Ended(3, b"data", b"why\n")


def test_a_program_that_dies_by_a_signal_has_a_negative_status() -> None:
    assert programs.run(shell("kill -KILL $$")).status == -signal.SIGKILL


def test_more_input_than_a_pipe_holds_arrives_whole() -> None:
    data = os.urandom(1 << 20)
    assert programs.run(Command(("/bin/cat",), data)).output == data


def test_a_program_that_reads_nothing_is_no_error() -> None:
    assert programs.run(shell("echo done", stdin=b"x" * (1 << 20))) == Ended(0, b"done\n", b"")


def test_the_environment_is_what_was_given() -> None:
    assert programs.run(Command(("/usr/bin/env",), environment={"A": "b"})).output == b"A=b\n"


def test_a_program_that_is_not_there_is_an_os_error() -> None:
    with pytest.raises(FileNotFoundError):
        programs.run(Command(("/nowhere/program",)))


@pytest.mark.parametrize("end", ["1", "2"], ids=["output", "message"])
def test_a_program_that_prints_without_end_is_ended(end: str) -> None:
    with pytest.raises(TooLarge, match=r"^the output of sh has more than the limit of 64Ki bytes"):
        programs.run(shell(f"exec yes >&{end}"), SMALL)


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("sleep 60", id="in-the-foreground"),
        pytest.param("exec >&- 2>&-; sleep 60", id="with-its-pipes-closed"),
        pytest.param("sleep 60 & exit 0", id="in-the-background"),
        pytest.param("trap '' TERM; sleep 60; true", id="that-ignores-signals"),
    ],
)
def test_a_program_that_takes_too_long_is_ended_with_what_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    pid = tmp_path / "pid"
    stop_the_clock(monkeypatch, until=lambda: pid.exists() and pid.read_text())
    with pytest.raises(TimedOut):
        programs.run(shell(f"echo $$ > pid; {script}", folder=str(tmp_path), seconds=0.3))
    assert has_ended(int(pid.read_text()))


def test_a_signal_while_it_runs_ends_it(told: None, tmp_path: Path) -> None:
    script = f"echo $$ > pid; kill -TERM {os.getpid()}; sleep 60"
    with pytest.raises(ExpectedRule):
        programs.run(shell(script, folder=str(tmp_path)))
    assert has_ended(int((tmp_path / "pid").read_text()))


def test_a_signal_while_it_starts_ends_it(told: None, monkeypatch: pytest.MonkeyPatch) -> None:
    children: list[subprocess.Popen[bytes]] = []
    start = subprocess.Popen

    def started(*words: Any, **settings: Any) -> subprocess.Popen[bytes]:
        children.append(start(*words, **settings))
        signal.raise_signal(signal.SIGTERM)
        return children[-1]

    monkeypatch.setattr(subprocess, "Popen", started)
    with pytest.raises(ExpectedRule):
        programs.run(shell("sleep 60"))
    assert children[0].returncode == -signal.SIGKILL


def test_signals_are_as_before_for_us_and_for_the_program() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    mine = "import signal; print(*map(int, map(signal.getsignal, (signal.SIGTERM, signal.SIGHUP))))"
    assert programs.run(Command((sys.executable, "-I", "-c", mine))).output.split() == [
        b"%d" % signal.SIG_DFL,
        b"%d" % signal.SIG_DFL,
    ]
    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)] == before


def test_what_prepares_the_new_process_is_called_in_it() -> None:
    command = Command(("/bin/pwd",), prepare=lambda: os.chdir("/"))
    assert programs.run(command).output == b"/\n"
    assert Path.cwd() != Path("/")


# Tests of several programs at once.


def run_all(*commands: Command, at_once: int = 8) -> list[Ended | Exception]:
    return programs.run_all(commands, at_once, lambda _, ended: ended, SMALL)


def test_several_are_returned_in_their_order_whichever_ends_first() -> None:
    ended = run_all(shell("sleep 0.2; echo a"), shell("echo b"), shell("exit 3"))
    assert ended == [Ended(0, b"a\n", b""), Ended(0, b"b\n", b""), Ended(3, b"", b"")]


def test_what_goes_wrong_with_one_stands_in_its_place() -> None:
    missing = Command(("/no/such/program",))
    ended = run_all(shell("sleep 9", seconds=0.2), missing, shell("yes"), shell("echo fine"))
    assert [type(it) for it in ended] == [TimedOut, FileNotFoundError, TooLarge, Ended]


def test_a_slow_one_does_not_hold_up_what_others_print(tmp_path: Path) -> None:
    """The fast program prints more than a pipe holds, so it ends only if its output is read.

    The slow program waits until the fast program has ended.
    """
    here = str(tmp_path)
    slow = shell("until [ -e ended ]; do sleep 0.01; done", folder=here, seconds=HANG)
    large = shell("head -c 60000 /dev/zero; head -c 60000 /dev/zero >&2; touch ended", folder=here)
    ended = programs.run_all([slow, large], 2, lambda _, it: it, Limits(stream_size=1 << 20))
    assert [type(it) for it in ended] == [Ended, Ended]


@pytest.mark.parametrize("at_once", [1, 2, 5])
def test_no_more_run_than_may_at_once(tmp_path: Path, at_once: int) -> None:
    """Each program waits until this many programs have started, and then counts the running programs."""
    (tmp_path / "started").mkdir()
    (tmp_path / "there").mkdir()
    script = f"""\
touch started/$$ there/$$
until [ $(ls started | wc -l) -ge {at_once} ]; do sleep 0.01; done
ls there | wc -l; rm there/$$"""
    ended = run_all(*[shell(script, folder=str(tmp_path))] * 6, at_once=at_once)
    counts = [int(it.output) for it in ended if isinstance(it, Ended)]
    assert (len(counts), max(counts)) == (6, at_once)


def test_what_is_made_of_one_is_made_as_soon_as_it_has_ended(tmp_path: Path) -> None:
    """The first program ends only after the second program's result has been processed."""
    waiting = shell("until [ -e 1 ]; do sleep 0.01; done", folder=str(tmp_path), seconds=HANG)
    programs.run_all([waiting, shell("true")], 2, lambda number, _: (tmp_path / str(number)).touch(), SMALL)
    assert sorted(it.name for it in tmp_path.iterdir()) == ["0", "1"]


def test_a_signal_ends_all_of_them(told: None, tmp_path: Path) -> None:
    scripts = [shell(f"echo $$ > {number}; sleep 60 & wait", folder=str(tmp_path)) for number in range(3)]
    killing = f"until [ -s 0 ] && [ -s 1 ] && [ -s 2 ]; do sleep 0.01; done; kill {os.getpid()}"
    killer = subprocess.Popen(["/bin/sh", "-c", killing], cwd=tmp_path)
    with pytest.raises(ExpectedRule):
        run_all(*scripts)
    assert killer.wait(HANG) == 0
    assert all(has_ended(int((tmp_path / str(number)).read_text())) for number in range(3))


def test_programs_that_run_together_share_the_limit_of_their_output(tmp_path: Path) -> None:
    large = shell("head -c 40000 /dev/zero; touch printed; sleep 60", folder=str(tmp_path))
    wait = "until [ -e printed ]; do sleep 0.01; done"
    small = shell(f"{wait}; head -c 30000 /dev/zero; sleep 0.5", folder=str(tmp_path))
    ended = programs.run_all([large, small], 2, lambda _, it: it, SMALL)
    assert [type(it) for it in ended] == [TooLarge, Ended]
