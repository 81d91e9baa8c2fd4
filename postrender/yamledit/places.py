"""Finds the line and the column of a byte in a stream.

Loaded only for messages and findings, because a conversion counts no lines.
"""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=64)  # fast: bytes compute their hash only once
def line_of(data: bytes, offset: int) -> int:
    """Return the line (from 0) of a byte; lines end at CR LF, LF or CR.

    Many findings are about the same few documents, so the result for each offset is cached.
    """
    return data.count(b"\n", 0, offset) + data.count(b"\r", 0, offset) - data.count(b"\r\n", 0, offset)


def column_of(data: bytes, offset: int) -> int:
    """Return the column (from 0) of a byte, in characters, as the parser counts it."""
    start = max(data.rfind(b"\n", 0, offset), data.rfind(b"\r", 0, offset)) + 1
    return len(data[start:offset].decode(errors="replace"))
