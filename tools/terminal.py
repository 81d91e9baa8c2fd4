"""Shell commands on a pseudo-terminal: what a person would see of them."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import termios
import threading
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

ROWS = 50
PATIENCE = 300  #: seconds for a script; only one that waits for a person takes so long


class Shown(NamedTuple):
    """How a script ended, and what the terminal was sent, with escape sequences and with lines that end in LF."""

    status: int
    text: str


def shown(script: str, folder: Path, environment: Mapping[str, str], columns: int) -> Shown:
    """Run a script in a folder, on a terminal of this width; it stops at the first command that fails.

    Nobody types: a command that waits for a person is stopped in the end, with subprocess.TimeoutExpired.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, columns, 0, 0))
    sent: list[bytes] = []
    listener = threading.Thread(target=listen, args=(ours, sent))
    listener.start()
    command = ["bash", "-euo", "pipefail", "-c", script]
    run = partial(subprocess.run, stdin=theirs, stdout=theirs, stderr=theirs)
    try:
        status = run(command, cwd=folder, env=environment, timeout=PATIENCE).returncode
    finally:
        os.close(theirs)
        listener.join(PATIENCE)
        os.close(ours)
    return Shown(status, b"".join(sent).replace(b"\r\n", b"\n").decode())


def listen(terminal: int, sent: list[bytes]) -> None:
    """Collect what a terminal is sent, until nobody has it open any more."""
    try:
        while piece := os.read(terminal, 1 << 16):
            sent.append(piece)
    except OSError:  # Linux says so at the end of a terminal
        return
