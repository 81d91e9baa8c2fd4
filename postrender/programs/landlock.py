"""Confines a program with the kernel's Landlock, which needs no privilege and works in a container (since Linux 5.13).

Everything that is not allowed is denied, also to the program's child processes. The system calls have the same
numbers on every architecture, and no C library wraps them. Source: Linux, Documentation/userspace-api/landlock.rst.
"""

from __future__ import annotations

import os
import stat
import sys

from postrender.programs import kernel
from postrender.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
ASK_VERSION = 1  #: a flag of CREATE_RULESET
PATH_BENEATH = 1  #: a kind of rule

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
    """Return the version of Landlock's interface; 0 if the kernel lacks or disables it.

    It is the highest version that works: RHEL 9 has kernels that report 6, but do not accept what 6 brought (the issue
    tukaani-project/xz#199).
    """
    if sys.platform != "linux":
        return 0
    reported = int(kernel.libc().syscall(CREATE_RULESET, None, 0, ASK_VERSION))
    return next((abi for abi in range(reported, 0, -1) if _works(abi)), 0)


def _works(abi: int) -> bool:
    try:
        os.close(_created(abi, network=False))
    except OSError:
        return False
    return True


def ruleset(abi: int, allowed: Allowed) -> int:
    """Return the descriptor of a ruleset that denies all rights that this version knows, except the allowed ones."""
    created = _created(abi, network=allowed.network)
    writing = _every(abi) & ~EXECUTE
    for paths, rights in ((allowed.read, READ), (allowed.run, READ | EXECUTE), (allowed.write, writing)):
        for path in paths:
            _allow(created, path, rights)
    return created


def _created(abi: int, *, network: bool) -> int:
    """Return the descriptor of a new ruleset, which denies everything except, possibly, the network."""
    handled = [_every(abi)]
    if abi >= WITH_TCP:
        handled.append(0 if network else TCP)
    if abi >= WITH_SCOPES:
        handled.append(SCOPES)
    return kernel.call(CREATE_RULESET, _packed(8, handled), 8 * len(handled), 0)


def _every(abi: int) -> int:
    """Return all rights on files that a version knows."""
    return (1 << RIGHTS[min(abi, len(RIGHTS)) - 1]) - 1


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        granted = rights if stat.S_ISDIR(os.fstat(opened).st_mode) else rights & OF_FILES
        kernel.call(ADD_RULE, ruleset, PATH_BENEATH, _packed(8, [granted]) + _packed(4, [opened]), 0)
    finally:
        os.close(opened)


def _packed(size: int, numbers: Iterable[int]) -> bytes:
    return b"".join(number.to_bytes(size, sys.byteorder) for number in numbers)


def restrict(ruleset: int) -> None:
    """Confine this process permanently to the ruleset. Needs SET_NO_NEW_PRIVILEGES."""
    kernel.call(RESTRICT_SELF, ruleset, 0)
