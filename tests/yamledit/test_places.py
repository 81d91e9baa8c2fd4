"""Test the line and column of a byte by comparing them with a count from the start of the stream."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postrender.yamledit import places

PATTERNS = ("a\n", "a\r\n", "a\r", "\r\n", "ab\r\nc\n\rd", "ü\r\n", "\n\r\n\r")


def require_counted(text: str, at: int) -> None:
    """Compare the position of a character with a count, unless it is inside a two-character line break."""
    above = text[:at]
    if above.endswith("\r") and text[at : at + 1] == "\n":
        return
    lines = f"{above}x".replace("\r\n", "\n").replace("\r", "\n").split("\n")
    data, offset = text.encode(), len(above.encode())
    assert (places.line_of(data, offset), places.column_of(data, offset)) == (len(lines) - 1, len(lines[-1]) - 1)


@given(text=st.text("a\r\nü", max_size=40), at=st.integers(0, 40))
def test_the_line_and_the_column_of_a_byte(text: str, at: int) -> None:
    require_counted(text, at)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_lines_are_counted_across_the_places_that_are_counted_in_advance(pattern: str) -> None:
    text = pattern * (3 * places.STEP // len(pattern))
    for number in (1, 2):
        for at in range(number * places.STEP - 4, number * places.STEP + 5):
            require_counted(text, min(at, len(text)))
