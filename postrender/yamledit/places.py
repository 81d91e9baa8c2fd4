"""Finds the line and the column of a byte in a stream.

The module is loaded only for messages and findings, because a conversion itself counts no lines.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import accumulate

STEP = 1 << 16  #: line numbers are counted in advance for every multiple of this number of bytes


def line_of(data: bytes, offset: int) -> int:
    """Return the line number (from 0) of the byte at an offset; lines end at CR LF, LF or CR."""
    number = offset // STEP
    return _lines_above(data)[number] + _ends(data, number * STEP, offset)


@lru_cache(maxsize=4)  # a bytes object computes its hash only once, so this is fast
def _lines_above(data: bytes) -> tuple[int, ...]:
    """Return the line number at every multiple of STEP, so that finding many places needs one pass over the data."""
    starts = range(0, len(data) + STEP, STEP)
    return tuple(accumulate((_ends(data, start, start + STEP) for start in starts), initial=0))


def _ends(data: bytes, start: int, end: int) -> int:
    """Return the number of line ends between two offsets; a CR LF counts once, at its CR."""
    pairs = data.count(b"\r\n", max(start - 1, 0), end)
    return data.count(b"\n", start, end) + data.count(b"\r", start, end) - pairs


def column_of(data: bytes, offset: int) -> int:
    """Return the column (from 0) of the byte at an offset, counted in characters, as the parser does."""
    above = data.rfind(b"\n", 0, offset) + 1
    start = max(above, data.rfind(b"\r", above, offset) + 1)
    return len(data[start:offset].decode(errors="replace"))
