"""A line on a terminal that says how far a long run is. Loaded only where standard error is a terminal."""

from __future__ import annotations

import os
import time

FIRST = 1.0  #: seconds without a word: most runs are over by then
NEXT = 0.2  #: seconds between two words
CLEAR = "\r\x1b[K"

_due = [time.monotonic() + FIRST]
_shown = [False]


def show(what: str) -> None:
    """Show how far it is, in the place of what was shown before; too soon, nothing."""
    now = time.monotonic()
    if now >= _due[0]:
        _due[0] = now + NEXT
        _shown[0] = True
        _write(f"{CLEAR}spk-macvlan: {what}")


def documents(done: int, total: int) -> None:
    """Show how many documents have been read."""
    show(f"{done:,} of {total:,} documents")


def clear() -> None:
    """Take the line away, where there is one; what comes next has the terminal for itself."""
    if _shown[0]:
        _shown[0] = False
        _write(CLEAR)


def _write(text: str) -> None:
    try:
        os.write(2, text.encode())
    except OSError:
        return
