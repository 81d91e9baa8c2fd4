"""Test values in messages: the user can recognize them, and they are removed if others can read the message, too."""

from __future__ import annotations

import pytest

from postrender.errors import BEGIN, END, VALUE, InputError, Place, hidden, plain, quoted


def test_a_message_repeats_the_value() -> None:
    assert str(InputError(f"is {quoted('s3cr3t')} and must be a map")) == "is s3cr3t and must be a map"


def test_a_message_can_do_without_its_values() -> None:
    failure = InputError(f"{quoted('a')} is {quoted('b')}; fix it", Place("<stdin>", 3, 1, "spec"))
    assert str(failure.without_values()) == "<stdin>:3:1: spec: … is …; fix it"


def test_a_long_value_is_cut() -> None:
    assert plain(quoted("x" * 1000)) == "x" * VALUE + "…"


def test_an_empty_value_is_nothing() -> None:
    assert not quoted("")


@pytest.mark.parametrize("value", [f"a{END}b", f"a{BEGIN}b", f"{END}{BEGIN}", "a\nb"])
def test_a_value_cannot_end_itself(value: str) -> None:
    assert hidden(f"is {quoted(value)}, not a name") == "is …, not a name"
    assert plain(quoted(value)).isprintable()
