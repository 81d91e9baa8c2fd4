"""Confines a program with everything that the kernel offers: Landlock, seccomp, and limits on its resources.

The program is the last one that its process starts, and its process is the only one: seccomp allows one start, from a
descriptor that closes itself and whose number cannot be used again, and no new process. What the kernel lacks is left
out; `missing` names it.
"""

from __future__ import annotations

import contextlib
import os
import signal
from functools import partial

from postrender.programs import kernel, landlock, seccomp, syscalls
from postrender.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from postrender.programs.landlock import Allowed

DATA = 2 << 30  #: bytes of memory that a program may write to
FILE = 1 << 30  #: bytes of the largest file that a program may write
DESCRIPTORS = 1024  #: at most; Helm and kustomize open a few dozen files at once


class _Prepared(NamedTuple):
    """What the new process needs; it is made before the fork, so that little has to happen after it."""

    ruleset: int  #: Landlock's ruleset; -1 if the kernel has none
    code: bytes  #: seccomp's filter; empty if the kernel has none
    descriptor: int  #: the program
    path: Any  #: the empty path, as C's string
    arguments: Any  #: the program's arguments, as C's array of strings
    environment: Any  #: the program's environment, as C's array of strings


def missing() -> tuple[str, ...]:
    """Return the names of the kernel's features that this module would use, and that this kernel lacks."""
    has = {"Landlock": landlock.version() > 0, "seccomp": seccomp.is_available()}
    return tuple(name for name, there in has.items() if not there)


@contextlib.contextmanager
def confined(argv: Sequence[str], environment: Mapping[str, str], allowed: Allowed) -> Iterator[Callable[[], None]]:
    """Yield a function for `Command.prepare` that confines the new process and starts the program in it.

    Raises OSError if the program cannot be opened.
    """
    abi, filters = landlock.version(), seccomp.is_available()
    with contextlib.ExitStack() as opened:
        ruleset = landlock.ruleset(abi, allowed) if abi else -1
        if abi:
            opened.callback(os.close, ruleset)
        descriptor = _last_descriptor(argv[0])
        opened.callback(os.close, descriptor)
        path, arguments, variables = _for_c(argv, environment)
        code = seccomp.program(_start(descriptor, path), network=allowed.network) if filters else b""
        yield partial(_enter, _Prepared(ruleset, code, descriptor, path, arguments, variables))


def _last_descriptor(program: str) -> int:
    """Open a program under the highest number that this process may use, and return the number.

    `_enter` then lowers the limit to this number, so that the program cannot open anything else under it.
    """
    import fcntl
    import resource

    opened = os.open(program, os.O_PATH | os.O_CLOEXEC)
    try:
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = DESCRIPTORS if soft == resource.RLIM_INFINITY else min(soft, DESCRIPTORS)
        return fcntl.fcntl(opened, fcntl.F_DUPFD_CLOEXEC, most - 1)
    finally:
        os.close(opened)


def _for_c(argv: Sequence[str], environment: Mapping[str, str]) -> tuple[Any, Any, Any]:
    """Return an empty path, the arguments and the environment, as C's functions need them."""
    import ctypes

    variables = [f"{name}={value}" for name, value in environment.items()]
    arrays = [(ctypes.c_char_p * (len(texts) + 1))(*map(os.fsencode, texts), None) for texts in (list(argv), variables)]
    return ctypes.create_string_buffer(1), arrays[0], arrays[1]


def _start(descriptor: int, path: Any) -> seccomp.Start:
    import ctypes

    return seccomp.Start(descriptor, ctypes.addressof(path))


def _enter(prepared: _Prepared) -> None:
    """Confine this process permanently, and start the program. This runs between fork and exec."""
    _limit_resources(prepared.descriptor)
    kernel.control(kernel.SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    kernel.control(kernel.SET_NO_NEW_PRIVILEGES, 1)
    if prepared.ruleset >= 0:
        landlock.restrict(prepared.ruleset)
    if prepared.code:
        seccomp.restrict(prepared.code)
        number = syscalls.CHECKED["execveat"][[*syscalls.MACHINES].index(os.uname().machine)]
        arguments = (prepared.path, prepared.arguments, prepared.environment, seccomp.EMPTY_PATH)
        kernel.call(number or 0, prepared.descriptor, *arguments)


def _limit_resources(descriptors: int) -> None:
    import resource

    limits = {
        resource.RLIMIT_DATA: DATA,
        resource.RLIMIT_FSIZE: FILE,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: descriptors,
    }
    for what, most in limits.items():
        _, hard = resource.getrlimit(what)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (least, least))
