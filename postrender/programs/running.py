"""Runs of programs: argument lists in, exit statuses and outputs out. No shell, and nothing is left running."""

from __future__ import annotations

import contextlib
import errno
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
    from typing import IO

    from postrender.limits import Limits

    Prepare = Callable[[], None]

CHUNK = 1 << 16  #: bytes that are read at once
HELD = (signal.SIGTERM, signal.SIGINT)  #: what may end us, and the program with us


class TimedOut(Exception):
    """The program took longer than it may; it was ended."""


class Command(NamedTuple):
    """What to run, and how."""

    argv: tuple[str, ...]  #: the program's path first
    stdin: bytes = b""
    environment: Mapping[str, str] | None = None  #: None: ours
    folder: str | None = None  #: the working directory; None: ours
    seconds: float | None = None  #: that it may take
    prepare: Prepare | None = None  #: called in the new process, before the program starts


class Ended(NamedTuple):
    """A program that ended: its status as in `subprocess`, its standard output, and its standard error."""

    status: int
    output: bytes
    message: bytes


class _Running(NamedTuple):
    """A program that runs, or why it could not be started; and until when it may take."""

    command: Command
    child: subprocess.Popen[bytes] | OSError
    until: float | None


def run(command: Command, limits: Limits = DEFAULTS) -> Ended:
    """Run a program to its end.

    Raises OSError if it cannot be started, TimedOut, and TooLarge if it prints more than a stream may hold. In these
    cases, and if an exception comes from a signal, the program is killed with all that it started.
    """
    (ended,) = run_all((command,), 1, limits)
    if isinstance(ended, Exception):
        raise ended
    return ended


def run_all(commands: Iterable[Command], at_once: int, limits: Limits = DEFAULTS) -> list[Ended | Exception]:
    """Run programs side by side, so many at once, and return how each ended, in their order.

    Instead of raising an exception of its own, a program has it in its place in the list.
    """
    running: deque[_Running] = deque()
    ended: list[Ended | Exception] = []
    try:
        for command in commands:
            if len(running) == at_once:
                ended.append(_end_of_first(running, limits))
            with _held_signals():
                running.append(_running(command))
        while running:
            ended.append(_end_of_first(running, limits))
        return ended
    except BaseException:
        for child in _children(running):
            _kill(child)
        raise
    finally:
        for child in _children(running):
            child.__exit__(None, None, None)  # closes its pipes and waits for it


def _running(command: Command) -> _Running:
    until = None if command.seconds is None else time.monotonic() + command.seconds
    try:
        return _Running(command, _started(command), until)
    except OSError as error:
        return _Running(command, error, until)


def _children(running: Iterable[_Running]) -> list[subprocess.Popen[bytes]]:
    return [it.child for it in running if not isinstance(it.child, OSError)]


def _end_of_first(running: deque[_Running], limits: Limits) -> Ended | Exception:
    """Wait for the first one; until it has ended, it stays in its place, where an exception finds it."""
    command, child, until = running[0]
    if isinstance(child, OSError):
        running.popleft()
        return child
    ended: Ended | Exception
    try:
        output, message = _exchanged(child, command, until, limits)
        ended = Ended(child.returncode, output, message)
    except (TimedOut, TooLarge) as error:
        _kill(child)
        ended = error
    child.__exit__(None, None, None)
    running.popleft()
    return ended


@contextlib.contextmanager
def _held_signals() -> Iterator[None]:
    """Postpone the handlers of signals: as long as a new child is in no variable, an exception could not end it."""
    noted: list[int] = []
    handlers = {number: signal.getsignal(number) for number in HELD} if _is_main_thread() else {}
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


def _is_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


def _started(command: Command) -> subprocess.Popen[bytes]:
    """Start the program in a session of its own, so that it can be killed together with what it starts."""
    pipe = subprocess.PIPE
    try:
        return subprocess.Popen(  # noqa: S603 - an argument list
            command.argv,
            stdin=pipe if command.stdin else subprocess.DEVNULL,
            stdout=pipe,
            stderr=pipe,
            env=command.environment,
            cwd=command.folder,
            start_new_session=True,
            preexec_fn=command.prepare,  # noqa: PLW1509 - this process has one thread
        )
    except subprocess.SubprocessError as error:  # what prepares the process failed
        raise OSError(errno.EPERM, "the new process could not be prepared") from error


def _exchanged(
    child: subprocess.Popen[bytes], command: Command, until: float | None, limits: Limits
) -> tuple[bytes, bytes]:
    """Feed the program and return its output and its message, once it has ended."""
    heard = {end: bytearray() for end in (child.stdout, child.stderr) if end}
    unsent = memoryview(command.stdin)
    with selectors.DefaultSelector() as waiting:
        for end in heard:
            waiting.register(end, selectors.EVENT_READ)
        if child.stdin:
            waiting.register(child.stdin, selectors.EVENT_WRITE)
        while waiting.get_map():
            for end in _ready(waiting, until):
                if end is child.stdin:
                    unsent = _fed(waiting, end, unsent)
                else:
                    _hear(waiting, end, heard[end])
            if sum(map(len, heard.values())) > limits.stream_size:
                name = os.path.basename(command.argv[0])
                raise TooLarge(f"the output of {name} has {limits.exceeded('stream_size')}")
    _wait(child, until)
    output, message = heard.values()
    return bytes(output), bytes(message)


def _ready(waiting: selectors.BaseSelector, until: float | None) -> list[IO[bytes]]:
    """Return the pipes that can be read or written; after the time is over, those that were left to be read."""
    ready = waiting.select(None if until is None else max(0.0, until - time.monotonic()))
    if not ready:
        raise TimedOut
    return [key.fileobj for key, _ in ready]  # type: ignore[misc]


def _fed(waiting: selectors.BaseSelector, end: IO[bytes], unsent: memoryview) -> memoryview:
    """Write what the pipe is sure to take, and return the rest; a program that does not read is no error."""
    sent = len(unsent)
    with contextlib.suppress(BrokenPipeError):
        sent = os.write(end.fileno(), unsent[: select.PIPE_BUF]) if unsent else 0
    if sent == len(unsent):
        waiting.unregister(end)
        end.close()
    return unsent[sent:]


def _hear(waiting: selectors.BaseSelector, end: IO[bytes], heard: bytearray) -> None:
    piece = os.read(end.fileno(), CHUNK)
    heard += piece
    if not piece:
        waiting.unregister(end)


def _wait(child: subprocess.Popen[bytes], until: float | None) -> None:
    try:
        child.wait(None if until is None else max(0.0, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise TimedOut from None


def _kill(child: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
