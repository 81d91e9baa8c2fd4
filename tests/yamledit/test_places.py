"""The line and the column of a byte, as a count from the start of the stream gives them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postrender.yamledit import places


@given(data=st.text("a\r\nü", max_size=40), step=st.integers(1, 7), at=st.integers(0, 40))
def test_the_line_and_the_column_of_a_byte(data: str, step: int, at: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(places, "STEP", step)
        places._lines_above.cache_clear()
        text = data[:at]
        lines = f"{text}x".splitlines()
        encoded, offset = data.encode(), len(text.encode())
        cut = text.endswith("\r") and data[at : at + 1] == "\n"  # between the two bytes of one break
        if not cut:
            assert places.line_of(encoded, offset) == len(lines) - 1
            assert places.column_of(encoded, offset) == len(lines[-1]) - 1
    places._lines_above.cache_clear()


def test_the_places_of_many_documents_take_one_pass() -> None:
    data = b"a\n" * 200_000
    assert [places.line_of(data, at) for at in (0, 2, 131_072, 131_074, 400_000)] == [0, 1, 65_536, 65_537, 200_000]
    assert places._lines_above.cache_info().currsize >= 1
