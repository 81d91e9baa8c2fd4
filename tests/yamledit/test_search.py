from __future__ import annotations

import pytest

from postrender.yamledit import search, stream

FIRST, SECOND, THIRD = b"---\nkind: A\n", b"---\nkind: B\n", b"---\nkind: A\nname: B\n"


def holding(data: bytes, *words: str) -> list[int]:
    return [document.number for document in search.holding(stream.read(data), *words)]


def starts(data: bytes) -> list[int]:
    return [document.start for document in stream.split(data)]


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        pytest.param((), [0, 1, 2], id="no-words"),
        pytest.param(("C",), [], id="in-none"),
        pytest.param(("b",), [], id="another-case"),
        pytest.param(("A",), [0, 2], id="in-some"),
        pytest.param(("kind",), [0, 1, 2], id="in-all"),
        pytest.param(("A", "B"), [2], id="both"),
        pytest.param(("B", "A", "name"), [2], id="three"),
        pytest.param(("A", "C"), [], id="one-of-two"),
    ],
)
def test_which_documents_hold_every_word(words: tuple[str, ...], numbers: list[int]) -> None:
    assert holding(FIRST + SECOND + THIRD, *words) == numbers


@pytest.mark.parametrize("words", [("C",), ("A", "C")])
def test_an_escape_could_spell_any_word(words: tuple[str, ...]) -> None:
    assert holding(FIRST + b'---\na: "\\x43"\n' + THIRD, *words) == [1]


def test_found_and_escaped_ones_come_in_the_order_of_the_stream() -> None:
    escaped = b'---\na: "\\u0043"\n'
    assert holding(escaped + FIRST + escaped + SECOND + FIRST, "A") == [0, 1, 2, 4]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"a: b\n", id="no-backslash"),
        pytest.param(b'a: "\\n\\t\\\\\\""\n', id="other-escapes"),
        pytest.param(b'a: "\\\\x41"\n', id="a-backslash-escaped"),
        pytest.param(b"a: C:\\dir\\X\n", id="a-path"),
        pytest.param(b"a: b\\", id="at-the-very-end"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_what_spells_no_letter(text: bytes) -> None:
    assert search.with_escapes(text, [0]) == set()


@pytest.mark.parametrize("escape", ["x41", "u0041", "U00000041", "\n  b", "\r\n  b", "\rb"], ids=repr)
@pytest.mark.parametrize("before", ["", "\\\\", "\\n"], ids=repr)
def test_what_could_spell_a_letter(escape: str, before: str) -> None:
    assert search.with_escapes(f'a: "{before}\\{escape}"\n'.encode(), [0]) == {0}


@pytest.mark.parametrize(
    ("data", "found"),
    [
        pytest.param(b'\\x---\n"\\x" "\\x"\n---\na\n---\n\\u\n', {0, 2}, id="first-and-last"),
        pytest.param(b'---\n\\n \\x\n---\n"\\\\" \\x\n---\na: \\t\n', {0, 1}, id="behind-other-escapes"),
        pytest.param(b"---\na: \\\n---\nb\n", {0}, id="last-byte-but-one-of-a-document"),
    ],
)
def test_each_document_with_an_escape_is_found_once(data: bytes, found: set[int]) -> None:
    offsets = [0, *(at + 1 for at in range(len(data)) if data.startswith(b"\n---", at))]
    assert search.with_escapes(data, offsets) == found


@pytest.mark.parametrize(
    ("needle", "found"),
    [
        pytest.param(b"---", [0, 1, 2], id="at-the-start-of-each"),
        pytest.param(b"A\n", [0, 2], id="first-and-last"),
        pytest.param(b"B\n", [1, 2], id="at-the-very-end"),
        pytest.param(b"name", [2], id="last"),
        pytest.param(b"C", [], id="none"),
    ],
)
def test_each_document_that_holds_a_needle_is_found_once(needle: bytes, found: list[int]) -> None:
    data = FIRST + SECOND + THIRD
    assert [*search.indexes(data, starts(data), needle)] == found
