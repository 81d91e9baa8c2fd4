"""Run the program on a terminal, and return exactly the bytes that the terminal receives."""

from __future__ import annotations

import os
import pty
import subprocess
import tempfile
import threading
from collections.abc import Callable
from typing import Any

from tests.patience import HANG
from tools.terminal import listen

Program = Callable[..., subprocess.CompletedProcess[bytes]]
BOTH = ("stdout", "stderr")


def shown(program: Program, *words: str, data: bytes = b"", outputs: tuple[str, ...] = BOTH, **settings: Any) -> bytes:
    """Run the program with a terminal as these outputs and pipes as the others; return what the terminal receives."""
    ours, theirs = pty.openpty()
    sent: list[bytes] = []
    listener = threading.Thread(target=listen, args=(ours, sent))
    listener.start()
    ends = {name: theirs if name in outputs else subprocess.PIPE for name in BOTH}
    with tempfile.TemporaryFile() as source:  # a pipe would block if the program does not read it
        source.write(data)
        source.seek(0)
        program(*words, stdin=source, capture_output=False, **ends, **settings)
    os.close(theirs)
    listener.join(HANG)
    os.close(ours)
    return b"".join(sent).replace(b"\r\n", b"\n")
