"""Ends every process that descends from this one, even if it has left its session and its parent has ended."""

from __future__ import annotations

import contextlib
import os
import signal
import sys

from postrender.programs import kernel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def reaping() -> Iterator[None]:
    """Within this context, become the parent of orphaned descendants; at its end, end all that were started in it.

    Source: prctl(2), PR_SET_CHILD_SUBREAPER.
    """
    if sys.platform != "linux":
        yield
        return
    kernel.control(kernel.SET_CHILD_SUBREAPER, 1)
    before = frozenset(_children() if _has_children() else ())
    try:
        yield
    finally:
        while _has_children() and (started := frozenset(_children()) - before):
            for child in started:
                _end(child)


def _end(child: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(child, 0)


def _has_children() -> bool:
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def _children() -> Iterator[int]:
    """Yield the process IDs of the children; it reads every process, because not every kernel lists the children."""
    own = os.getpid()
    for name in os.listdir("/proc"):
        with contextlib.suppress(OSError, ValueError):
            with open(f"/proc/{int(name)}/stat", encoding="ascii", errors="replace") as file:
                parent = int(file.read().rpartition(") ")[2].split()[1])
            if parent == own:
                yield int(name)
