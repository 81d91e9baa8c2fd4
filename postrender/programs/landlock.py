"""Confines a program with the kernel's Landlock, which needs no privilege and works in a container (since Linux 5.13).

Everything that is not allowed is denied, also to the program's child processes. The system calls have the same
numbers on every architecture, and no C library wraps them. Source: Linux, Documentation/userspace-api/landlock.rst.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from functools import partial

from postrender.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
ASK_VERSION = 1  #: a flag of CREATE_RULESET
PATH_BENEATH = 1  #: a kind of rule
NO_NEW_PRIVILEGES = 38  #: an operation of prctl

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
TRUNCATE, IOCTL_DEV = 1 << 14, 1 << 15
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV  #: rights that apply to a single file
READ = READ_FILE | READ_DIR
#: The number of rights on files in each version of the interface, starting with version 1.
RIGHTS = (13, 14, 15, 15, 16)
TCP = 0b11  #: the rights to bind and to connect
WITH_TCP = 4
SCOPES = 0b11  #: denies abstract sockets and signals to processes outside the program
WITH_SCOPES = 6


class Allowed(NamedTuple):
    """What a program may access. Paths that do not exist are ignored."""

    read: tuple[str, ...] = ()  #: files to read, and folders with everything below them
    run: tuple[str, ...] = ()  #: files to read and execute, and folders with everything below them
    write: tuple[str, ...] = ()  #: files and folders with all rights except to execute
    network: bool = False  #: whether TCP is allowed


def version() -> int:
    """Return the version of Landlock's interface; 0 if the kernel lacks or disables it."""
    if sys.platform != "linux":
        return 0
    return max(int(_libc().syscall(CREATE_RULESET, None, 0, ASK_VERSION)), 0)


@contextlib.contextmanager
def confinement(allowed: Allowed) -> Iterator[Callable[[], None] | None]:
    """Yield a function for `Command.prepare` that confines the new process; None if the kernel has no Landlock."""
    abi = version()
    if not abi:
        yield None
        return
    ruleset = _ruleset(abi, allowed)
    try:
        yield partial(_restrict, _libc(), ruleset)
    finally:
        os.close(ruleset)


def _libc() -> Any:
    import ctypes

    return ctypes.CDLL(None, use_errno=True)


def _ruleset(abi: int, allowed: Allowed) -> int:
    """Return the descriptor of a ruleset that denies all rights that this version knows, except the allowed ones."""
    every = (1 << RIGHTS[min(abi, len(RIGHTS)) - 1]) - 1
    handled = [every]
    if abi >= WITH_TCP:
        handled.append(0 if allowed.network else TCP)
    if abi >= WITH_SCOPES:
        handled.append(SCOPES)
    ruleset = _call(CREATE_RULESET, _packed(8, handled), 8 * len(handled), 0)
    for paths, rights in ((allowed.read, READ), (allowed.run, READ | EXECUTE), (allowed.write, every & ~EXECUTE)):
        for path in paths:
            _allow(ruleset, path, rights)
    return ruleset


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        granted = rights if stat.S_ISDIR(os.fstat(opened).st_mode) else rights & OF_FILES
        _call(ADD_RULE, ruleset, PATH_BENEATH, _packed(8, [granted]) + _packed(4, [opened]), 0)
    finally:
        os.close(opened)


def _packed(size: int, numbers: Iterable[int]) -> bytes:
    return b"".join(number.to_bytes(size, sys.byteorder) for number in numbers)


def _call(number: int, *arguments: object) -> int:
    import ctypes

    result = int(_libc().syscall(number, *arguments))
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def _restrict(libc: Any, ruleset: int) -> None:
    """Confine this process permanently. This runs between fork and exec, so it does as little as possible."""
    if libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) or libc.syscall(RESTRICT_SELF, ruleset, 0):
        raise OSError("the process cannot be confined")
