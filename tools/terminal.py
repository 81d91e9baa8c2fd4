"""Runs shell commands on a pseudo-terminal, and returns what a person would see."""

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
PATIENCE = 300  #: seconds for a script; only a script that waits for input takes this long


class Shown(NamedTuple):
    """A script's exit status, and its output on the terminal, including escape sequences; lines end in LF."""

    status: int
    text: str


def shown(script: str, folder: Path, environment: Mapping[str, str], columns: int) -> Shown:
    """Run a script in a folder, on a terminal of this width; it stops at the first command that fails.

    The script gets no input. Raises subprocess.TimeoutExpired if it takes too long, usually because it waits for input.
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
    """Collect what is written to a terminal until no program has the terminal open."""
    try:
        while piece := os.read(terminal, 1 << 16):
            sent.append(piece)
    except OSError:  # Linux raises this error at the end of a terminal's output
        return
