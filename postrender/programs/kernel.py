"""System calls that Python's standard library does not offer."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SET_CHILD_SUBREAPER, SET_NO_NEW_PRIVILEGES, SET_PARENT_DEATH_SIGNAL = 36, 38, 1  #: operations of prctl


def libc() -> Any:
    """Return the C library. Loading `ctypes` takes milliseconds, so it is loaded only here."""
    import ctypes

    return ctypes.CDLL(None, use_errno=True)


def call(number: int, *arguments: object) -> int:
    """Make a system call, and return its result; raise OSError if it fails."""
    import ctypes

    result = int(libc().syscall(number, *arguments))
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def control(operation: int, *arguments: object) -> int:
    """Call `prctl`, and return its result; raise OSError if it fails."""
    import ctypes

    result = int(libc().prctl(operation, *arguments, *[0] * (4 - len(arguments))))
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
