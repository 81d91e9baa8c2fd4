"""Test the meaning of libyaml's marks, on which `postrender/yamledit/splice.py` relies.

PyYAML does not document this meaning. If a test fails with a new version of PyYAML, review the splice before you allow
this version.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from postrender.yamledit import marks, nodes
from tests.yamledit.reading import read

if TYPE_CHECKING:
    from postrender.yamledit.nodes import Path

A: Path = ("a",)
B: Path = ("b",)
FIRST: Path = (0,)


def node(text: str, path: Path) -> Any:
    return nodes.find(nodes.compose(text), path)


@pytest.mark.parametrize(
    ("text", "path", "marked"),
    [
        pytest.param("a: b # c\n", A, "b", id="plain"),
        pytest.param("a: b c  # d\n", A, "b c", id="plain-with-a-space"),
        pytest.param("a: b#c\n", A, "b#c", id="plain-with-a-hash"),
        pytest.param("a:\tb\t# c\n", A, "b", id="plain-between-tabs"),
        pytest.param("a: b\n  c\nd: e\n", A, "b\n  c", id="plain-on-two-lines"),
        pytest.param("a: b\n  # c\nd: e\n", A, "b", id="plain-above-an-indented-comment"),
        pytest.param("a:\n  b\nc: d\n", A, "b", id="plain-below-its-key"),
        pytest.param("a: b", A, "b", id="plain-at-the-end"),
        pytest.param("a: b\r\nc: d\r\n", A, "b", id="plain-before-crlf"),
        pytest.param("a: ~\n", A, "~", id="tilde"),
        pytest.param("a: 'b' # c\n", A, "'b'", id="single-quoted"),
        pytest.param('a: "b" # c\n', A, '"b"', id="double-quoted"),
        pytest.param("a: 'b\n\n  c'\nd: e\n", A, "'b\n\n  c'", id="quoted-on-three-lines"),
        pytest.param('{"a":1}', A, "1", id="json"),
    ],
)
def test_a_scalar_starts_and_ends_exactly(text: str, path: Path, marked: str) -> None:
    assert covered(text, path) == marked


def covered(text: str, path: Path) -> str:
    found = node(text, path)
    return text[found.start_mark.index : found.end_mark.index]


@pytest.mark.parametrize(
    ("text", "path", "at"),
    [
        pytest.param("a:\nb: c\n", A, 2, id="behind-the-colon"),
        pytest.param("a:   \nb: c\n", A, 2, id="not-behind-spaces"),
        pytest.param("a: # c\n", A, 2, id="not-behind-a-comment"),
        pytest.param("a:", A, 2, id="at-the-end"),
        pytest.param("-\n- a\n", FIRST, 1, id="behind-the-dash"),
        pytest.param("- # c\n- a\n", FIRST, 1, id="behind-the-dash-not-the-comment"),
        # In flow style and without a colon, the mark is the position of the next token.
        pytest.param("{b: , c: d}\n", B, 4, id="at-the-comma"),
        pytest.param("{b: # c\n  }\n", B, 10, id="at-the-bracket-below-a-comment"),
        pytest.param("{b, c: d}\n", B, 2, id="left-out-in-flow"),
        pytest.param("{b , c: d}\n", B, 3, id="left-out-before-a-space"),
        pytest.param("? a\nb: c\n", A, 4, id="left-out-on-the-next-line"),
        pytest.param("x:\n  ? a\n  b: c\n", ("x", "a"), 11, id="left-out-before-indentation"),
    ],
)
def test_an_empty_value_has_no_width(text: str, path: Path, at: int) -> None:
    found = node(text, path)
    assert (found.start_mark.index, found.end_mark.index) == (at, at)


@pytest.mark.parametrize(
    ("text", "path", "marked"),
    [
        pytest.param("a: |\n  b\nc: d\n", A, "|\n  b\n", id="literal"),
        pytest.param("a: >\n  b\n\n  c\nd: e\n", A, ">\n  b\n\n  c\n", id="folded"),
        pytest.param("a: |\n  b\n\nc: d\n", A, "|\n  b\n\n", id="blank-lines-too"),
        pytest.param("a: |-\n  b\n\nc: d\n", A, "|-\n  b\n\n", id="blank-lines-too-when-stripped"),
        pytest.param("a: |+\n  b\n\nc: d\n", A, "|+\n  b\n\n", id="blank-lines-too-when-kept"),
        pytest.param("a: |2-\n   b\nc: d\n", A, "|2-\n   b\n", id="indentation-indicator-first"),
        pytest.param("a: |+2\n   b\nc: d\n", A, "|+2\n   b\n", id="chomping-indicator-first"),
        pytest.param("a: | # c\n  b\nd: e\n", A, "| # c\n  b\n", id="comment-behind-the-header"),
        pytest.param("a: |\n  b\n   \n", A, "|\n  b\n   \n", id="a-line-of-spaces-is-text"),
        pytest.param("a: |\n  b\n# c\nd: e\n", A, "|\n  b\n", id="not-a-comment-below"),
        pytest.param("a: |\n  b\n # c\nd: e\n", A, "|\n  b\n", id="not-a-comment-indented-less"),
        pytest.param("x:\n  a: |\n    b\n  c: d\n", ("x", "a"), "|\n    b\n", id="not-the-next-line's-indentation"),
        pytest.param("- |\n b\n- c\n", FIRST, "|\n b\n", id="in-a-list"),
        pytest.param("a: |\nb: c\n", A, "|\n", id="without-text"),
        pytest.param("a: |\n\nb: c\n", A, "|\n\n", id="without-text-but-a-blank-line"),
        pytest.param("a: |\n  b\n...\n", A, "|\n  b\n", id="not-the-document's-end"),
        pytest.param("a: |\n  b", A, "|\n  b", id="at-the-end-without-break"),
        pytest.param("a: |+\n  b\n", A, "|+\n  b\n", id="at-the-end"),
        pytest.param("a: |\r\n  b\r\nc: d\r\n", A, "|\r\n  b\r\n", id="crlf"),
    ],
)
def test_a_block_scalar_ends_where_a_line_starts_that_is_not_its_own(text: str, path: Path, marked: str) -> None:
    assert covered(text, path) == marked


@pytest.mark.parametrize(
    ("text", "path", "marked"),
    [
        pytest.param("a:\n  b: c\n", A, "b: c\n", id="map"),
        pytest.param("a:\n- b\n", A, "- b\n", id="list"),
        pytest.param("a:\n  b: c\n  # d\n\ne: f\n", A, "b: c\n  # d\n\n", id="map-past-comments"),
        pytest.param("a:\n- b\n# c\n\nd: e\n", A, "- b\n# c\n\n", id="list-past-comments"),
        pytest.param("a:\n  - b\n  # c\n", A, "- b\n  # c\n", id="list-past-comments-at-the-end"),
        pytest.param("a:\n  b: c", A, "b: c", id="map-at-the-end-without-break"),
        pytest.param("- a: b\n  c: d\n- e\n", FIRST, "a: b\n  c: d\n", id="map-behind-a-dash"),
        pytest.param("--- # c\na: b\n# d\n...\n", (), "a: b\n# d\n", id="root-between-markers"),
    ],
)
def test_a_block_collection_ends_where_the_next_token_starts(text: str, path: Path, marked: str) -> None:
    assert covered(text, path) == marked


@pytest.mark.parametrize(
    ("text", "path", "marked"),
    [
        pytest.param("a: [b, c ] # d\n", A, "[b, c ]", id="list"),
        pytest.param("a: {b: c} # d\n", A, "{b: c}", id="map"),
        pytest.param("a: [b,\n  c # d\n  ] # e\n", A, "[b,\n  c # d\n  ]", id="on-three-lines"),
        pytest.param("a: []\n", A, "[]", id="empty-list"),
        pytest.param("a: {}\n", A, "{}", id="empty-map"),
        pytest.param("a: [b: c]\n", ("a", 0), "b: c", id="a-pair-without-brackets"),
    ],
)
def test_a_flow_collection_starts_and_ends_exactly(text: str, path: Path, marked: str) -> None:
    assert covered(text, path) == marked


@pytest.mark.parametrize(
    ("text", "path", "marked"),
    [
        pytest.param("a: &x b\n", A, "&x b", id="anchor"),
        pytest.param("a: !!str b\n", A, "!!str b", id="tag"),
        pytest.param("a: &x !!str b\n", A, "&x !!str b", id="anchor-and-tag"),
        pytest.param("a: &x\nb: c\n", A, "&x", id="anchor-of-an-empty-value"),
        pytest.param("a: &x |\n  b\n", A, "&x |\n  b\n", id="anchor-of-a-block-scalar"),
        pytest.param("a: &x {}\n", A, "&x {}", id="anchor-of-a-flow-map"),
        pytest.param("a: &x\n  b: c\n", A, "&x\n  b: c\n", id="anchor-of-a-block-map"),
        pytest.param("a: !!seq # c\n- b\n", A, "!!seq # c\n- b\n", id="tag-of-a-block-list"),
        pytest.param("- &x a\n", FIRST, "&x a", id="anchor-in-a-list"),
        pytest.param("&x a: b\n", (), "&x a: b\n", id="anchor-of-a-key"),
    ],
)
def test_an_anchor_or_a_tag_is_part_of_its_node(text: str, path: Path, marked: str) -> None:
    assert covered(text, path) == marked


def test_an_alias_is_the_node_of_its_anchor() -> None:
    root = nodes.compose("a: &x b\nc: *x\nd: [*x]\n")
    anchor = nodes.get(root, "a")
    assert anchor is nodes.get(root, "c") is nodes.find(root, ("d", 0))


def test_a_merge_and_a_repeated_key_are_left_to_the_reader() -> None:
    root = nodes.compose("a: &x {b: c}\nd: {<<: *x, e: 1, e: 2}\n")
    pairs: Any = nodes.get(root, "d")
    assert [key.value for key, _ in pairs.value] == ["<<", "e", "e"]


@pytest.mark.parametrize(
    ("text", "column", "indent"),
    [
        pytest.param("a:\n- b\n", 0, 2, id="list-as-deep-as-its-key"),
        pytest.param("a:\n  - b\n", 2, 4, id="indented-list"),
        pytest.param("a:\n-   b\n", 0, 4, id="wide-dash"),
        pytest.param("a:\n- x: b\n  y: c\n", 0, 2, id="list-of-maps"),
        pytest.param("a:\n-\n    x: b\n", 0, 4, id="item-below-its-dash"),
    ],
)
def test_the_columns_of_a_list_are_those_of_dash_and_item(text: str, column: int, indent: int) -> None:
    found = node(text, A)
    assert (found.start_mark.column, found.value[-1].start_mark.column) == (column, indent)


@pytest.mark.parametrize(
    ("text", "column"),
    [
        pytest.param("a:\n    b: c\n", 4, id="below-a-key"),
        pytest.param("- a: b\n  c: d\n", 2, id="behind-a-dash"),
        pytest.param("-   a: b\n", 4, id="behind-a-wide-dash"),
    ],
)
def test_the_column_of_a_map_is_that_of_its_keys(text: str, column: int) -> None:
    root: Any = nodes.compose(text)
    inner = root.value[0] if nodes.is_sequence(root) else root.value[0][1]
    assert inner.start_mark.column == column


@pytest.mark.parametrize(
    ("text", "index", "line", "column"),
    [
        pytest.param("b: c\n", 3, 0, 3, id="ascii"),
        pytest.param("é: 1\nb: c\n", 8, 1, 3, id="two-bytes"),
        pytest.param("😀: 1\nb: c\n", 8, 1, 3, id="astral"),
        pytest.param("😀: {b: c}\n", 7, 0, 7, id="astral-on-the-same-line"),
        pytest.param("a: 1\r\nb: c\r\n", 9, 1, 3, id="crlf"),
        pytest.param("a: 1\rb: c\r", 8, 1, 3, id="lone-cr"),
        pytest.param("a: 1\x85b: c\n", 8, 1, 3, id="next-line"),
        pytest.param("a: 1\u2028b: c\n", 8, 1, 3, id="line-separator"),
        pytest.param("a: 1\u2029b: c\n", 8, 1, 3, id="paragraph-separator"),
        pytest.param("a: '1\u2028 2'\nb: c\n", 13, 2, 3, id="line-separator-in-quotes"),
        pytest.param("a: 1\u00a0\nb: c\n", 9, 1, 3, id="no-break-space-is-no-break"),
    ],
)
def test_marks_count_code_points_and_the_line_breaks_of_yaml_1_1(text: str, index: int, line: int, column: int) -> None:
    mark = next(found for path in (B, ("😀", "b")) if (found := node(text, path))).start_mark
    assert (mark.index, mark.line, mark.column) == (index, line, column)


def test_a_bom_is_not_counted() -> None:
    assert node("\ufeffa: b\n", A).start_mark.index == node("a: b\n", A).start_mark.index


@pytest.mark.parametrize(
    ("text", "is_open"),
    [
        pytest.param("a: |\n  b", True, id="literal"),
        pytest.param("a: >\n  b", True, id="folded"),
        pytest.param("a: |+\n  b", True, id="kept"),
        pytest.param("a: !!str &x |2\n  b", True, id="behind-a-tag-and-an-anchor"),
        pytest.param("- - |\n    b", True, id="in-lists"),
        pytest.param("a: |-\n  b", False, id="stripped"),
        pytest.param("a: |2-\n  b", False, id="stripped-and-indented"),
        pytest.param("a: |\n  b\n", False, id="with-a-line-break"),
        pytest.param("a: |\n  b\r", False, id="with-a-carriage-return"),
        pytest.param("a: |\n  b\nc: d", False, id="not-the-last"),
        pytest.param("a: b", False, id="plain"),
        pytest.param("a: &x |\n  b\nc: *x", False, id="alias-of-one"),
        pytest.param("a: &a [*a]", False, id="cycle"),
    ],
)
def test_a_last_text_without_line_break_is_open(text: str, is_open: bool) -> None:
    root: Any = nodes.compose(text)
    assert marks.ends_in_open_text(text, root) is is_open


def test_a_line_may_end_where_the_text_starts() -> None:
    assert marks.line_end("\na", 0) == 1


def test_a_plus_in_the_comment_of_a_header_keeps_no_breaks() -> None:
    text = "key: |  # one + one\n  text\n"
    node = nodes.get(read(text), "key")
    assert node is not None
    assert marks.is_block_scalar(node)
    assert not marks.keeps_breaks(text, node)


def test_the_first_line_break_may_be_the_first_of_the_text() -> None:
    assert marks.line_break("\r\na") == "\r\n"


def test_a_plus_may_be_the_last_of_three_indicators() -> None:
    text = "key: |2+\n  text\n"
    node = nodes.get(read(text), "key")
    assert node is not None
    assert marks.is_block_scalar(node)
    assert marks.keeps_breaks(text, node)


def test_a_lone_cr_may_be_the_first_of_the_text() -> None:
    assert marks.line_start("\ra", 2) == 1
