"""A progress line for long runs. Loaded only if standard error is a terminal."""

from __future__ import annotations

import os
import time

FIRST = 1.0  #: seconds before the line appears; most runs are shorter
NEXT = 0.2  #: seconds between two updates
CLEAR = "\r\x1b[K"


class Line:
    """The progress line. Other code must clear the line before writing to the terminal."""

    def __init__(self) -> None:
        self._due = time.monotonic() + FIRST
        self._is_shown = False

    def show(self, what: str) -> None:
        """Update the line, unless it was updated a moment ago."""
        now = time.monotonic()
        if now >= self._due:
            self._due = now + NEXT
            self._is_shown = True
            _write(f"{CLEAR}spk-macvlan: {what}")

    def documents(self, done: int, total: int) -> None:
        """Show how many documents have been read."""
        self.show(f"{done:,} of {total:,} documents")

    def clear(self) -> None:
        """Erase the line, if there is one."""
        if self._is_shown:
            self._is_shown = False
            _write(CLEAR)


line = Line()  #: the only progress line, because a process has one standard error


def _write(text: str) -> None:
    try:
        os.write(2, text.encode())
    except OSError:
        return
