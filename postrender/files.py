"""Writing files whole: no reader ever sees a part of one."""

from __future__ import annotations

import os


def write(path: str, data: bytes) -> None:
    """Write a file under another name first, then put it in its place; raise OSError, with nothing left behind."""
    folder, name = os.path.split(path)
    partial = os.path.join(folder, f".{name}.{os.getpid()}")
    try:
        with open(partial, "wb") as file:
            file.write(data)
        os.replace(partial, path)
    except OSError:
        if os.path.exists(partial):
            os.unlink(partial)
        raise
