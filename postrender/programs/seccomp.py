"""Limits the system calls of a program with the kernel's seccomp, which needs no privilege (since Linux 4.14).

Only known calls are allowed: files, memory, time, threads, and sockets if the caller allows the network. Any other call
fails as if the kernel did not have it. So the program can start no other program and no process of its own, and
reaches other processes neither by signals nor by shared memory, sockets, namespaces or tracing. Source: Linux,
Documentation/userspace-api/seccomp_filter.rst.
"""

from __future__ import annotations

import os
import sys

from postrender.programs import kernel
from postrender.programs.syscalls import CHECKED, FILES, MACHINES, MEMORY_AND_TIME, NETWORK
from postrender.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

GET_STATE, SET_FILTER, FILTER_MODE = 21, 22, 2  #: operations of prctl, and a mode of the second one
ALLOW, KILL, ERROR = 0x7FFF0000, 0x80000000, 0x00050000  #: what the filter answers; ERROR includes a number of errno
NO_SUCH_CALL, NOT_PERMITTED = 38, 1  #: ENOSYS, EPERM
LOAD, MASK, EQUAL, ANSWER = 0x20, 0x54, 0x15, 0x06  #: instructions: BPF_LD, BPF_ALU|AND, BPF_JMP|JEQ, BPF_RET
NUMBER, MACHINE, ARGUMENTS = 0, 4, 16  #: where a call's data has its number, its machine, and its arguments
LOW = 0xFFFFFFFF  #: the lower half of an argument
EMPTY_PATH = 0x1000  #: a flag of execveat: the descriptor is the program
THREAD = 0x00010000  #: a flag of clone
#: The flags of clone that matter: a thread, and no namespace (time, mount, control group, UTS, IPC, user, PID or net).
THREAD_ALONE = THREAD | 0x80 | 0x20000 | 0x2000000 | 0x4000000 | 0x8000000 | 0x10000000 | 0x20000000 | 0x40000000
#: Values that an argument may have: of fcntl (copies of a descriptor, flags, locks, sizes of pipes), of ioctl
#: (questions about a terminal, and whether to block), of prctl (names of threads and of memory), and the signal by
#: which Go interrupts its own threads.
FCNTL = (0, 1, 2, 3, 4, 5, 6, 7, 36, 37, 38, 1030, 1031, 1032)
IOCTL = (0x5401, 0x5413, 0x541B, 0x5421)
PRCTL = (15, 16, 0x53564D41)
URGENT = 23
INTERNET = (2, 10)  #: kinds of sockets: IPv4 and IPv6


class Start(NamedTuple):
    """The only program that may be started: its open descriptor, and the address of the empty path beside it."""

    descriptor: int
    address: int


class _Allowed(NamedTuple):
    """An argument of a call, counted from 0, and the values that it may have after masking."""

    argument: int
    values: tuple[int, ...]
    mask: int = LOW


def is_available() -> bool:
    """Report whether this kernel can filter system calls, and this module knows the machine."""
    if sys.platform != "linux" or os.uname().machine not in MACHINES or sys.maxsize < LOW:
        return False
    try:
        kernel.control(GET_STATE)
    except OSError:
        return False
    return True


def program(start: Start, *, network: bool) -> bytes:
    """Return the filter, as the kernel reads it: eight bytes for each instruction."""
    which = [*MACHINES].index(os.uname().machine)
    tables = (FILES, MEMORY_AND_TIME, *([NETWORK] if network else []))
    plain = sorted({numbers[which] for table in tables for numbers in table.values()} - {None})  # type: ignore[type-var]
    checked = {CHECKED[name][which]: arguments for name, arguments in _arguments(start).items()}
    if network:
        (socket,) = (numbers[which] for name, numbers in NETWORK.items() if name == "socket")
        plain.remove(socket)
        checked[socket] = (_Allowed(0, INTERNET),)
    code = [_instruction(LOAD, MACHINE), _instruction(EQUAL, [*MACHINES.values()][which], 1, 0)]
    code += [_instruction(ANSWER, KILL), _instruction(LOAD, NUMBER)]
    for number in plain:
        code += [_instruction(EQUAL, number or 0, 0, 1), _instruction(ANSWER, ALLOW)]
    for number, allowed in checked.items():
        body = [*_checks(allowed)]
        code += [_instruction(EQUAL, number or 0, 0, len(body)), *body]
    return b"".join([*code, _instruction(ANSWER, ERROR | NO_SUCH_CALL)])


def _arguments(start: Start) -> dict[str, tuple[_Allowed, ...]]:
    """Return what the arguments of each checked call must be."""
    empty, high = _Allowed(1, (start.address & LOW,)), start.address >> 32
    return {
        "ioctl": (_Allowed(1, IOCTL),),
        "fcntl": (_Allowed(1, FCNTL),),
        "prctl": (_Allowed(0, PRCTL),),
        "prlimit64": (_Allowed(0, (0,)), _Allowed(2, (0,)), _high(2, 0)),  # the program's own limits, without new ones
        "clone": (_Allowed(0, (THREAD,), THREAD_ALONE),),
        "tgkill": (_Allowed(2, (URGENT,)),),
        "execveat": (_Allowed(0, (start.descriptor,)), empty, _high(1, high), _Allowed(4, (EMPTY_PATH,))),
    }


def _high(argument: int, value: int) -> _Allowed:
    """Return the check of the upper half of an argument, which follows the lower half."""
    return _Allowed(argument, (value,), 0)


def _checks(allowed: Sequence[_Allowed]) -> Iterator[bytes]:
    """Yield the instructions that follow a call's number: allow the call if each argument has one of its values."""
    code: list[bytes] = [_instruction(ANSWER, ALLOW)]
    refusal = _instruction(ANSWER, ERROR | NOT_PERMITTED)
    for check in reversed(allowed):
        compare: list[bytes] = []
        for place, value in enumerate(reversed(check.values)):
            compare.insert(0, _instruction(EQUAL, value, place + 1, 0))
        load = [_instruction(LOAD, ARGUMENTS + 8 * check.argument + (0 if check.mask else 4))]
        mask = [_instruction(MASK, check.mask)] if check.mask not in (0, LOW) else []
        code = [*load, *mask, *compare, refusal, *code]
    yield from code


def _instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    """Return an instruction: its code, how many instructions to skip if a comparison holds or not, and its value."""
    return code.to_bytes(2, sys.byteorder) + bytes((if_true, if_false)) + value.to_bytes(4, sys.byteorder)


def restrict(code: bytes) -> None:
    """Limit this process permanently to the calls that a filter allows. Needs SET_NO_NEW_PRIVILEGES."""
    import ctypes

    held = ctypes.create_string_buffer(code, len(code))
    header = (len(code) // 8).to_bytes(8, sys.byteorder) + ctypes.addressof(held).to_bytes(8, sys.byteorder)
    kernel.control(SET_FILTER, FILTER_MODE, header)
