from __future__ import annotations

from collections.abc import Callable

import pytest

from postrender.config import strict
from postrender.config.strict import Item
from postrender.errors import ConfigError
from postrender.yamledit import nodes


def item(text: str) -> Item:
    root = nodes.compose(text)
    assert root is not None
    return Item(root, "spec.field", "lab.yaml")


def refusal(read: Callable[[Item], object], text: str) -> str:
    with pytest.raises(ConfigError) as raised:
        read(item(text))
    return str(raised.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0),
        ("7", 7),
        ("-7", -7),
        ("-0", 0),
        ("9999999999", 9999999999),
        ("10000000000", None),
        ("007", None),
        ("0o7", None),
        ("0x7", None),
        ("1_000", None),
        ("+7", None),
        ("--7", None),
        ("-", None),
        ("7.0", None),
        ("7e0", None),
        ("1:30", None),
        ("²", None),
        ("'7'", None),
        ("!!int 7", None),
        ("[7]", None),
        ("", None),
    ],
)
def test_whole_numbers_are_those_that_yaml_1_1_and_1_2_agree_on(text: str, expected: int | None) -> None:
    assert strict.whole_number(item(f"- {text}").node.value[0]) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("word", "word"),
        ("several words", "several words"),
        ("'quoted'", "quoted"),
        ('"yes"', "yes"),
        ("''", ""),
        ("|-\n  1e3", "1e3"),
        (">-\n  on\n", "on"),
        ("0.3.1", "0.3.1"),
        ("10.1.1.100", "10.1.1.100"),
        ("2001:db8::1", "2001:db8::1"),
        ("1572Mi", "1572Mi"),
        ("10.1.1.0/24", "10.1.1.0/24"),
        ("ens224", "ens224"),
    ],
)
def test_strings(text: str, expected: str) -> None:
    assert strict.string(item(text)) == expected


NOT_STRINGS = ["yes", "No", "ON", "y", "true", "1", "1.5", "1e3", "0o17", "0x1F", "1_000", "1:30", ".inf", "=", "<<"]


@pytest.mark.parametrize("word", [*NOT_STRINGS, "2020-01-01", "-.INF", "+1", ".5", "12e03", "-_1", "0_x1"])
def test_words_that_some_reader_takes_for_another_type_want_quotes(word: str) -> None:
    said = refusal(strict.string, word)
    assert said == f'lab.yaml:1:1: spec.field: must be a string; quote it: "{word}"'


@pytest.mark.parametrize("word", ["~", "null", "Null", "NULL"])
def test_a_null_is_no_string(word: str) -> None:
    said = refusal(strict.string, word)
    assert said == "lab.yaml:1:1: spec.field: must be a string, not empty; set it, or remove the key"


def test_text_is_not_empty() -> None:
    assert strict.text(item("a")) == "a"
    assert refusal(strict.text, "''") == "lab.yaml:1:1: spec.field: must not be empty"


def test_integers_have_both_ends() -> None:
    read = strict.integer(1, 3)
    assert [read(item(text)) for text in "123"] == [1, 2, 3]
    for text in ("0", "4", "-1"):
        assert refusal(read, text) == f"lab.yaml:1:1: spec.field: must be a whole number from 1 to 3, not {text}"


@pytest.mark.parametrize(("text", "expected"), [("true", True), ("false", False)])
def test_booleans(text: str, expected: bool) -> None:
    assert strict.boolean(item(text)) is expected


@pytest.mark.parametrize("word", ["True", "FALSE", "yes", "on", "1", "'true'", "[]", "{}", "~"])
def test_other_spellings_of_a_boolean(word: str) -> None:
    assert refusal(strict.boolean, word).startswith("lab.yaml:1:1: spec.field: must be true or false, not ")


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("blue", "must be red or green or blue, not blue"),
        ("gren", "must be red or green, not gren; did you mean green?"),
        ("xyz", "must be red or green, not xyz; use one of red, green"),
    ],
)
def test_one_of(word: str, said: str) -> None:
    choices = ("red", "green", "blue") if word == "blue" else ("red", "green")
    if word in choices:
        assert strict.one_of(item(word), choices) == word
    else:
        assert refusal(lambda found: strict.one_of(found, choices), word) == f"lab.yaml:1:1: spec.field: {said}"


def test_one_of_one_has_nothing_to_suggest() -> None:
    assert refusal(lambda found: strict.one_of(found, ("red",)), "xyz").endswith(": must be red, not xyz")


def test_members_know_their_paths_and_places() -> None:
    found = strict.members(item("a: 1\nb:\n  c: 2\n"), ("a", "b", "d"))
    assert {key: (value.path, value.node.start_mark.line) for key, value in found.items()} == {
        "a": ("spec.field.a", 0),
        "b": ("spec.field.b", 2),
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{networks: 1, network: 2}", "lab.yaml:1:15: spec.field.network: unknown field; did you mean networks?"),
        ("{zzz: 1}", "lab.yaml:1:2: spec.field.zzz: unknown field; use one of networks, tmm"),
        ("{tmm: 1, networks: 2, 'tmm': 3}", "lab.yaml:1:23: spec.field.tmm: is listed twice; remove one of them"),
        ("{tmm: 1}", "lab.yaml:1:1: spec.field: networks is missing"),
        ("{[a]: 1}", "lab.yaml:1:1: spec.field: must have strings as keys"),
        ("[networks]", "lab.yaml:1:1: spec.field: must be a map, not a list"),
        ("networks", "lab.yaml:1:1: spec.field: must be a map, not networks"),
        ("~", "lab.yaml:1:1: spec.field: must be a map, not empty; set it, or remove the key"),
    ],
)
def test_members_that_are_refused(text: str, said: str) -> None:
    assert refusal(lambda found: strict.members(found, ("networks", "tmm"), ("networks",)), text) == said


def test_entries_know_their_paths() -> None:
    assert [entry.path for entry in strict.entries(item("- a\n- b\n"))] == ["spec.field[0]", "spec.field[1]"]
    assert refusal(strict.entries, "a: b").endswith("spec.field: must be a list, not a map")


def test_a_record_has_names_of_its_own() -> None:
    readers: strict.Readers = {"maxCount": ("max_count", strict.integer(0, 9)), "name": ("name", strict.string)}
    assert strict.record(item("{name: a, maxCount: 3}"), readers) == {"max_count": 3, "name": "a"}
    assert strict.record(item("{name: a}"), readers) == {"name": "a"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: &x {b: c}\nd: *x\n", "lab.yaml:1:4: .*alias"),
        ("- &x a\n- *x\n", "lab.yaml:1:3: .*alias"),
        ("a: &x {b: c}\nd:\n  <<: *x\n", "lab.yaml:1:4: .*alias"),
        ("&x a: *x\n", "lab.yaml:1:1: .*alias"),
        ("a: !!str b\n", "lab.yaml:1:4: .*the tag tag:yaml.org,2002:str is not allowed"),
        ("!x a: b\n", "lab.yaml:1:1: .*the tag !x is not allowed"),
        ("a: [!x {}]\n", "lab.yaml:1:5: .*the tag !x is not allowed"),
    ],
)
def test_aliases_and_tags(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        strict.refuse_aliases_and_tags(item(text))


def test_an_anchor_that_nobody_uses_is_no_harm() -> None:
    strict.refuse_aliases_and_tags(item("a: &x {b: [c]}\n"))
    assert strict.members(item("a: &x b"), ("a",))["a"].node.value == "b"
