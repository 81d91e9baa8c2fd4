from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from postrender.yamledit import nodes
from postrender.yamledit.nodes import PLAIN, STRING
from tests.patience import HANG, at_most

if TYPE_CHECKING:
    from postrender.yamledit.nodes import Path

MERGING = """\
base: &base {a: 1, b: 2}
more: &more {b: 3, c: 4}
one: {<<: *base, a: 5}
two: {<<: [*base, *more], d: 6}
nested: {<<: {<<: *base, b: 7}}
tagged: {!!merge <<: *base}
quoted: {"<<": *base}
repeated: {a: 8, a: 9, <<: *base}
"""


def value(text: str) -> Any:
    """Return the node under the key `a` of a map."""
    return nodes.get(nodes.compose(text), "a")


def texts(node: Any) -> dict[str, str | None]:
    return {key: nodes.text(nodes.get(node, key)) for key in nodes.keys(node)}


def read(text: str) -> dict[str, dict[str, str]]:
    """Return what an independent loader reads. It merges nested maps as specified, unlike PyYAML 6.0.4."""
    maps = YAML(typ="safe", pure=True).load(text)
    return {name: {key: str(value) for key, value in found.items()} for name, found in maps.items()}


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n", "  \n\n", "\ufeff"])
def test_no_document_is_no_node(text: str) -> None:
    assert nodes.compose(text) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("a: b", "mapping"),
        ("- a", "sequence"),
        ("a", "scalar"),
        ("---", "scalar"),
        ("--- # c\n...\n", "scalar"),
        ("--- {}", "mapping"),
        ("%YAML 1.1\n---\n[]", "sequence"),
    ],
)
def test_a_document_is_its_root_node(text: str, kind: str) -> None:
    root = nodes.compose(text)
    assert root is not None
    assert root.id == kind


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        pytest.param("b", PLAIN, id="plain"),
        pytest.param("1", PLAIN, id="number"),
        pytest.param("yes", PLAIN, id="yaml-1.1-bool"),
        pytest.param("0o17", PLAIN, id="yaml-1.2-octal"),
        pytest.param("", PLAIN, id="empty"),
        pytest.param("'1'", STRING, id="single-quoted"),
        pytest.param('"1"', STRING, id="double-quoted"),
        pytest.param("|\n  1", STRING, id="literal"),
        pytest.param(">\n  1", STRING, id="folded"),
        pytest.param("!!str 1", "tag:yaml.org,2002:str", id="explicit"),
        pytest.param("!!int '1'", "tag:yaml.org,2002:int", id="explicit-number"),
        pytest.param("!local 1", "!local", id="local"),
        pytest.param("{}", "mapping", id="map"),
        pytest.param("[]", "sequence", id="list"),
        pytest.param("!!map {}", "tag:yaml.org,2002:map", id="explicit-map"),
    ],
)
def test_a_tag_tells_only_plain_from_not_plain(written: str, tag: str) -> None:
    assert value(f"a: {written}").tag == tag


@pytest.mark.parametrize(
    ("text", "line", "column", "problem"),
    [
        pytest.param("a: [b\n", 1, 0, "expected ',' or ']'", id="open-flow"),
        pytest.param("a: b\nc: d: e\n", 1, 4, "mapping values are not allowed", id="two-colons"),
        pytest.param("a: 'b\n", 1, 0, "unexpected end of stream", id="open-quote"),
        pytest.param("a:\n\tb: c\n", 1, 0, "cannot start any token", id="tab-as-indentation"),
        pytest.param("a: *b\n", 0, 3, "undefined alias", id="no-such-anchor"),
        pytest.param("a: &x b\nc: &x d\n", 1, 3, "anchor is defined twice", id="reused-anchor"),
        pytest.param("a: b\n---\nc: d\n", 1, 0, "another document", id="second-document"),
        pytest.param("a: !x!y b\n", 0, 3, "undefined tag handle", id="undefined-tag-handle"),
        pytest.param('a: "\\ud83d\\ude00"\n', 0, 6, "invalid Unicode", id="surrogates-that-json-would-take"),
        pytest.param("a: \x07\n", 0, 0, "control characters are not allowed", id="control-character"),
        pytest.param("a: @b\n", 0, 3, "cannot start any token", id="reserved-indicator"),
    ],
)
def test_text_that_is_not_yaml_is_unreadable_at_its_place(text: str, line: int, column: int, problem: str) -> None:
    with pytest.raises(nodes.Unreadable, match=problem) as caught:
        nodes.compose(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert caught.value.problem == str(caught.value)


@pytest.mark.parametrize("error", [ValueError("x"), KeyError("x"), RuntimeError("x"), MemoryError()], ids=repr)
def test_an_error_that_is_not_the_texts_stays_what_it_is(error: Exception) -> None:
    class Broken:
        def read(self, size: int) -> str:
            raise error

    with pytest.raises(type(error)) as caught:
        nodes.check(Broken())  # type: ignore[arg-type]
    assert caught.value is error


@pytest.mark.parametrize("text", ["[" * 5000 + "]" * 5000, "- " * 5000 + "a"], ids=["flow", "block"])
def test_text_nested_too_deeply_is_unreadable(text: str) -> None:
    with pytest.raises(nodes.Unreadable, match="nest"):
        nodes.compose(text)


@pytest.mark.parametrize("text", ["", "# c\n", "a: &x b\nc: &x d\ne: *x\n", "a\n---\nb\n", "--- |\n a\n...\n"])
def test_events_pass_where_it_is_yaml(text: str) -> None:
    nodes.check(text)


@pytest.mark.parametrize("text", ["a: [b", "a\n---\nb: c: d\n", "a: \x00", "a: 'b"])
def test_events_fail_where_it_is_not(text: str) -> None:
    with pytest.raises(nodes.Unreadable):
        nodes.check(text)


@pytest.mark.parametrize(
    ("written", "null"),
    [
        *((word, True) for word in ("", "~", "null", "Null", "NULL", "# c", "&x")),
        *((word, False) for word in ("nULL", '""', "''", "'null'", "'~'", "!!str", "|", "none", "0", "[]", "{}")),
        *((word, False) for word in ("!x ~", "!x null", "!!int ~", "!!null null", "!!str null")),
    ],
)
def test_null_is_what_every_reader_takes_for_it(written: str, null: bool) -> None:
    assert nodes.is_null(value(f"a: {written}\n")) is null


def test_nothing_is_not_null() -> None:
    assert nodes.is_null(None) is False


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("b", "b"),
        ("1", "1"),
        ("'null'", "null"),
        ('""', ""),
        ("null", None),
        ("", None),
        ("[b]", None),
        ("{b: c}", None),
    ],
)
def test_text_of_a_scalar_whatever_its_type(written: str, text: str | None) -> None:
    assert nodes.text(value(f"a: {written}")) == text


def test_text_of_nothing() -> None:
    assert nodes.text(None) is None


@pytest.mark.parametrize(
    ("written", "block", "flow"),
    [
        ("\n  b: c", True, False),
        ("\n- b", True, False),
        ("{b: c}", False, True),
        ("{}", False, True),
        ("[b]", False, True),
        ("b", False, False),
        ("|\n  b", False, False),
    ],
)
def test_styles_of_collections(written: str, block: bool, flow: bool) -> None:
    node = value(f"a: {written}")
    assert (nodes.is_block(node), nodes.is_flow(node)) == (block, flow)


@pytest.mark.parametrize(
    ("name", "key", "text"),
    [
        pytest.param("one", "a", "5", id="its-own-before-a-merged-one"),
        pytest.param("one", "b", "2", id="merged"),
        pytest.param("two", "b", "2", id="the-first-of-several"),
        pytest.param("two", "c", "4", id="the-next-where-the-first-has-none"),
        pytest.param("two", "d", "6", id="its-own-beside-several"),
        pytest.param("nested", "a", "1", id="merged-through-a-merged-one"),
        pytest.param("nested", "b", "7", id="of-the-merged-one-itself"),
        pytest.param("tagged", "a", "1", id="as-helm-4-writes-it"),
        pytest.param("quoted", "a", None, id="a-quoted-sign-merges-nothing"),
        pytest.param("repeated", "a", "9", id="the-last-of-repeated-keys"),
        pytest.param("one", "z", None, id="no-such-key"),
    ],
)
def test_get_reads_as_kubernetes_does(name: str, key: str, text: str | None) -> None:
    root = nodes.compose(MERGING)
    assert nodes.text(nodes.get(nodes.get(root, name), key)) == text


@pytest.mark.parametrize("name", ["one", "two", "nested", "repeated"])
def test_keys_and_values_are_those_of_an_independent_loader(name: str) -> None:
    merging = MERGING.replace("a: 8, ", "")  # to this loader, a repeated key is an error
    assert texts(nodes.get(nodes.compose(merging), name)) == read(merging)[name]


@pytest.mark.parametrize("read", [lambda node: nodes.get(node, "z"), nodes.keys], ids=["get", "keys"])
def test_merges_of_merges_are_not_read_again_and_again(read: Any) -> None:
    levels = "".join(f"x{number}: &x{number} {{<<: [*x{number - 1}, *x{number - 1}]}}\n" for number in range(1, 40))
    bomb = nodes.get(nodes.compose(f"x0: &x0 {{a: b}}\n{levels}"), "x39")
    with at_most(5):
        read(bomb)


def test_keys_come_once_and_in_order_the_merged_ones_last() -> None:
    assert nodes.keys(nodes.compose("{<<: {z: 1, b: 2}, b: 3, a: 4, b: 5, [x]: 6}")) == ["b", "a", "z"]


@pytest.mark.parametrize("node", [None, nodes.compose("- a"), nodes.compose("a")], ids=["nothing", "list", "scalar"])
def test_what_is_no_map_has_no_keys(node: Any) -> None:
    assert nodes.keys(node) == []
    assert nodes.get(node, "a") is None


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("a", 0, "b"), "x"),
        (("a", 1, "b"), "y"),
        (("a", 2, "b"), None),
        (("a", "b"), None),
        ((0,), None),
        (("a", 0, "b", "c"), None),
        (("z", "b"), None),
    ],
)
def test_find_follows_a_path_or_finds_nothing(path: Path, text: str | None) -> None:
    assert nodes.text(nodes.find(nodes.compose("a: [{b: x}, {b: y}]"), path)) == text


@pytest.mark.parametrize("step", [2, 3, 9, -1, -2, -3])
def test_an_item_is_counted_from_0(step: int) -> None:
    assert nodes.find(nodes.compose("[a, b]"), (step,)) is None


def test_find_of_the_empty_path_is_the_node_itself() -> None:
    root = nodes.compose("a: b")
    assert nodes.find(root, ()) is root


def test_items_are_those_of_a_list_only() -> None:
    assert [node.value for node in nodes.items(nodes.compose("[a, b]"))] == ["a", "b"]
    assert nodes.items(nodes.compose("{a: b}")) == nodes.items(nodes.compose("ab")) == nodes.items(None) == []


MAPS = st.dictionaries(st.sampled_from("abcd"), st.integers(0, 9), max_size=4)


@given(bases=st.lists(MAPS, min_size=1, max_size=3), own=MAPS, merge_first=st.booleans())
def test_a_merge_is_that_of_an_independent_loader(
    bases: list[dict[str, int]], own: dict[str, int], merge_first: bool
) -> None:
    anchored = [f"x{number}: &x{number} {base}\n".replace("'", "") for number, base in enumerate(bases)]
    merge = [f"<<: [{', '.join(f'*x{number}' for number in range(len(bases)))}]"]
    entries = [f"{key}: {value}" for key, value in own.items()]
    body = ", ".join(merge + entries if merge_first else entries + merge)
    text = "".join(anchored) + f"all: {{{body}}}\n"
    assert texts(nodes.get(nodes.compose(text), "all")) == read(text)["all"]


# Tests of the nesting limit without libyaml's own limit: libyaml before 0.2.6 and PyYAML's pure parser have none.

DEEP = """
import sys
import yaml
from postrender.yamledit import libyaml, nodes

libyaml.parser = lambda: yaml.SafeLoader
sys.setrecursionlimit(20 * nodes.MAX_DEPTH)
nodes.compose(nested(nodes.MAX_DEPTH))
try:
    nodes.compose(nested(nodes.MAX_DEPTH + 1))
except nodes.Unreadable as error:
    print(error)
"""


@pytest.mark.parametrize(
    "nested",
    [
        pytest.param("'[' * depth + ']' * depth", id="brackets"),
        pytest.param("'{a: ' * depth + '}' * depth", id="braces"),
        pytest.param("'- ' * depth + 'a'", id="dashes"),
        pytest.param("'? ' * depth + 'a'", id="question-marks"),
        pytest.param("'- ' * (depth - 600) + '[' * 600 + ']' * 600", id="dashes-and-brackets"),
        pytest.param("''.join(f'{number * chr(32)}a:\\n' for number in range(depth))", id="columns"),
        pytest.param("''.join(f'{number * chr(32)}a:\\r' for number in range(depth))", id="columns-lone-cr"),
    ],
)
def test_depth_is_limited_however_it_is_written(nested: str) -> None:
    code = f"nested = lambda depth: {nested}\n{DEEP}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=HANG, check=False)
    assert (done.stdout, done.stderr) == ("it is nested too deeply\n", "")


def test_a_walk_comes_by_every_node_once() -> None:
    root = nodes.compose("a: &x [1, *x]\nb: *x\n")
    assert root is not None
    assert sorted(str(node.value) for node in nodes.walk(root) if nodes.is_scalar(node)) == ["1", "a", "b"]
    assert len(list(nodes.walk(root))) == 5


@pytest.mark.parametrize("tag", ["plain", "str", "!plain", "tag:yaml.org,2002:plain", "%C2%A0plain"])
def test_no_tag_is_taken_for_the_lack_of_one(tag: str) -> None:
    root = nodes.compose(f"!<{tag}> 1")
    assert root is not None
    assert root.tag not in (PLAIN, STRING)
