"""Runs programs without a shell, and returns their exit statuses and outputs. No process keeps running."""

from __future__ import annotations

import contextlib
import errno
import math
import os
import select
import selectors
import signal
import subprocess
import threading
import time
from collections import deque

from postrender.errors import TooLarge
from postrender.limits import DEFAULTS
from postrender.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from types import FrameType
    from typing import Any, TypeVar

    from postrender.limits import Limits

    Prepare = Callable[[], None]
    T = TypeVar("T")

PAUSE = 0.01  #: seconds between two checks of a program that has closed its output but still runs
CHUNK = 1 << 16  #: bytes per read
HELD = (signal.SIGTERM, signal.SIGINT)  #: signals that end this program and the programs that it started


class TimedOut(Exception):
    """The program exceeded its time limit and was ended."""


class Terminated(BaseException):
    """SIGTERM arrived while programs were running."""


class Command(NamedTuple):
    """A program to run, with its input, environment and limits."""

    argv: tuple[str, ...]  #: the program's path, then its arguments
    stdin: bytes = b""
    environment: Mapping[str, str] | None = None  #: the environment variables; None means those of this process
    folder: str | None = None  #: the working directory; None means that of this process
    seconds: float | None = None  #: the time limit
    prepare: Prepare | None = None  #: called in the new process, before the program starts
    meanwhile: Callable[[], object] | None = None  #: called in this process, once the program has started


class Ended(NamedTuple):
    """The result of a program: its exit status as in `subprocess`, its standard output, and its standard error."""

    status: int
    output: bytes
    message: bytes


class _Running(NamedTuple):
    """A running program: its deadline, the input that is not yet sent, and the output so far."""

    child: subprocess.Popen[bytes]
    until: float
    unsent: bytearray
    output: bytearray
    message: bytearray


def run(command: Command, limits: Limits = DEFAULTS) -> Ended:
    """Run a program and wait until it ends.

    Raises OSError if it cannot be started, TimedOut if it exceeds its time limit, and TooLarge if its output exceeds
    the limit of a stream. In the last two cases, and if a signal raises an exception, the program is killed with
    every process that it started.
    """
    (ended,) = run_all((command,), 1, lambda _, done: done, limits)
    if isinstance(ended, Exception):
        raise ended
    return ended


def run_all(
    commands: Iterable[Command], at_once: int, each: Callable[[int, Ended | Exception], T], limits: Limits = DEFAULTS
) -> list[T]:
    """Run programs in parallel, at most `at_once` at a time; return the results of `each` in the programs' order.

    `each` is called as soon as a program ends, with the program's number (from 0), and its `Ended` or the exception
    that `run` would raise. Any exception, even from a signal, kills all running programs with every process that
    they started.
    """
    waiting, made = deque(enumerate(commands)), {}
    running: dict[int, _Running] = {}
    with selectors.DefaultSelector() as pipes:
        try:
            while waiting or running:
                while waiting and len(running) < at_once:
                    number, command = waiting.popleft()
                    with _held_signals():
                        started = _start_and_listen(command, pipes)
                        if isinstance(started, _Running):
                            running[number] = started
                    if isinstance(started, OSError):
                        made[number] = each(number, started)
                    elif command.meanwhile:
                        command.meanwhile()
                _exchange(pipes, running.values())
                for number, ended in _reap(pipes, running, limits):
                    made[number] = each(number, ended)
        except BaseException:
            with _held_signals():
                for it in running.values():
                    _kill(it.child)
            raise
        finally:
            for it in running.values():
                it.child.__exit__(None, None, None)  # closes its pipes and waits for it
    return [made[number] for number in sorted(made)]


def _start_and_listen(command: Command, pipes: selectors.BaseSelector) -> _Running | OSError:
    """Start a program and register its pipes; return the error if it cannot be started."""
    until = math.inf if command.seconds is None else time.monotonic() + command.seconds
    try:
        child = _start(command)
    except OSError as error:
        return error
    started = _Running(child, until, bytearray(command.stdin), bytearray(), bytearray())
    for end, heard in ((child.stdout, started.output), (child.stderr, started.message)):
        if end:
            pipes.register(end, selectors.EVENT_READ, heard)
    if child.stdin:
        pipes.register(child.stdin, selectors.EVENT_WRITE, started.unsent)
    return started


def _exchange(pipes: selectors.BaseSelector, running: Iterable[_Running]) -> None:
    """Wait until a pipe can be read or written, or a program's time limit has passed; then read and write once."""
    patience = [PAUSE if _is_silent(it) else max(0.0, it.until - time.monotonic()) for it in running]
    left = min(patience, default=0.0)
    for key, events in pipes.select(None if left == math.inf else left):
        if events & selectors.EVENT_WRITE:
            _feed(pipes, key.fileobj, key.data)
        else:
            _hear(pipes, key.fileobj, key.data)


def _reap(
    pipes: selectors.BaseSelector, running: dict[int, _Running], limits: Limits
) -> Iterator[tuple[int, Ended | Exception]]:
    """Yield the outcomes of programs that ended or were killed for exceeding a limit; remove them from `running`.

    The limit on the output applies to all running programs together; the program with the most output is killed.
    """
    greedy = max(running.values(), key=_size, default=None)
    if sum(map(_size, running.values())) <= limits.stream_size:
        greedy = None
    for number, it in list(running.items()):
        ended = _too_large(it, limits) if it is greedy else _outcome(it)
        if ended is None:
            continue
        if isinstance(ended, Exception):
            _kill(it.child)
        for end in (it.child.stdin, it.child.stdout, it.child.stderr):
            if end and not end.closed:
                pipes.unregister(end)
        it.child.__exit__(None, None, None)
        del running[number]
        yield number, ended


def _size(it: _Running) -> int:
    return len(it.output) + len(it.message)


def _too_large(it: _Running, limits: Limits) -> TooLarge:
    name = os.path.basename(str(it.child.args[0]))  # type: ignore[index]
    return TooLarge(f"the output of {name} has {limits.exceeded('stream_size')}")


def _outcome(it: _Running) -> Ended | Exception | None:
    """Return the outcome of a program that has ended, or the reason to kill it; None while it may still run."""
    if _is_silent(it) and it.child.poll() is not None:
        return Ended(it.child.returncode, bytes(it.output), bytes(it.message))
    return TimedOut() if time.monotonic() >= it.until else None


def _is_silent(it: _Running) -> bool:
    """Report whether a program has closed its output. The program may end a moment later."""
    return all(end is None or end.closed for end in (it.child.stdout, it.child.stderr))


@contextlib.contextmanager
def _held_signals() -> Iterator[None]:
    """Postpone signals, because an exception while a program is being started could leave that program running."""
    noted: list[int] = []
    is_main_thread = threading.current_thread() is threading.main_thread()
    handlers = {number: signal.getsignal(number) for number in HELD} if is_main_thread else {}
    ours = {number: handler for number, handler in handlers.items() if callable(handler)}
    for number in ours:
        signal.signal(number, lambda held, _frame: noted.append(held))
    try:
        yield
    finally:
        for number, handler in ours.items():
            signal.signal(number, handler)
        if noted:
            signal.raise_signal(noted[0])


def _start(command: Command) -> subprocess.Popen[bytes]:
    """Start the program in its own session, so that it can be killed together with its child processes."""
    pipe = subprocess.PIPE
    try:
        return subprocess.Popen(  # noqa: S603 - no shell; argv is built by this program
            command.argv,
            stdin=pipe if command.stdin else subprocess.DEVNULL,
            stdout=pipe,
            stderr=pipe,
            env=command.environment,
            cwd=command.folder,
            start_new_session=True,
            preexec_fn=command.prepare,  # noqa: PLW1509 - this process has one thread
        )
    except subprocess.SubprocessError as error:  # `prepare` failed
        raise OSError(errno.EPERM, "the new process could not be prepared") from error


def _feed(pipes: selectors.BaseSelector, end: Any, unsent: bytearray) -> None:
    """Write as much as the pipe accepts without blocking. A program that does not read its input is not an error."""
    sent = len(unsent)
    with contextlib.suppress(BrokenPipeError):
        sent = os.write(end.fileno(), unsent[: select.PIPE_BUF])
    del unsent[:sent]
    if not unsent:
        pipes.unregister(end)
        end.close()


def _hear(pipes: selectors.BaseSelector, end: Any, heard: bytearray) -> None:
    piece = os.read(end.fileno(), CHUNK)
    heard += piece
    if not piece:
        pipes.unregister(end)
        end.close()


def _kill(child: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)


@contextlib.contextmanager
def ending() -> Iterator[None]:
    """Turn SIGTERM into an exception, so that programs are ended and files are removed.

    SIGTERM then ends this process too.
    """
    before = signal.signal(signal.SIGTERM, _terminated)
    try:
        yield
    except Terminated:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.raise_signal(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)


def _terminated(_signum: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # this program is already ending
    raise Terminated
