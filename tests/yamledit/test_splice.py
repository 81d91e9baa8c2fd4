from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest

from postrender.yamledit import nodes, proof, splice
from postrender.yamledit.change import ADD, REMOVE, REPLACE, Change
from postrender.yamledit.marks import Unsafe
from tests.yamledit.reading import read

if TYPE_CHECKING:
    from postrender.yamledit.nodes import Path


def path(pointer: str) -> Path:
    """Return a pointer such as `/a/0/-` as a path. Keys in these tests need no escapes, and are not numbers."""
    return tuple(int(step) if step.isdigit() else step for step in pointer.split("/")[1:])


def add(pointer: str, value: object = "new") -> Change:
    return Change(ADD, path(pointer), value, "rule", "reason")


def replace(pointer: str, value: object = "new") -> Change:
    return Change(REPLACE, path(pointer), value, "rule", "reason")


def remove(pointer: str) -> Change:
    return Change(REMOVE, path(pointer), None, "rule", "reason")


def spliced(text: str, *changes: Change) -> str:
    """Return the edited text, which must pass the proof; otherwise a run would end with exit status 70."""
    root: Any = nodes.compose(text)
    result = splice.splice(text, root, changes)
    proof.require(root, result, changes)
    return result


# Tests of text that must not change.


@pytest.mark.parametrize(
    "text",
    [
        "a: b\n",
        "a: b",
        "--- # c\na:   b   # d\n\n\n# e\n...\n",
        "%YAML 1.1\n---\n{a: 1,  b: [ 2 ],}\n",
        "a: &x {b: c}\nd: *x\ne: {<<: *x}\n",
        "a: |+\n  b\n\n",
        "a:\tb\t# c\r\nd: e\r\n",
        '{\n\t"a":1\n}\n',
        "a: b\x85c: d\u2028",
        "a: 1\na: 2\n",
        "😀: é\n",
    ],
    ids=ascii,
)
def test_without_changes_the_text_stays(text: str) -> None:
    assert spliced(text) == text


@pytest.mark.parametrize(
    ("text", "changes", "problem", "line", "column"),
    [
        pytest.param("a: &x {b: 1}\nc: *x\n", [add("/c/d")], "alias uses", 0, 3, id="add-through-an-alias"),
        pytest.param("a: &x {b: 1}\nc: *x\n", [add("/a/d")], "alias uses", 0, 3, id="add-to-an-aliased-map"),
        pytest.param("a: &x {b: {}}\nc: *x\n", [add("/c/b/d")], "alias uses", 0, 3, id="add-below-an-alias"),
        pytest.param("a: &x [1]\nc: *x\n", [add("/a/-")], "alias uses", 0, 3, id="append-to-an-aliased-list"),
        pytest.param("a: &x 1\nb: *x\n", [replace("/b")], "alias uses", 0, 3, id="replace-an-alias"),
        pytest.param("a: &x 1\nb: *x\n", [replace("/a")], "alias uses", 0, 3, id="replace-an-aliased-value"),
        pytest.param("a: {b: &x 1}\nc: *x\n", [replace("/a")], "alias uses", 0, 7, id="replace-around-an-anchor"),
        pytest.param("a: &x 1\nb: *x\n", [remove("/a")], "alias uses", 0, 3, id="remove-an-anchor"),
        pytest.param("a:\n  b: &x 1\nc: *x\n", [remove("/a")], "alias uses", 1, 5, id="remove-around-an-anchor"),
        pytest.param("a: {<<: {b: 1}}\n", [add("/a/c")], "merge key", 0, 3, id="add-beside-a-merge"),
        pytest.param("a: {<<: {b: 1}}\n", [replace("/a/b")], "merge key", 0, 3, id="replace-a-merged-value"),
        pytest.param("a: {!!merge <<: {b: 1}}\n", [add("/a/c")], "merge key", 0, 3, id="add-beside-a-tagged-merge"),
        pytest.param("<<: {b: 1}\na: {}\n", [add("/a/c")], "merge key", 0, 0, id="merge-on-the-way"),
        pytest.param("- &x a\n- *x\n", [add("/-")], "anchor or an alias", 0, 0, id="append-behind-an-alias"),
        pytest.param("- &x a\n- b\n- *x\n", [remove("/1")], "anchor or an alias", 0, 0, id="remove-beside-an-alias"),
        pytest.param("&x a: b\nc: *x\n", [add("/d")], "anchor or an alias", 0, 0, id="a-key-with-an-anchor"),
        pytest.param("b: &x 1\na:\n  c:\n  - *x\n", [add("/a/d")], "anchor or an alias", 0, 3, id="alias-as-last-leaf"),
        pytest.param("a: &x\n  b: 1\n", [add("/a/c")], "anchor or a tag", 0, 3, id="anchor-above-a-block-map"),
        pytest.param("a: !!map\n  b: 1\n", [remove("/a/b")], "anchor or a tag", 0, 3, id="tag-above-a-block-map"),
        pytest.param("a: &x\n- 1\n- 2\n", [remove("/a/0")], "anchor or a tag", 0, 3, id="anchor-above-a-block-list"),
        pytest.param(
            "a: |\n  b", [add("/c")], "part of the block scalar above", 0, 3, id="literal-without-final-break"
        ),
        pytest.param(
            "a: >+\n  b", [add("/c")], "part of the block scalar above", 0, 3, id="folded-without-final-break"
        ),
        pytest.param(
            "a:\n- b: |-\n    c", [add("/a/-")], "part of the block scalar above", 1, 5, id="literal-as-last-leaf"
        ),
        pytest.param(
            "- a: 1\n  # b\n  c: 2\n",
            [remove("/0/a")],
            "there is a comment below it",
            0,
            5,
            id="comment-below-the-first",
        ),
        pytest.param(
            "- a: 1\n  b: 2\n", [remove("/0/a"), remove("/0/b")], "would be empty", 0, 2, id="all-behind-a-dash"
        ),
        pytest.param("- - a\n", [remove("/0/0")], "shares its line", 0, 4, id="all-of-a-list-in-a-list"),
        pytest.param(
            "a: &x {b: 1}\n", [add("/a/c")], "does not start with a bracket", 0, 3, id="anchor-before-a-flow-map"
        ),
        pytest.param("[a: 1]\n", [add("/0/b")], "does not start with a bracket", 0, 1, id="pair-without-brackets"),
        pytest.param("- a\n- # b\n  c: 1\n", [remove("/1")], "follow its dash", 0, 0, id="comment-behind-the-dash"),
        pytest.param("{a, b: 1}\n", [replace("/a")], "colon does not follow", 0, 1, id="value-left-out"),
        pytest.param(
            "? a\nb: 1\n", [replace("/a")], "colon does not follow", 0, 2, id="value-of-an-explicit-key-left-out"
        ),
        pytest.param("? a\n: b: 1\n", [remove("/a/b")], "shares its line", 1, 5, id="emptied-below-an-explicit-key"),
    ],
)
def test_refusals(text: str, changes: list[Change], problem: str, line: int, column: int) -> None:
    with pytest.raises(Unsafe, match=problem) as caught:
        spliced(text, *changes)
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        pytest.param("{a: 1,}\n", [remove("/a")], id="only-entry-before-a-final-comma"),
        pytest.param("[1, 2,]\n", [remove("/1"), remove("/0")], id="all-items-before-a-final-comma"),
        pytest.param("[1, # b\n]\n", [remove("/0")], id="only-item-before-a-comma-and-a-comment"),
        pytest.param("{a: 1 # b\n  , c: 2}\n", [remove("/a")], id="comma-on-the-next-line"),
        pytest.param("{a: 1 # b\n  , c: 2}\n", [remove("/c")], id="comment-before-the-comma-of-a-removed-entry"),
        pytest.param("[1 # b\n , ]\n", [remove("/0")], id="only-item-and-a-comment-before-a-final-comma"),
        pytest.param("[1, # b\n 2 # c\n , ]\n", [remove("/1")], id="last-item-and-a-comment-before-a-final-comma"),
        pytest.param("{a: 1, # b\n c: 2}\n", [remove("/c"), add("/d")], id="last-removed-below-a-comment-one-added"),
        pytest.param("{a: 1 # b\n}\n", [remove("/a"), add("/d")], id="only-removed-before-a-comment-one-added"),
        pytest.param("a: &x {}\n", [add("/a/b")], id="anchor-before-an-empty-flow-map"),
        pytest.param("a: !!map {}\n", [add("/a/b")], id="tag-before-an-empty-flow-map"),
        pytest.param("a: !!seq []\n", [add("/a/-")], id="tag-before-an-empty-flow-list"),
        pytest.param("a: &x {b: 1}\n", [remove("/a/b"), add("/a/c")], id="anchor-before-a-flow-map-that-is-emptied"),
        pytest.param("{a , b: 1}\n", [replace("/a")], id="value-left-out-before-a-space"),
        pytest.param("x:\n  ? a\n  b: c\n", [replace("/x/a")], id="value-left-out-before-indentation"),
        pytest.param("[a: 1]\n", [add("/0/b")], id="pair-without-brackets"),
        pytest.param("[a: 1]\n", [remove("/0/a")], id="pair-without-brackets-that-is-emptied"),
        pytest.param("- - a\n", [remove("/0/0"), add("/0/-")], id="list-in-a-list-all-removed-one-added"),
        pytest.param("a: |+\n  x\nb: 1\n", [replace("/a")], id="kept-literal-replaced"),
        pytest.param("a: |+\nb: 1\n", [replace("/a")], id="kept-literal-without-text-replaced"),
        pytest.param("a:\n  b: |+\n    x\nc: 1\n", [replace("/a")], id="map-that-ends-in-a-kept-literal-replaced"),
        pytest.param("- - |+\n    x\n- 1\n", [replace("/0")], id="list-that-ends-in-a-kept-literal-replaced"),
        pytest.param("a: |+\n  x\nb: 1\n\nc: 2\n", [remove("/b")], id="entry-between-a-kept-literal-and-a-blank-line"),
        pytest.param("a: |+\n  x\nb: 1\nc: 2\n\nd: 3\n", [remove("/b"), remove("/c")], id="two-entries-between-them"),
        pytest.param("a: |+\n  x\nb: 1\n\n", [remove("/b")], id="last-entry-between-a-kept-literal-and-a-blank-line"),
        pytest.param("a: |\n  x\nb: 1\n  # c\nd: 2\n", [remove("/b")], id="entry-between-a-literal-and-a-deep-comment"),
        pytest.param("- |\n x\n- 1\n # c\n- 2\n", [remove("/1")], id="item-between-a-literal-and-a-deep-comment"),
        pytest.param("a: |\n  x\n     \n", [add("/b")], id="literal-that-ends-in-spaces"),
        pytest.param("a: |-\n  x\n     \nb: 1\n", [remove("/b"), add("/c")], id="stripped-literal-that-ends-in-spaces"),
        pytest.param("a:\n- b\nc: 1\n", [replace("/a")], id="list-as-deep-as-its-key-replaced"),
        pytest.param("a: !<tag:yaml.org,2002:str> >+\n  x\n\n", [add("/b")], id="angle-bracket-in-a-tag"),
        pytest.param("a: &x 1\nb: # * c\n  *x\n", [add("/d")], id="asterisk-in-a-comment-before-an-alias"),
        pytest.param("-\n  # -\n  a: 1\n- b\n", [remove("/0")], id="dash-in-a-comment"),
    ],
)
def test_a_text_is_right_or_refused(text: str, changes: list[Change]) -> None:
    """Some of these edits would be possible, but none may give a wrong text: the proof would report our bug."""
    with contextlib.suppress(Unsafe):
        spliced(text, *changes)


# Tests of values.


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("a: b\n", "a: new\n", id="plain"),
        pytest.param("a:   b   # c\n", "a:   new   # c\n", id="plain-before-a-comment"),
        pytest.param("a: b", "a: new", id="plain-at-the-end"),
        pytest.param("a:\tb\t# c\n", "a:\tnew\t# c\n", id="plain-between-tabs"),
        pytest.param("a: b\n  c\n\n  d # e\nf: 1\n", "a: new # e\nf: 1\n", id="plain-on-several-lines"),
        pytest.param("a:\n  b # c\n", "a:\n  new # c\n", id="plain-below-its-key"),
        pytest.param("a: 'b' # c\n", "a: new # c\n", id="single-quoted"),
        pytest.param('a: "b" # c\n', "a: new # c\n", id="double-quoted"),
        pytest.param('a: "b\n\n  c" # d\n', "a: new # d\n", id="quoted-on-several-lines"),
        pytest.param("a: |\n  b\n# c\nd: 1\n", "a: new\n# c\nd: 1\n", id="literal"),
        pytest.param("a: >-\n  b\n\nc: 1\n", "a: new\n\nc: 1\n", id="folded-above-a-blank-line"),
        pytest.param("a: |2\n   b\n\n\n", "a: new\n\n\n", id="literal-at-the-end"),
        pytest.param("a: |\n  b", "a: new", id="literal-at-the-end-without-break"),
        pytest.param("a: |\nb: 1\n", "a: new\nb: 1\n", id="literal-without-text"),
        pytest.param("a:\nb: 1\n", "a: new\nb: 1\n", id="empty"),
        pytest.param("a: # b\nc: 1\n", "a: new # b\nc: 1\n", id="empty-before-a-comment"),
        pytest.param("a:", "a: new", id="empty-at-the-end"),
        pytest.param("a: null # b\n", "a: new # b\n", id="null"),
        pytest.param("a: ~\n", "a: new\n", id="tilde"),
        pytest.param("a: &x b\n", "a: new\n", id="anchor-that-nobody-uses"),
        pytest.param("a: !!str 1\n", "a: new\n", id="tag"),
        pytest.param("a: {b: 1} # c\n", "a: new # c\n", id="flow-map"),
        pytest.param("a: [1,\n  2] # c\n", "a: new # c\n", id="flow-list-on-two-lines"),
        pytest.param("'a': b\n", "'a': new\n", id="quoted-key"),
        pytest.param("a : b\n", "a : new\n", id="space-before-the-colon"),
        pytest.param("a: 1\na: 2\n", "a: 1\na: new\n", id="repeated-the-last-counts"),
        pytest.param("? a\n: b\n", "? a\n: new\n", id="explicit-key"),
        pytest.param("é: 😀\na: 😀 # é\n", "é: 😀\na: new # é\n", id="astral"),
        pytest.param("a: b\r\nc: 1\r\n", "a: new\r\nc: 1\r\n", id="crlf"),
        pytest.param("a: |\r\n  b\r\nc: 1\r\n", "a: new\r\nc: 1\r\n", id="literal-crlf"),
        pytest.param("a: b\rc: 1\r", "a: new\rc: 1\r", id="lone-cr"),
        pytest.param("{a: b}\n", '{a: "new"}\n', id="flow"),
        pytest.param('{"a":1}', '{"a":"new"}', id="json"),
        pytest.param('{\n\t"a":\t1\n}', '{\n\t"a":\t"new"\n}', id="json-with-tabs"),
        pytest.param("{a: , b: 1}\n", '{a: "new", b: 1}\n', id="empty-in-flow"),
        pytest.param("{a: }\n", '{a: "new"}\n', id="empty-before-the-bracket"),
        pytest.param("{b: 1, a: {c: 1}}\n", '{b: 1, a: "new"}\n', id="flow-map-in-flow"),
        pytest.param("--- {a: b}\n", '--- {a: "new"}\n', id="on-the-marker's-line"),
        pytest.param("%YAML 1.1\n--- # c\na: b\n...\n", "%YAML 1.1\n--- # c\na: new\n...\n", id="between-markers"),
    ],
)
def test_a_value_is_replaced(before: str, after: str) -> None:
    assert spliced(before, replace("/a")) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("- a\n- b # c\n", '- a\n- "1" # c\n', id="item"),
        pytest.param("- a\n-\n- c\n", '- a\n- "1"\n- c\n', id="empty-item"),
        pytest.param("- a\n- # c\n", '- a\n- "1" # c\n', id="empty-item-before-a-comment"),
        pytest.param("- a\n-   b\n", '- a\n-   "1"\n', id="item-behind-a-wide-dash"),
        pytest.param("- a\n-\n  b: 1\n# c\n", '- a\n-\n  "1"\n# c\n', id="map-below-a-dash"),
        pytest.param("- a\n- b: 1\n  c:\n  - 2\n- d\n", '- a\n- "1"\n- d\n', id="map-behind-a-dash"),
        pytest.param("[a, b]\n", '[a, "1"]\n', id="flow"),
    ],
)
def test_an_item_is_replaced(before: str, after: str) -> None:
    assert spliced(before, replace("/1", "1")) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("a:\n", "a:\n  b: 1\n  c:\n    - d\n", id="empty"),
        pytest.param("a: null\ne: 1\n", "a:\n  b: 1\n  c:\n    - d\ne: 1\n", id="null"),
        pytest.param("a: ~  \ne: 1\n", "a:\n  b: 1\n  c:\n    - d  \ne: 1\n", id="tilde-before-spaces"),
        pytest.param("a:", "a:\n  b: 1\n  c:\n    - d", id="at-the-end"),
        pytest.param("a:\r\ne: 1\r\n", "a:\r\n  b: 1\r\n  c:\r\n    - d\r\ne: 1\r\n", id="crlf"),
        pytest.param("a:\n# e\nf: 1\n", "a:\n  b: 1\n  c:\n    - d\n# e\nf: 1\n", id="above-a-comment"),
        pytest.param("a: # e\n", 'a: {"b": 1, "c": ["d"]} # e\n', id="before-a-comment"),
        pytest.param("{a: null}\n", '{a: {"b": 1, "c": ["d"]}}\n', id="flow"),
        pytest.param("a: {e: 1}\n", "a:\n  b: 1\n  c:\n    - d\n", id="a-flow-map"),
        pytest.param("a:\n  e: 1\nf: 1\n", "a:\n  b: 1\n  c:\n    - d\nf: 1\n", id="a-block-map"),
    ],
)
def test_a_value_becomes_a_block_where_there_is_room(before: str, after: str) -> None:
    assert spliced(before, replace("/a", {"b": 1, "c": ["d"]})) == after


@pytest.mark.parametrize("before", ["a: # b\n  null\n", "a:\n  # b\n  null\n", "a:\n# b\n  {}\n"])
def test_a_comment_between_a_key_and_its_value_stays(before: str) -> None:
    with contextlib.suppress(Unsafe):
        assert "# b\n" in spliced(before, replace("/a", {"c": 1}))


def test_a_block_below_a_dash_is_as_deep_as_the_keys_there() -> None:
    assert spliced("- a:\n  b: 1\n", replace("/0/a", {"c": 1})) == "- a:\n    c: 1\n  b: 1\n"


@pytest.mark.parametrize(
    ("value", "written"),
    [("TRUE", '"TRUE"'), (1, "1"), (True, "true"), (None, "null"), ({}, "{}"), ([], "[]"), ("a\nb", '"a\\nb"')],
    ids=repr,
)
def test_a_value_is_written_as_every_reader_takes_it(value: object, written: str) -> None:
    assert spliced("a: b # c\n", replace("/a", value)) == f"a: {written} # c\n"


# Tests of entries in a map.


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("m:\n  a: 1\n", "m:\n  a: 1\n  new: x\n", id="block"),
        pytest.param("m:\n  a: 1\nz: 2\n", "m:\n  a: 1\n  new: x\nz: 2\n", id="above-the-next-key"),
        pytest.param("m:\n    a: 1\n", "m:\n    a: 1\n    new: x\n", id="four-spaces"),
        pytest.param("m:\n  a: 1 # c\n", "m:\n  a: 1 # c\n  new: x\n", id="below-a-comment-on-the-line"),
        pytest.param("m:\n  a: 1\n  # c\n\nz: 2\n", "m:\n  a: 1\n  new: x\n  # c\n\nz: 2\n", id="above-comments-below"),
        pytest.param("m:\n  a: 1", "m:\n  a: 1\n  new: x", id="without-final-break"),
        pytest.param("m:\r\n  a: 1\r\n", "m:\r\n  a: 1\r\n  new: x\r\n", id="crlf"),
        pytest.param("m:\r\n  a: 1", "m:\r\n  a: 1\r\n  new: x", id="crlf-without-final-break"),
        pytest.param("m:\r  a: 1\r", "m:\r  a: 1\r  new: x\r", id="lone-cr"),
        pytest.param("m:\n  a:\n", "m:\n  a:\n  new: x\n", id="behind-an-empty-value"),
        pytest.param("m:\n  a: # c\nz: 1\n", "m:\n  a: # c\n  new: x\nz: 1\n", id="behind-an-empty-value-with-comment"),
        pytest.param("m:\n  a: b\n    c\nz: 1\n", "m:\n  a: b\n    c\n  new: x\nz: 1\n", id="behind-several-lines"),
        pytest.param("m:\n  a: |\n    b\nz: 1\n", "m:\n  a: |\n    b\n  new: x\nz: 1\n", id="behind-a-literal"),
        pytest.param(
            "m:\n  a: |\n    b\n\nz: 1\n", "m:\n  a: |\n    b\n  new: x\n\nz: 1\n", id="behind-a-clipped-literal"
        ),
        pytest.param(
            "m:\n  a: |-\n    b\n\nz: 1\n", "m:\n  a: |-\n    b\n  new: x\n\nz: 1\n", id="behind-a-stripped-one"
        ),
        pytest.param(
            "m:\n  a: |+\n    b\n\nz: 1\n", "m:\n  a: |+\n    b\n\n  new: x\nz: 1\n", id="behind-a-kept-literal"
        ),
        pytest.param(
            "m:\n  a: >2\n     b\n", "m:\n  a: >2\n     b\n  new: x\n", id="behind-a-folded-one-with-indicator"
        ),
        pytest.param(
            "m:\n  a: |\n    b\n  # c\n", "m:\n  a: |\n    b\n  new: x\n  # c\n", id="behind-a-literal-above-a-comment"
        ),
        pytest.param(
            "m:\n  a:\n  - b\n  - c: 1\n    d: 2\n",
            "m:\n  a:\n  - b\n  - c: 1\n    d: 2\n  new: x\n",
            id="behind-a-tree",
        ),
        pytest.param("m:\n  a:\n    b:\n", "m:\n  a:\n    b:\n  new: x\n", id="behind-a-tree-that-ends-empty"),
        pytest.param("m:\n  a:\n  -\n", "m:\n  a:\n  -\n  new: x\n", id="behind-an-empty-item"),
        pytest.param("m:\n  a: [1,\n    2]\n", "m:\n  a: [1,\n    2]\n  new: x\n", id="behind-a-flow-list"),
        pytest.param("z: &y 1\nm:\n  a: *y # c\n", "z: &y 1\nm:\n  a: *y # c\n  new: x\n", id="behind-an-alias"),
        pytest.param(
            "z: &y 1\nm:\n  a:\n    *y\n", "z: &y 1\nm:\n  a:\n    *y\n  new: x\n", id="behind-an-alias-below"
        ),
        pytest.param("z: &y 1\nm:\n  a: [*y]\n", "z: &y 1\nm:\n  a: [*y]\n  new: x\n", id="behind-an-alias-in-flow"),
        pytest.param("m:\n  a: 1\n  a: 2\n", "m:\n  a: 1\n  a: 2\n  new: x\n", id="behind-repeated-keys"),
        pytest.param(
            "m:\n  a: 1\nm:\n  b: 1\n", "m:\n  a: 1\nm:\n  b: 1\n  new: x\n", id="in-the-last-of-repeated-maps"
        ),
        pytest.param("m: {a: 1} # c\n", 'm: {a: 1, "new": "x"} # c\n', id="flow"),
        pytest.param("m: { a: 1 }\n", 'm: { a: 1, "new": "x" }\n', id="flow-with-spaces"),
        pytest.param("m: {a: 1,}\n", 'm: {a: 1, "new": "x",}\n', id="flow-with-final-comma"),
        pytest.param("m: {a: 1 # c\n  }\n", 'm: {a: 1, "new": "x" # c\n  }\n', id="flow-before-a-comment"),
        pytest.param("m: {a: }\n", 'm: {a: , "new": "x"}\n', id="flow-behind-an-empty-value"),
        pytest.param("m: {a: {b: 1}}\n", 'm: {a: {b: 1}, "new": "x"}\n', id="flow-behind-flow"),
        pytest.param("m: {}\n", 'm: {"new": "x"}\n', id="empty-flow"),
        pytest.param("m: { } # c\n", 'm: {"new": "x" } # c\n', id="empty-flow-with-space"),
        pytest.param('{"m":{"a":1}}', '{"m":{"a":1, "new": "x"}}', id="json"),
        pytest.param("z: &y 1\nm: {a: *y}\n", 'z: &y 1\nm: {a: *y, "new": "x"}\n', id="flow-behind-an-alias"),
    ],
)
def test_an_entry_is_added(before: str, after: str) -> None:
    assert spliced(before, add("/m/new", "x")) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("# c\nm:\r\n  a: 1\r\n", "# c\nm:\r\n  a: 1\r\n  new: x\r\n", id="lf-above-crlf"),
        pytest.param("# c\r\nm:\n  a: 1\n", "# c\r\nm:\n  a: 1\n  new: x\n", id="crlf-above-lf"),
        pytest.param("m:\n  a: 1\nz: 1\r\n", "m:\n  a: 1\n  new: x\nz: 1\r\n", id="lf-above-the-crlf-of-another-key"),
        pytest.param("# c\nm:\r  a: 1\r", "# c\nm:\r  a: 1\r  new: x\r", id="lf-above-lone-cr"),
    ],
)
def test_new_lines_end_as_those_around_them(before: str, after: str) -> None:
    assert spliced(before, add("/m/new", "x")) == after


def test_several_entries_are_added_in_order() -> None:
    changes = [add("/y", "1"), add("/m/b", {"c": []}), add("/m/a", 2)]
    assert spliced("m:\n  z: 1\n# c\n", *changes) == 'm:\n  z: 1\n  b:\n    c: []\n  a: 2\n"y": "1"\n# c\n'


@pytest.mark.parametrize(
    ("text", "after"),
    [
        pytest.param("m:\n  n:\n    o: 1\n", "m:\n  n:\n    o: 1\n    b: 1\n  a: 1\nz: 1\n", id="with-final-break"),
        pytest.param("m:\n  n:\n    o: 1", "m:\n  n:\n    o: 1\n    b: 1\n  a: 1\nz: 1", id="without-final-break"),
    ],
)
def test_inner_lines_come_before_outer_ones(text: str, after: str) -> None:
    assert spliced(text, add("/z", 1), add("/m/a", 1), add("/m/n/b", 1)) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("m:\n  a: 1\n  b: 2\n  c: 3\n", "m:\n  a: 1\n  c: 3\n", id="in-the-middle"),
        pytest.param("m:\n  b: 2\n  c: 3\n", "m:\n  c: 3\n", id="first"),
        pytest.param("m:\n  a: 1\n  b: 2\nz: 1\n", "m:\n  a: 1\nz: 1\n", id="last"),
        pytest.param("m:\n  a: 1\n  b: 2", "m:\n  a: 1\n", id="last-without-final-break"),
        pytest.param("m:\n  b: 2\nz: 1\n", "m: {}\nz: 1\n", id="only"),
        pytest.param(
            "m: # c\n  # d\n  b: 2\n  # e\nz: 1\n", "m: {} # c\n  # d\n  # e\nz: 1\n", id="only-among-comments"
        ),
        pytest.param("m:\n  a: 1\n  # c\n  b: 2 # d\n  # e\n", "m:\n  a: 1\n  # c\n  # e\n", id="comments-around-stay"),
        pytest.param("m:\n\n  b: 2\n\n  c: 3\n", "m:\n\n\n  c: 3\n", id="blank-lines-around-stay"),
        pytest.param("m:\n  b:\n  - x: 1\n    # c\n    y: 2\n  c: 3\n", "m:\n  c: 3\n", id="with-all-below-it"),
        pytest.param("m:\n  b: |\n    x\n\n  c: 3\n", "m:\n\n  c: 3\n", id="literal"),
        pytest.param("m:\n  b: |+\n    x\n\n  c: 3\n", "m:\n  c: 3\n", id="kept-literal"),
        pytest.param("m:\n  b: x\n    y\n  c: 3\n", "m:\n  c: 3\n", id="on-several-lines"),
        pytest.param("m:\n  b:\n  c: 3\n", "m:\n  c: 3\n", id="empty-value"),
        pytest.param("m:\n  b: 1\n  a: 1\n  b: 2\n", "m:\n  a: 1\n", id="repeated"),
        pytest.param("m:\n  b: 1\n  b: 2\n", "m: {}\n", id="repeated-and-nothing-else"),
        pytest.param("m:\r\n  a: 1\r\n  b: 2\r\n", "m:\r\n  a: 1\r\n", id="crlf"),
        pytest.param("m:\r  b: 2\r  c: 3\r", "m:\r  c: 3\r", id="lone-cr"),
        pytest.param("m: {a: 1, b: 2, c: 3}\n", "m: {a: 1, c: 3}\n", id="flow-in-the-middle"),
        pytest.param("m: {b: 2, c: 3}\n", "m: {c: 3}\n", id="flow-first"),
        pytest.param("m: {a: 1, b: 2}\n", "m: {a: 1}\n", id="flow-last"),
        pytest.param("m: {a: 1, b: 2,}\n", "m: {a: 1,}\n", id="flow-last-with-final-comma"),
        pytest.param("m: {b: 2} # c\n", "m: {} # c\n", id="flow-only"),
        pytest.param("m: { b: {c: 1} }\n", "m: {  }\n", id="flow-only-with-spaces"),
        pytest.param("m: {a: 1,\n  b: 2,\n  c: 3}\n", "m: {a: 1,\n  c: 3}\n", id="flow-on-several-lines"),
        pytest.param('{"m":{"a":1,"b":2}}', '{"m":{"a":1}}', id="json"),
    ],
)
def test_an_entry_is_removed(before: str, after: str) -> None:
    assert spliced(before, remove("/m/b")) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("- b: 1\n  a: 2\n", "- a: 2\n", id="first-behind-a-dash"),
        pytest.param("- b: 1 # c\n  a: 2 # d\n", "- a: 2 # d\n", id="first-with-a-comment-on-its-line"),
        pytest.param("- b:\n    c: 1\n  a: 2\n", "- a: 2\n", id="first-with-a-map-below"),
        pytest.param("-   b: 1\n    a:\n    - 2\n- z\n", "-   a:\n    - 2\n- z\n", id="first-behind-a-wide-dash"),
        pytest.param("- b: 1\n\n  a: 2\n", "- a: 2\n", id="first-above-a-blank-line"),
        pytest.param("- b: |\n    x\n  a: |\n    y\n", "- a: |\n    y\n", id="first-a-literal"),
        pytest.param("-\n  b: 1\n  a: 2\n", "-\n  a: 2\n", id="first-below-a-dash"),
        pytest.param("- a: 2\n  b: 1\n- z\n", "- a: 2\n- z\n", id="second"),
        pytest.param("- a: 2\n  b: 1", "- a: 2\n", id="second-without-final-break"),
        pytest.param("- b: 1\r\n  a: 2\r\n", "- a: 2\r\n", id="first-crlf"),
        pytest.param("- {b: 1, a: 2}\n", "- {a: 2}\n", id="flow"),
    ],
)
def test_an_entry_is_removed_behind_a_dash(before: str, after: str) -> None:
    assert spliced(before, remove("/0/b")) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("- b: 1\n  a: 2\n", "- a: 2\n  new: x\n", id="first"),
        pytest.param("- a: 2\n  b:\n    c: 1\n", "- a: 2\n  new: x\n", id="last"),
        pytest.param("- a: 2\n  b: 1", "- a: 2\n  new: x", id="last-without-final-break"),
        pytest.param("- {a: 2, b: 1}\n", '- {a: 2, "new": "x"}\n', id="flow-last"),
        pytest.param("- {b: 1}\n", '- {"new": "x"}\n', id="flow-only"),
        pytest.param("- {b: 1,}\n", '- {"new": "x"}\n', id="flow-only-with-final-comma"),
    ],
)
def test_an_entry_gives_way_to_another(before: str, after: str) -> None:
    assert spliced(before, remove("/0/b"), add("/0/new", "x")) == after


# Tests of items in a list.

ITEM = {"name": "N", "value": "1"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("l:\n- a\n", 'l:\n- a\n- name: "N"\n  value: "1"\n', id="as-deep-as-the-key"),
        pytest.param("l:\n  - a\n", 'l:\n  - a\n  - name: "N"\n    value: "1"\n', id="indented"),
        pytest.param("l:\n-   a\n", 'l:\n-   a\n-   name: "N"\n    value: "1"\n', id="wide-dash"),
        pytest.param("l:\n- a: 1\n  b: 2\n", 'l:\n- a: 1\n  b: 2\n- name: "N"\n  value: "1"\n', id="behind-a-map"),
        pytest.param("l:\n-\n  a: 1\n", 'l:\n-\n  a: 1\n- name: "N"\n  value: "1"\n', id="behind-a-map-below-its-dash"),
        pytest.param("l:\n-\n", 'l:\n-\n- name: "N"\n  value: "1"\n', id="behind-an-empty-item"),
        pytest.param(
            "l:\n- a # c\n# d\n\nz: 1\n", 'l:\n- a # c\n- name: "N"\n  value: "1"\n# d\n\nz: 1\n', id="above-comments"
        ),
        pytest.param("l:\n- a", 'l:\n- a\n- name: "N"\n  value: "1"', id="without-final-break"),
        pytest.param("l:\r\n- a\r\n", 'l:\r\n- a\r\n- name: "N"\r\n  value: "1"\r\n', id="crlf"),
        pytest.param("l:\r- a\r", 'l:\r- a\r- name: "N"\r  value: "1"\r', id="lone-cr"),
        pytest.param(
            "l:\n- a: |\n    b\nz: 1\n", 'l:\n- a: |\n    b\n- name: "N"\n  value: "1"\nz: 1\n', id="behind-a-literal"
        ),
        pytest.param(
            "l:\n- a: |-\n    b\n\n# c\n",
            'l:\n- a: |-\n    b\n- name: "N"\n  value: "1"\n\n# c\n',
            id="behind-a-stripped-one",
        ),
        pytest.param(
            "l:\n- a: |+\n    b\n\n", 'l:\n- a: |+\n    b\n\n- name: "N"\n  value: "1"\n', id="behind-a-kept-one"
        ),
        pytest.param("l:\n- >\n  b\n", 'l:\n- >\n  b\n- name: "N"\n  value: "1"\n', id="behind-a-folded-one"),
        pytest.param("l:\n- - a\n", 'l:\n- - a\n- name: "N"\n  value: "1"\n', id="behind-a-list"),
        pytest.param("l: [a] # c\n", 'l: [a, {"name": "N", "value": "1"}] # c\n', id="flow"),
        pytest.param("l: [a,]\n", 'l: [a, {"name": "N", "value": "1"},]\n', id="flow-with-final-comma"),
        pytest.param("l: [a # c\n  ]\n", 'l: [a, {"name": "N", "value": "1"} # c\n  ]\n', id="flow-before-a-comment"),
        pytest.param("l: []\n", 'l: [{"name": "N", "value": "1"}]\n', id="empty-flow"),
        pytest.param("l: [\n]\n", 'l: [{"name": "N", "value": "1"}\n]\n', id="empty-flow-on-two-lines"),
    ],
)
def test_an_item_is_appended(before: str, after: str) -> None:
    assert spliced(before, add("/l/-", ITEM)) == after


def test_several_items_are_appended_in_order() -> None:
    assert spliced("- a\n# c\n", add("/-", "b"), add("/-", ["d", {}])) == "- a\n- b\n- - d\n  - {}\n# c\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("l:\n- a\n- b\n", 'l:\n- a\n- name: "N"\n  value: "1"\n- b\n', id="block"),
        pytest.param(
            "l:\n  - a\n  # c\n  - b\n",
            'l:\n  - a\n  # c\n  - name: "N"\n    value: "1"\n  - b\n',
            id="below-a-comment",
        ),
        pytest.param(
            "l:\n- a\n-\n  b: 1\n", 'l:\n- a\n- name: "N"\n  value: "1"\n-\n  b: 1\n', id="before-one-below-its-dash"
        ),
        pytest.param(
            "l:\n- |+\n  a\n\n- b\n", 'l:\n- |+\n  a\n\n- name: "N"\n  value: "1"\n- b\n', id="behind-a-kept-literal"
        ),
        pytest.param(
            "l:\r\n-   a\r\n-   b", 'l:\r\n-   a\r\n-   name: "N"\r\n    value: "1"\r\n-   b', id="crlf-and-wide-dash"
        ),
        pytest.param("l: [a, b]\n", 'l: [a, {"name": "N", "value": "1"}, b]\n', id="flow"),
        pytest.param("l: [a,\n  b: 1]\n", 'l: [a,\n  {"name": "N", "value": "1"}, b: 1]\n', id="flow-before-a-pair"),
    ],
)
def test_an_item_is_inserted(before: str, after: str) -> None:
    assert spliced(before, add("/l/1", ITEM)) == after


@pytest.mark.parametrize("text", ["- - a\n", "- - a\n  - b\n"])
def test_an_item_is_not_inserted_before_one_that_shares_its_line(text: str) -> None:
    with pytest.raises(Unsafe, match="shares its line"):
        spliced(text, add("/0/0"))


def test_items_are_inserted_between_those_that_are_removed_and_replaced() -> None:
    changes = [replace("/l/3", "D"), remove("/l/2"), add("/l/1", "new"), remove("/l/0"), add("/l/-", "last")]
    assert spliced("l:\n- a\n- b\n- c\n- d\n", *changes) == "l:\n- new\n- b\n- D\n- last\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("l:\n- a\n- b\n- c\n", "l:\n- a\n- c\n", id="in-the-middle"),
        pytest.param("l:\n- a\n- b\nz: 1\n", "l:\n- a\nz: 1\n", id="last"),
        pytest.param("l:\n- a\n- b", "l:\n- a\n", id="last-without-final-break"),
        pytest.param("l:\n- a\n# c\n- b # d\n# e\n- f\n", "l:\n- a\n# c\n# e\n- f\n", id="comments-around-stay"),
        pytest.param("l:\n- a\n- name: b\n  # c\n  value: 1\n- d\n", "l:\n- a\n- d\n", id="comments-inside-go"),
        pytest.param("l:\n- a\n-\n  b: 1\n- d\n", "l:\n- a\n- d\n", id="below-its-dash"),
        pytest.param("l:\n- a\n-\n- d\n", "l:\n- a\n- d\n", id="empty"),
        pytest.param("l:\n- a\n- |\n  b\n\n- d\n", "l:\n- a\n\n- d\n", id="literal"),
        pytest.param("l:\n- a\n- - b\n  - c\n- d\n", "l:\n- a\n- d\n", id="list"),
        pytest.param("l:\n  - a\n  - {b: 1}\n  - d\n", "l:\n  - a\n  - d\n", id="flow-map"),
        pytest.param("l:\r\n- a\r\n- b\r\n", "l:\r\n- a\r\n", id="crlf"),
        pytest.param("l: [a, b, c]\n", "l: [a, c]\n", id="flow-in-the-middle"),
        pytest.param("l: [a, b]\n", "l: [a]\n", id="flow-last"),
        pytest.param("l: [a,\n  b,\n  c]\n", "l: [a,\n  c]\n", id="flow-on-several-lines"),
        pytest.param("l: [a, # c\n  b, # d\n  e]\n", "l: [a, # c\n   # d\n  e]\n", id="flow-between-comments"),
    ],
)
def test_an_item_is_removed(before: str, after: str) -> None:
    assert spliced(before, remove("/l/1")) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("l:\n- a\n- b\n- c\n- d\n", "l:\n- b\n- d\n", id="block"),
        pytest.param("l: [a, b, c, d]\n", "l: [b, d]\n", id="flow"),
        pytest.param("- l:\n  - a\n  - b\n  - c\n  - d\n", "- l:\n  - b\n  - d\n", id="list-in-a-map-behind-a-dash"),
    ],
)
def test_items_are_removed_by_their_original_places(before: str, after: str) -> None:
    head = "/0/l" if before.startswith("-") else "/l"
    assert spliced(before, remove(f"{head}/2"), remove(f"{head}/0")) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("l:\n- a\n- b\nz: 1\n", "l: []\nz: 1\n", id="block"),
        pytest.param("l: # c\n- a\n# d\n- b\n", "l: [] # c\n# d\n", id="block-with-comments"),
        pytest.param("l: [a, b] # c\n", "l: [] # c\n", id="flow"),
    ],
)
def test_all_items_are_removed(before: str, after: str) -> None:
    assert spliced(before, remove("/l/1"), remove("/l/0")) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("l:\n- a\n", "l:\n- new\n", id="block"),
        pytest.param("l:\n- a", "l:\n- new", id="without-final-break"),
        pytest.param("l:\n  - a # c\n# d\n", "l:\n  - new\n# d\n", id="block-with-comments"),
        pytest.param("l: [a]\n", 'l: ["new"]\n', id="flow"),
    ],
)
def test_the_only_item_gives_way_to_another(before: str, after: str) -> None:
    assert spliced(before, remove("/l/0"), add("/l/-")) == after


def test_an_item_is_appended_behind_the_one_that_stays() -> None:
    assert spliced("l:\n- a\n- b", remove("/l/0"), add("/l/-")) == "l:\n- b\n- new"


@pytest.mark.parametrize(
    ("text", "change"),
    [
        pytest.param("a: |+\n  b\n", replace("/a"), id="kept-literal-replaced"),
        pytest.param("a: |+\n  b\n\n", replace("/a"), id="kept-literal-and-its-blank-lines-replaced"),
        pytest.param("a: >+\n", replace("/a"), id="kept-literal-without-text-replaced"),
        pytest.param("- a\n- |+\n b\n", replace("/1", "1"), id="kept-literal-in-a-list-replaced"),
        pytest.param("a: |\n  b\n", replace("/a"), id="literal-replaced"),
        pytest.param("a: 1\nb: |+\n  c\n", remove("/b"), id="kept-literal-removed"),
        pytest.param("a:\n- b\n", remove("/a/0"), id="emptied"),
        pytest.param("a:\n", replace("/a", {"b": 1}), id="block-opened"),
    ],
)
def test_the_next_documents_marker_stays_on_its_own_line(text: str, change: Change) -> None:
    with contextlib.suppress(Unsafe):
        assert spliced(text, change).endswith("\n")


def test_all_at_once() -> None:
    text = """\
spec: # pod
  containers:
  - name: f5-tmm
    env:
    # first
    - name: A # a
      value: "1" # one
    - name: DROP
      value: x
    # last
    - valueFrom: {fieldRef: {fieldPath: metadata.name}}
      name: B
    resources:
      limits: {cpu: 2, openshift.io/x: 1}
      requests:
        openshift.io/x: 1

  - name: debug
"""
    env = "/spec/containers/0/env"
    changes = [
        replace(f"{env}/0/value", "2"),
        remove(f"{env}/2/valueFrom"),
        add(f"{env}/2/value", "3"),
        remove(f"{env}/1"),
        add(f"{env}/-", ITEM),
        replace("/spec/containers/0/resources/limits/cpu", 1),
    ]
    resources = ("spec", "containers", 0, "resources")
    slashes = [
        Change(REMOVE, (*resources, it, "openshift.io/x"), None, "rule", "reason") for it in ("limits", "requests")
    ]
    assert (
        spliced(text, *changes, *slashes)
        == """\
spec: # pod
  containers:
  - name: f5-tmm
    env:
    # first
    - name: A # a
      value: "2" # one
    # last
    - name: B
      value: "3"
    - name: "N"
      value: "1"
    resources:
      limits: {cpu: 1}
      requests: {}

  - name: debug
"""
    )


#: CPython reuses one object for each integer up to 256.
MANY = {f"k{number}": "1" for number in range(300)}


def test_far_down_a_text_new_lines_take_the_place_of_the_last() -> None:
    above = "# a comment that is long enough for any offset\n" * 100
    before = f"{above}a: 1\nb: 2"
    changes = [Change(REMOVE, ("b",), None, "rule", "reason"), Change(ADD, ("c",), "3", "rule", "reason")]
    assert splice.splice(before, read(before), changes) == f'{above}a: 1\nc: "3"'


def test_a_new_item_stands_as_far_behind_its_dash_as_the_last_one() -> None:
    before = "list:\n- a\n-   b\n"
    change = Change(ADD, ("list", "-"), "c", "rule", "reason")
    assert splice.splice(before, read(before), [change]) == f"{before}-   c\n"


@pytest.mark.parametrize("below", ["# a comment\n", "c: 2\n"])
def test_what_stands_in_the_column_of_a_key_is_no_part_of_the_text_above(below: str) -> None:
    before = f"a: |\n  text\nb: 1\n{below}"
    change = Change(REMOVE, ("b",), None, "rule", "reason")
    assert splice.splice(before, read(before), [change]) == f"a: |\n  text\n{below}"


def test_the_first_item_may_stand_below_a_comment_on_its_dash_line() -> None:
    before = "list:\n- # one - two\n  a: 1\n- b\n"
    change = Change(REMOVE, ("list", 0), None, "rule", "reason")
    assert splice.splice(before, read(before), [change]) == "list:\n- b\n"


def test_blanks_may_stand_before_a_colon() -> None:
    before = "map \t:\n  a: 1\n"
    change = Change(REPLACE, ("map",), "b", "rule", "reason")
    assert splice.splice(before, read(before), [change]) == "map \t: b\n"


@pytest.mark.parametrize("below", [" \t\n", " \t\nb: 2\n"], ids=repr)
def test_nothing_is_edited_above_a_line_that_starts_with_a_tab(below: str) -> None:
    before = f"a: 1\n{below}"
    with pytest.raises(Unsafe, match="the line below the edit starts with a tab"):
        splice.splice(before, read(before), [Change(REPLACE, ("a",), "x", "rule", "reason")])


def test_a_tab_on_the_same_line_is_no_obstacle() -> None:
    before = "a: 1\t\nb: 2\n"
    assert splice.splice(before, read(before), [Change(REPLACE, ("a",), "x", "rule", "reason")]) == "a: x\t\nb: 2\n"


def test_a_comment_left_of_a_key_is_no_part_of_the_text_above() -> None:
    before = "map:\n  a: |\n    text\n  b: 1\n# a comment\n"
    change = Change(REMOVE, ("map", "b"), None, "rule", "reason")
    assert splice.splice(before, read(before), [change]) == "map:\n  a: |\n    text\n# a comment\n"


def test_far_down_a_text_an_item_must_follow_its_dash() -> None:
    before = "- a long first item, for any offset\n- # b\n  c: 1\n"
    with pytest.raises(Unsafe, match="does not directly follow its dash"):
        splice.splice(before, read(before), [Change(REMOVE, (1,), None, "rule", "reason")])


@pytest.mark.parametrize(
    ("text", "path", "problem"),
    [
        ("{a}\n", ("a",), "the colon does not follow its key"),
        ("- a\n- # b -\n  c: 1\n", (1,), "does not directly follow its dash"),
        ("{a: 1, ? b : 2}\n", ("b",), "has a \\? before it"),
    ],
)
def test_what_stands_elsewhere_than_its_sign_is_not_removed(text: str, path: Path, problem: str) -> None:
    op, value = (REPLACE, "x") if path == ("a",) else (REMOVE, None)
    with pytest.raises(Unsafe, match=problem):
        splice.splice(text, read(text), [Change(op, path, value, "rule", "reason")])


def test_an_alias_is_no_bare_property() -> None:
    before = "{a: &x '', b: *x}\n"
    change = Change(ADD, ("c",), "1", "rule", "reason")
    assert splice.splice(before, read(before), [change]) == '{a: &x \'\', b: *x, "c": "1"}\n'


def test_an_empty_line_below_a_text_is_not_its_own() -> None:
    before = "a: |\n  text\nb: 1\n\nc: 2\n"
    change = Change(REMOVE, ("b",), None, "rule", "reason")
    assert splice.splice(before, read(before), [change]) == "a: |\n  text\n\nc: 2\n"


@pytest.mark.parametrize("above", ["a: |\n  text\n", "a:\n- |\n  text\n"])
def test_a_comment_that_is_indented_more_would_be_part_of_the_text_above(above: str) -> None:
    before = f"{above}b: 1\n    # c\nd: 2\n"
    with pytest.raises(Unsafe, match="would become part of the block scalar above"):
        splice.splice(before, read(before), [Change(REMOVE, ("b",), None, "rule", "reason")])


def test_a_comment_that_is_indented_more_is_none_to_a_plain_text() -> None:
    before = "a: x\nb: 1\n    # c\nd: 2\n"
    change = Change(REMOVE, ("b",), None, "rule", "reason")
    assert splice.splice(before, read(before), [change]) == "a: x\n    # c\nd: 2\n"


def test_a_comma_keeps_away_from_a_bare_tag() -> None:
    before = "{a: !!str }\n"
    change = Change(ADD, ("c",), "1", "rule", "reason")
    assert splice.splice(before, read(before), [change]) == '{a: !!str , "c": "1" }\n'


def test_all_of_a_large_map_may_go() -> None:
    before = (
        "map:\n" + "".join(f"  {key}: 1\n" for key in MANY) + "list:\n- " + "  ".join(f"{key}: 1\n" for key in MANY)
    )
    changes = [Change(REMOVE, ("map", key), None, "rule", "reason") for key in MANY]
    assert splice.splice(before, read(before), changes) == "map: {}\n" + before[before.index("list:") :]


def test_all_of_a_large_item_may_not_go() -> None:
    before = "list:\n- " + "  ".join(f"{key}: 1\n" for key in MANY)
    with pytest.raises(Unsafe, match="this collection would be empty"):
        splice.splice(before, read(before), [Change(REMOVE, ("list", 0, key), None, "rule", "reason") for key in MANY])
