"""Files on disk: bounded reading, atomic writing, and the files that are shipped with the program."""

from __future__ import annotations

import os
import stat

from postrender.errors import InputError, Place

CHUNK = 1 << 16  #: the number of bytes to read at once
PACKAGE = os.path.dirname(os.path.abspath(__file__))


class Exceeded(Exception):
    """A file has more bytes than the caller allows."""


def read(path: str, most: int) -> bytes:
    """Return the content of a file; raise OSError if it cannot be read, Exceeded if it has more than `most` bytes.

    The size of a pipe is not known in advance, so at most one byte beyond `most` is read.
    """
    pieces, left = [], most + 1
    with open(path, "rb") as file:
        while left and (piece := file.read(min(left, CHUNK))):
            pieces.append(piece)
            left -= len(piece)
    if not left:
        raise Exceeded
    return b"".join(pieces)


def shipped_folder(name: str) -> str:
    """Return the path of a shipped folder: next to the package in a checkout, inside the package in a wheel."""
    inside = os.path.join(PACKAGE, name)
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(PACKAGE), name)


def read_shipped(name: str, file: str) -> bytes:
    """Return the content of a file in a shipped folder."""
    with open(os.path.join(shipped_folder(name), file), "rb") as shipped:
        return shipped.read()


def write(path: str, data: bytes) -> None:
    """Write a file under a temporary name, then rename it; on failure, raise OSError and leave no file behind."""
    _put(path, data, None)


def replace(path: str, data: bytes) -> None:
    """Replace the content of an existing file, but keep its owner, group and mode. Symbolic links are followed.

    Raises InputError and leaves the file unchanged if this fails, for example because only root may set the owner.
    """
    real = os.path.realpath(path)
    try:
        like = os.stat(real)
        if not stat.S_ISREG(like.st_mode):
            raise InputError("cannot be replaced: it is not a regular file", Place(path))
        _put(real, data, like)
    except OSError as error:
        raise InputError(f"cannot be replaced: {error.strerror}; the file was not changed", Place(path)) from None


def _put(path: str, data: bytes, like: os.stat_result | None) -> None:
    """Write a temporary file in the same folder, then rename it to `path`. No partial file remains.

    A symbolic link at `path` is replaced, not followed.
    """
    partial = os.path.join(os.path.dirname(path), f".spk-macvlan-{os.urandom(8).hex()}")
    # Other users must never be able to read a private file, not even before its mode is set.
    file = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666 if like is None else 0o600)
    try:
        with open(file, "wb") as opened:
            opened.write(data)
            opened.flush()
            if like is not None:
                _make_alike(file, like)
        os.replace(partial, path)
    except BaseException:
        os.unlink(partial)
        raise


def _make_alike(file: int, like: os.stat_result) -> None:
    """Give a file the owner and the mode of another file.

    The mode is set last: the kernel clears set-user-ID and set-group-ID when a file is written or its owner changes.
    """
    made = os.fstat(file)
    if (made.st_uid, made.st_gid) != (like.st_uid, like.st_gid):
        try:
            os.fchown(file, like.st_uid, like.st_gid)
        except PermissionError as error:
            raise PermissionError(error.errno, "this user may not set its owner and group") from None
    os.fchmod(file, like.st_mode & 0o7777)
