"""A check for verbs that run as a post-renderer by mistake: Helm 3 would use their output as the release."""

from __future__ import annotations

import os
import stat

MOST = 1 << 16  #: the maximum number of bytes that are examined: the capacity of a pipe
NONBLOCK = 2  #: SPLICE_F_NONBLOCK. Source: Linux, splice(2)
SIGN = b"apiVersion:"


def refuse_manifests(verb: str, advice: str = "") -> None:
    """Raise UsageError if standard input contains manifests: the verb's output would replace them in a release."""
    from postrender.errors import UsageError

    if hold_manifests():
        advice = advice or f"run it by itself, or remove {verb} from the arguments of the post-renderer"
        raise UsageError(f"{verb} does not read the manifests on standard input; {advice}")


def refuse_helm(word: str) -> None:
    """Raise UsageError if Helm started this program, because Helm expects manifests. Helm is detected only on Linux."""
    from postrender.errors import UsageError

    try:
        with open(f"/proc/{os.getppid()}/comm", "rb") as file:
            parent = file.read()
    except OSError:
        return
    if parent == b"helm\n":
        raise UsageError(f"Helm uses the output as the release; remove {word} from --post-renderer-args")


def hold_manifests() -> bool:
    """Report whether standard input is a pipe or a file that contains manifests.

    The input stays unread, because it may belong to a shell loop around this program.
    """
    try:
        mode = os.fstat(0).st_mode
        return (stat.S_ISFIFO(mode) and SIGN in _in_pipe()) or (stat.S_ISREG(mode) and SIGN in _in_file())
    except (OSError, AttributeError):  # standard input is closed, or the system has no tee
        return False


def _in_file() -> bytes:
    """Return the beginning of the file on standard input; nothing if another program has begun to read the file."""
    return os.pread(0, MOST, 0) if os.lseek(0, 0, os.SEEK_CUR) == 0 else b""


def _in_pipe() -> bytes:
    """Return the data in the pipe without consuming it."""
    import ctypes
    import fcntl
    import termios

    held = int.from_bytes(fcntl.ioctl(0, termios.FIONREAD, b"\0" * 4), "little")
    if not held:
        return b""
    reader, writer = os.pipe()
    try:
        copied = ctypes.CDLL(None).tee(0, writer, min(held, MOST), NONBLOCK)
        return os.read(reader, copied) if copied > 0 else b""
    finally:
        os.close(reader)
        os.close(writer)
