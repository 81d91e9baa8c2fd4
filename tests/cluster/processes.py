"""Run servers as plain processes on loopback, with log files and free ports, and end them."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from tools.binaries import binary

GRACE = 3  #: seconds between SIGTERM and SIGKILL
NONE: Mapping[str, str] = MappingProxyType({})


def flags_of(flags: Mapping[str, object]) -> list[str]:
    """Return flags in the form that Go programs read."""
    return [f"--{name}={value}" for name, value in flags.items()]


@contextlib.contextmanager
def process(
    folder: Path, name: str, arguments: Sequence[str], variables: Mapping[str, str] = NONE, program: Path | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program and keep its log in the folder.

    The program ends with the test session, even if the session is interrupted.
    """
    # The tests set GOGC=off for short-lived programs only.
    ours = {key: value for key, value in os.environ.items() if key != "GOGC"}
    with open(folder / f"{name}.log", "wb") as log:
        started = subprocess.Popen(
            [program or binary(name), *arguments],
            cwd=folder,
            env={**ours, **variables},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            yield started
        finally:
            _end(started)


def _end(started: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):  # the process has already ended
        os.killpg(started.pid, signal.SIGTERM)
    try:
        started.wait(GRACE)
    except subprocess.TimeoutExpired:
        os.killpg(started.pid, signal.SIGKILL)
        started.wait()


def free_ports(number: int) -> list[int]:
    """Return ports of the loopback interface on which no program listens."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for taken in sockets:
            taken.bind(("127.0.0.1", 0))
        return [taken.getsockname()[1] for taken in sockets]
