"""Test values in messages: the user can recognize them, and they are left out if others can read the message, too."""

from __future__ import annotations

import pytest

from postrender.errors import VALUE, InputError, Place, WithoutValues, brief, dotted, full_name
from postrender.kubernetes import title

FUNCTIONS = (brief, full_name)


def test_a_message_repeats_the_value() -> None:
    assert str(InputError(f"is {brief('s3cr3t')} and must be a map")) == "is s3cr3t and must be a map"


def test_a_message_can_do_without_values_and_names() -> None:
    with WithoutValues():
        sentence = f"{title('Service', 'a', 'b')} has {brief('c')}; fix it"
        failure = InputError(sentence, Place("<stdin>", 3, 1, dotted(("spec", "d"))))
    assert str(failure) == "<stdin>:3:1: …: … …/… has …; fix it"


def test_afterwards_messages_have_values_again() -> None:
    with WithoutValues(), WithoutValues():
        assert brief("a") == "…"
    assert brief("a") == "a"


def test_a_long_value_is_cut() -> None:
    assert brief("x" * 1000) == "x" * VALUE + "…"


@pytest.mark.parametrize("hiding", [False, True])
def test_an_empty_value_is_nothing(hiding: bool) -> None:
    with WithoutValues() if hiding else pytest.MonkeyPatch.context():
        assert not brief("")


def test_a_value_has_no_line_breaks() -> None:
    assert brief("a\nb").isprintable()
