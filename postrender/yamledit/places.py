"""Finds the line of a byte in a stream. Loaded only for messages and findings, because a conversion counts no lines."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=64)  # fast: bytes compute their hash only once
def line_of(data: bytes, offset: int) -> int:
    """Return the line (from 0) of a byte; lines end at CR LF, LF or CR.

    Many findings are about the same few documents, so the result for each offset is cached.
    """
    return data.count(b"\n", 0, offset) + data.count(b"\r", 0, offset) - data.count(b"\r\n", 0, offset)
