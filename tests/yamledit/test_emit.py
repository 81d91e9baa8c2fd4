from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from postrender.yamledit import emit, nodes

#: Texts that some reader does not take for a string, and texts that cannot start or end a plain scalar.
TREACHEROUS = [
    *("", " ", "  ", " a", "a ", "\n", "a\n", "\na", "a\n\nb", "\t", "a\tb", "\r", "a\r\nb"),
    *("y", "Y", "n", "N", "yes", "Yes", "YES", "no", "on", "On", "off", "OFF", "true", "True", "FALSE", "yEs"),
    *("null", "Null", "NULL", "~", "<<", "=", ".", "-", "+", "?", ":", ",", "#", "..", "...", "---", "--", "- a"),
    *("0", "1", "-1", "+1", "007", "08", "0o17", "0O17", "0x1F", "0b101", "1_000", "0_1", "1.", ".5", "1.10", "-.5"),
    *("1e3", "1E3", "1e", "e1", "1.5e-3", "1.5E+3", ".inf", "-.INF", "+.Inf", ".nan", ".NaN", "NaN", "inf", "_", "_1"),
    *("1:30", "1:30:59", "190:20:30.15", "2001-12-14", "2001-12-14t21:59:43.10-05:00", "2001-1-1", "12:00"),
    *("0.3.1", "10.1.1.100", "2001:db8::1", "::1", "::", "1572Mi", "3Gi", "500m", "default/a,default/b@net1"),
    *("a: b", "a:", ":a", "a #b", "a# b", "#a", "{a}", "[a]", "{}", "[]", "a, b", "'a'", '"a"', "'", '"', "''", '""'),
    *("@a", "`a`", "%a", "!a", "!!str a", "&a", "*a", "|", ">", "|+", "\\", "\\n", "a\\", "it's", 'say "a"', "'\""),
    *(
        "é",
        "ß",
        "\u00a0",
        "\x85",
        "\x7f",
        "\x00",
        "\x07",
        "\x1b",
        "\x80",
        "\x9f",
        "\u2028",
        "\u2029",
        "\ufeff",
        "\ufeffa",
    ),
    *("\u200b", "\ufffd", "\ufffe", "\uffff", "😀", "a😀b", "\U0001d11e", "\U000e0001", "\U0010ffff", "日本"),
    *('{"cniVersion": "0.3.1", "ipam": {}}', "a" * 200, "word " * 40, "a  b", "TRUE", "0.0.0.0/0", "a\u2028b"),
]
STRINGS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(TREACHEROUS)
NUMBERS = st.integers(-(10**20), 10**20) | st.floats(allow_nan=False, allow_infinity=False)
SCALARS = st.none() | st.booleans() | NUMBERS | STRINGS
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(STRINGS, inner, max_size=3), max_leaves=8
)
COLLECTIONS = VALUES.filter(lambda value: isinstance(value, dict | list) and bool(value))


def read_1_1(text: str) -> Any:
    return yaml.load(text, Loader=yaml.SafeLoader)


def read_1_2(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(text)


def read_by_libyaml(text: str) -> Any:
    return yaml.load(text, Loader=yaml.CSafeLoader)


READERS = [read_1_1, read_1_2, read_by_libyaml]


def assert_reads(text: str, value: Any) -> None:
    """Require that every reader returns this value with the same types: 1 is neither True nor 1.0."""
    for reader in READERS:
        assert repr(reader(text)) == repr(value), reader.__name__


@pytest.mark.parametrize("string", TREACHEROUS, ids=ascii)
def test_a_treacherous_string_is_read_back_everywhere(string: str) -> None:
    assert_reads(f"a: {emit.scalar(string)}\n", {"a": string})
    assert_reads(f"{emit.scalar(string)}: a\n", {string: "a"})
    assert_reads(f"- {emit.scalar(string)} # b\n", [string])
    assert_reads(f"{{a: {emit.flow(string)}}}\n", {"a": string})


@given(STRINGS)
def test_any_string_is_read_back_everywhere(string: str) -> None:
    assert_reads(f"a: {emit.scalar(string)}\n", {"a": string})
    assert_reads(f"[{emit.flow(string)}]\n", [string])


@given(STRINGS)
def test_a_quoted_string_is_json(string: str) -> None:
    assert json.loads(emit.quote(string)) == string


@given(STRINGS)
def test_a_scalar_is_one_line_of_printable_text(string: str) -> None:
    written = emit.scalar(string)
    assert written.splitlines() == [written]
    assert not any(ord(char) < ord(" ") for char in written)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("f5-tmm", "f5-tmm"),
        ("TRUE", '"TRUE"'),
        ("1500", '"1500"'),
        ("net-1", "net-1"),
        ("1572Mi", '"1572Mi"'),
        ("default/a,default/b", '"default/a,default/b"'),
        ("k8s.v1.cni.cncf.io/networks", "k8s.v1.cni.cncf.io/networks"),
        ('{"a": {}}', """'{"a": {}}'"""),
        ('it\'s "a"', '"it\'s \\"a\\""'),
        ("é", '"é"'),
        ("a\tb", '"a\\tb"'),
        ("\x85", '"\\u0085"'),
        ("😀", '"😀"'),
        (1, "1"),
        (True, "true"),
        (None, "null"),
        (1.5, "1.5"),
        (1e20, "1.0e+20"),
        (1e-07, "1.0e-07"),
        (-0.0, "-0.0"),
    ],
    ids=repr,
)
def test_how_a_scalar_is_written(value: object, written: str) -> None:
    assert emit.scalar(value) == written


@given(NUMBERS | st.none() | st.booleans())
@example(1e22)
@example(5e-324)
@example(10**30)
def test_what_is_no_string_keeps_its_type(value: object) -> None:
    assert_reads(f"a: {emit.scalar(value)}\n", {"a": value})
    assert repr(json.loads(emit.flow(value))) == repr(value)


@given(VALUES)
def test_flow_is_json_and_yaml_on_one_line(value: object) -> None:
    written = emit.flow(value)
    assert repr(json.loads(written)) == repr(value)
    assert_reads(f"a: {written}\n", {"a": value})
    assert written.splitlines() == [written]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ({}, "{}"),
        ([], "[]"),
        ({"a": [1, "b"]}, '{"a": [1, "b"]}'),
        ((1, 2), "[1, 2]"),
        ({"a": {"b": {}}}, '{"a": {"b": {}}}'),
    ],
)
def test_how_flow_is_written(value: object, written: str) -> None:
    assert emit.flow(value) == written


@given(value=COLLECTIONS, indent=st.integers(0, 9))
def test_a_block_is_read_back_everywhere(value: Any, indent: int) -> None:
    lines = emit.block(value, indent)
    assert_reads("a:\n" + "".join(f" {line}\n" for line in lines), {"a": value})
    assert all(line.startswith(" " * indent) for line in lines)


@given(key=STRINGS.filter(lambda key: key != "b"), value=VALUES, indent=st.integers(0, 9))
def test_an_entry_is_read_back_beside_others(key: str, value: Any, indent: int) -> None:
    lines = [f"{' ' * indent}b: c", *emit.entry(key, value, indent)]
    assert_reads("\n".join(["a:", *(f" {line}" for line in lines)]), {"a": {"b": "c", key: value}})


@given(value=VALUES, indent=st.integers(0, 9), gap=st.integers(1, 5))
def test_an_item_is_read_back_beside_others(value: Any, indent: int, gap: int) -> None:
    lines = [f"{' ' * indent}-{' ' * gap}b", *emit.item(value, indent, gap)]
    assert_reads("\n".join(["a:", *(f" {line}" for line in lines)]), {"a": ["b", value]})


@pytest.mark.parametrize(
    ("lines", "written"),
    [
        pytest.param(emit.entry("a", "b", 2), ["  a: b"], id="entry"),
        pytest.param(emit.entry("y", {}, 0), ['"y": {}'], id="entry-of-an-empty-map"),
        pytest.param(emit.entry("a", [], 0), ["a: []"], id="entry-of-an-empty-list"),
        pytest.param(emit.entry("a", {"b": 1}, 2), ["  a:", "    b: 1"], id="entry-of-a-map"),
        pytest.param(emit.entry("a", ["b"], 0), ["a:", "  - b"], id="entry-of-a-list"),
        pytest.param(emit.item("b", 2), ["  - b"], id="item"),
        pytest.param(emit.item({"a": 1, "b": 2}, 2), ["  - a: 1", "    b: 2"], id="item-of-a-map"),
        pytest.param(emit.item({"a": 1, "b": 2}, 0, 3), ["-   a: 1", "    b: 2"], id="item-behind-a-wide-dash"),
        pytest.param(emit.item([["a"]], 0), ["- - - a"], id="item-of-lists"),
        pytest.param(emit.item({}, 0), ["- {}"], id="item-of-an-empty-map"),
        pytest.param(emit.item({"a": {"b": [1]}}, 0), ["- a:", "    b:", "      - 1"], id="item-of-nested-ones"),
    ],
)
def test_how_a_block_is_written(lines: list[str], written: list[str]) -> None:
    assert lines == written


# Tests of which plain scalars are strings.

WORDS = st.text("0123456789+-._:eEabfinxXoOyYNTtzZ ~<=truesflp", min_size=1, max_size=8) | st.sampled_from(TREACHEROUS)


def is_plain(text: str) -> bool:
    try:
        node = nodes.get(nodes.compose(f"a: {text}\n"), "a")
    except nodes.Unreadable:
        return False
    return nodes.is_scalar(node) and (node.tag, node.value) == (nodes.PLAIN, text)


PLAIN = WORDS.filter(lambda text: is_plain(text) and "\t" not in text)  # PyYAML's own parser refuses tabs


def is_string(text: str) -> bool:
    """Report whether a plain scalar is a string under YAML 1.1 and 1.2; it is not if a reader refuses it."""
    try:
        return all(reader(f"a: {text}\n") == {"a": text} for reader in READERS)
    except (YAMLError, yaml.YAMLError, ValueError):
        return False


@given(PLAIN)
@example("1.5.")
@example("1:2::3")
@example("-")
@example("-_")
def test_what_counts_as_a_string_is_one_to_every_reader(text: str) -> None:
    if emit.is_string_to_all(text):
        assert is_string(text)


@given(STRINGS | WORDS)
def test_what_needs_no_quotes_is_a_string_to_every_reader(text: str) -> None:
    if emit.needs_no_quotes(text):
        assert is_string(text)
        assert is_plain(text)


@pytest.mark.parametrize(
    "plain",
    [
        *("a", "f5-tmm", "ens224", "default/a", "a,b", "a:b", "a b", "0.3.1", "10.1.1.100", "2001:db8::1", "::1"),
        *("1572Mi", "500m", "1a2g", "-a-g", "+g", ".hidden", "yess", "nullable", "True1", "N/A", "x=", "<<<", "NaN"),
        *("2001-12-14 here", "2001-1-1g", "1:30 h"),
        *("$(POD_IP)", "/tls/qkview", "k8s.v1.cni.cncf.io/networks", "é", "0.0.0.0/0", "Infinity", "e1"),
    ],
)
def test_is_a_string_to_all(plain: str) -> None:
    assert emit.is_string_to_all(plain)
    assert is_string(plain)


@pytest.mark.parametrize(
    "plain",
    [
        *("", "~", "null", "NULL", "y", "Y", "n", "yes", "No", "on", "OFF", "true", "FALSE", "<<", "="),
        *("0", "1", "-1", "+1", "017", "0o17", "0x1F", "0b1", "1_000", "1.5", ".5", "1e3", "1e", "1E+3", "-1e3"),
        *(
            "1:30",
            "1:30:59.5",
            "2001-12-14",
            "2001-12-14t21:59:43.10-05:00",
            "2001-12-14 21:59:43",
            ".inf",
            "-.INF",
            ".NaN",
        ),
        *("tRUE", "oN", "-", "+", ".", "0x", "12:", "-_", "-_1", "0_x1", "-_0o7", "-_.5", "0b-1"),
    ],
)
def test_is_no_string_to_all_or_in_doubt(plain: str) -> None:
    assert not emit.is_string_to_all(plain)


# Tests of comparing a node with a value.


def written(text: str) -> Any:
    return nodes.get(nodes.compose(f"a: {text}\n"), "a")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"TRUE"', "TRUE"),
        ("'TRUE'", "TRUE"),
        ("|-\n  TRUE", "TRUE"),
        ("!!str TRUE", "TRUE"),
        ("f5-tmm", "f5-tmm"),
        ("default/a,default/b", "default/a,default/b"),
        ("1572Mi", "1572Mi"),
        ("1", 1),
        ("1.5", 1.5),
        ("true", True),
        ("null", None),
        ("~", None),
        ("", None),
        ("{a: 1, b: [c]}", {"a": 1, "b": ["c"]}),
        ("\n  a: 1", {"a": 1}),
        ("\n- 1\n- 2", [1, 2]),
        ("{}", {}),
        ("[]", []),
    ],
)
def test_says_it(text: str, value: object) -> None:
    assert emit.says(written(text), value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("TRUE", "TRUE", id="a-bool-to-yaml-1.1"),
        pytest.param("on", "on", id="a-bool-to-yaml-1.1-alone"),
        pytest.param("1", "1", id="a-number"),
        pytest.param("0o17", "0o17", id="a-number-to-yaml-1.2"),
        pytest.param('"1"', 1, id="a-string"),
        pytest.param("0x1", 1, id="a-number-in-another-form"),
        pytest.param("True", True, id="a-bool-in-another-form"),
        pytest.param("1", True, id="one-is-not-true"),
        pytest.param("true", 1, id="true-is-not-one"),
        pytest.param("!!int 1", 1, id="a-tag"),
        pytest.param("!local b", "b", id="a-local-tag"),
        pytest.param("!!binary b", "b", id="a-tag-of-yaml-s-own"),
        pytest.param("!!null b", "b", id="a-tag-that-lies"),
        pytest.param('"null"', None, id="the-word-null"),
        pytest.param('""', None, id="the-empty-string"),
        pytest.param("", "", id="nothing-is-not-the-empty-string"),
        pytest.param('"a "', "a", id="another-text"),
        pytest.param("{b: 1, a: 2}", {"a": 2, "b": 1}, id="another-order"),
        pytest.param("{a: 1, b: 2}", {"a": 1}, id="one-key-more"),
        pytest.param("{a: 1}", {"a": 1, "b": 2}, id="one-key-less"),
        pytest.param("{a: 1, a: 1}", {"a": 1}, id="a-repeated-key"),
        pytest.param("{1: a}", {"1": "a"}, id="a-key-that-is-a-number"),
        pytest.param("{[a]: b}", {"a": "b"}, id="a-key-that-is-a-list"),
        pytest.param("[1, 2]", [2, 1], id="another-order-of-items"),
        pytest.param("[1]", [1, 2], id="one-item-less"),
        pytest.param("[]", {}, id="a-list-is-no-map"),
        pytest.param("{}", [], id="a-map-is-no-list"),
        pytest.param("{}", None, id="a-map-is-not-null"),
        pytest.param("b", ["b"], id="a-scalar-is-no-list"),
        pytest.param("[b]", "b", id="a-list-is-no-scalar"),
    ],
)
def test_says_something_else(text: str, value: object) -> None:
    assert not emit.says(written(text), value)


@pytest.mark.parametrize("indent", [0, 4])
def test_lines_that_people_read_are_a_literal_block(indent: int) -> None:
    margin = " " * indent
    lines = emit.entry("a", emit.Text("# b\n- c: d\n\n  e"), indent)
    assert lines == [f"{margin}a: |-", *(f"{margin}  {line}" for line in ("# b", "- c: d", "", "  e"))]
    assert_reads("\n".join([f"{margin}b: 1", *lines, ""]), {"b": 1, "a": "# b\n- c: d\n\n  e"})


@pytest.mark.parametrize("value", [["a"] * 300, {f"k{number}": "a" for number in range(300)}], ids=["list", "map"])
def test_a_large_collection_says_it(value: Any) -> None:  # CPython reuses one object for each integer up to 256
    assert emit.says(written(emit.flow(value)), value)
    assert not emit.says(written(emit.flow([*value, "a"])), value)


def test_nothing_says_nothing() -> None:
    assert not emit.says(None, None)
    assert not emit.says(None, "a")


@given(VALUES)
def test_what_is_written_says_the_value(value: object) -> None:
    assert emit.says(written(emit.flow(value)), value)
    assert emit.says(nodes.get(nodes.compose("\n".join(emit.entry("a", value, 0))), "a"), value)


@given(said=VALUES, value=VALUES)
def test_only_what_is_the_same_says_it(said: object, value: object) -> None:
    assert emit.says(written(emit.flow(said)), value) is (repr(said) == repr(value))
