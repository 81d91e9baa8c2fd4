"""Test the round trip through ruamel.yaml: what it keeps, what it lays out anew, and what it cannot do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import ruamel.yaml

from postrender.yamledit import nodes, proof, roundtrip
from postrender.yamledit.change import ADD, APPEND, REMOVE, REPLACE, Change

if TYPE_CHECKING:
    from postrender.yamledit.nodes import Node


def read(text: str) -> Node:
    root = nodes.compose(text)
    assert root is not None
    return root


def add(value: object, *path: str | int) -> Change:
    return Change(ADD, path, value, "rule", "reason")


def replace(value: object, *path: str | int) -> Change:
    return Change(REPLACE, path, value, "rule", "reason")


def remove(*path: str | int) -> Change:
    return Change(REMOVE, path, None, "rule", "reason")


def edited(text: str, *changes: Change) -> str:
    """Return the edited text, which must pass the proof."""
    root = read(text)
    result = roundtrip.edit(text, root, changes)
    proof.require(root, result, changes)
    return result


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a: b\n", id="map"),
        pytest.param("- a\n- b\n", id="list"),
        pytest.param("# above\na: b # beside\n# below\nc: d\n# at the end\n", id="comments"),
        pytest.param("a: 'b'\nc: \"d\"\ne: f\n", id="quotes"),
        pytest.param("a: null\nb: [null]\n", id="null"),
        pytest.param("a: &x {b: c}\nd: *x\ne:\n  <<: *x\n", id="anchors"),
        pytest.param("a: {b: [1, 2.50, 0x1F, 0o17, true]}\n", id="flow-and-numbers"),
        pytest.param("a: |-\n  b\n\n  c\nd: >\n  e\n", id="block-texts"),
        pytest.param(f"a: {'word ' * 100}end\n", id="a-long-line"),
        pytest.param(f'a: "{"word " * 100}"\n', id="a-long-text-in-quotes"),
        pytest.param("é: 😀\n", id="beyond-ascii"),
        pytest.param("---\na: b\n", id="marker"),
        pytest.param("--- # beside the marker\n# below it\na: b\n", id="comments-at-the-marker"),
        pytest.param("%YAML 1.1\n---\na: yes\n", id="directive"),
        pytest.param("%TAG !e! tag:example.com,2000:\n--- # c\na: b\n", id="directive-above-a-comment"),
        pytest.param("# only a comment above\n\na: b\n", id="comment-and-a-blank-line-above"),
        pytest.param("a: b\n...\n", id="document-end"),
        pytest.param("a: b\n... # c\n# d\n\n", id="comments-behind-the-document-end"),
        pytest.param("a: b # ...\n", id="dots-in-a-comment"),
        pytest.param("---\r\na: b\r\nc: d\r\n...\r\n", id="crlf"),
        pytest.param("---\ra: b\rc: d\r...\r", id="lone-cr"),
        pytest.param("\n\na: b\n", id="blank-lines-above"),
    ],
)
def test_without_changes_such_a_text_stays(text: str) -> None:
    assert edited(text) == text


@pytest.mark.parametrize(
    ("text", "result"),
    [
        pytest.param("a: b", "a: b\n", id="a-last-line-break"),
        pytest.param("--- {a: b}\n", "---\n{a: b}\n", id="a-root-beside-its-marker"),
        pytest.param("--- {a: b} # c\n", "---\n{a: b} # c\n", id="a-root-and-a-comment-beside-its-marker"),
        pytest.param("--- {a: b}\r\n", "---\r\n{a: b}\r\n", id="a-root-beside-its-marker-crlf"),
        pytest.param("# c\n--- {a: b}\n...\n", "# c\n---\n{a: b}\n...\n", id="a-root-beside-a-marker-below-a-comment"),
        pytest.param("%YAML 1.1\r--- {a: b}\r", "%YAML 1.1\r---\r{a: b}\r", id="a-root-below-a-directive-lone-cr"),
        pytest.param("--- !t\na: b\n", "---\n!t\na: b\n", id="a-tag-beside-the-marker"),
        pytest.param("a:   b\nc:\n    - d\n", "a: b\nc:\n- d\n", id="white-space"),
    ],
)
def test_what_is_laid_out_anew(text: str, result: str) -> None:
    assert edited(text) == result


@pytest.mark.parametrize("text", ["a: ~\n", "a:\n", "a: Null\n"])
def test_every_null_becomes_the_charts(text: str) -> None:
    """The proof distinguishes these nulls, so such a document is refused."""
    assert roundtrip.edit(text, read(text), []) == "a: null\n"


MAP = "a:\n  # above b\n  b: one\n  c: two # beside c\nd: {e: f}\n"
LIST = "a:\n- one\n# above two\n- two\n- three\nd: [e, f]\n"


@pytest.mark.parametrize(
    ("text", "changes", "old", "new"),
    [
        pytest.param(MAP, [add("x", "a", "new")], "c\n", "c\n  new: x\n", id="add"),
        pytest.param(MAP, [add("x", "new")], "f}\n", "f}\nnew: x\n", id="add-to-the-root"),
        pytest.param(MAP, [add("x", "d", "new")], "f}", "f, new: x}", id="add-to-flow"),
        pytest.param(MAP, [replace("x", "a", "b")], "one", "x", id="replace"),
        pytest.param(MAP, [replace("x", "d")], "{e: f}", "x", id="replace-a-map"),
        pytest.param(MAP, [remove("d", "e")], "{e: f}", "{}", id="remove-the-only-one"),
        pytest.param(MAP, [remove("d")], "d: {e: f}\n", "", id="remove-a-map"),
        pytest.param(MAP, [remove("d"), add("x", "d")], "{e: f}", "x", id="remove-and-add"),
        pytest.param(LIST, [add("x", "a", 0)], "- one", "- x\n- one", id="insert-the-first"),
        pytest.param(LIST, [add("x", "a", 2)], "- three", "- x\n- three", id="insert"),
        pytest.param(LIST, [add("x", "a", APPEND)], "three\n", "three\n- x\n", id="append"),
        pytest.param(LIST, [add("x", "d", APPEND), add("z", "d", APPEND)], "f]", "f, x, z]", id="append-in-order"),
        pytest.param(LIST, [replace("x", "a", 0)], "one", "x", id="replace-an-item"),
        pytest.param(LIST, [replace("x", "d", 1)], "f]", "x]", id="replace-the-last-item"),
        pytest.param(LIST, [remove("a", 2)], "- three\n", "", id="remove-an-item"),
        pytest.param(LIST, [remove("d", 1), remove("d", 0)], "[e, f]", "[]", id="remove-all-items"),
        pytest.param("a: {b: [{c: d}]}\n", [add("x", "a", "b", 0, "e")], "d}", "d, e: x}", id="deep"),
        pytest.param("a: {'-': b}\n", [replace("x", "a", "-")], "b}", "x}", id="replace-a-key-that-is-a-dash"),
        pytest.param("a: {b: c}\n", [add("x", "a", "-")], "c}", "c, '-': x}", id="add-a-key-that-is-a-dash"),
    ],
)
def test_a_change(text: str, changes: list[Change], old: str, new: str) -> None:
    assert text.count(old) == 1
    assert edited(text, *changes) == text.replace(old, new)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        pytest.param("word", " word", id="word"),
        pytest.param("yes", ' "yes"', id="a-word-that-is-a-bool"),
        pytest.param("1", ' "1"', id="digits"),
        pytest.param("", ' ""', id="nothing"),
        pytest.param("a: b # c", ' "a: b # c"', id="signs"),
        pytest.param("word " * 100, f' "{"word " * 100}"', id="a-long-text"),
        pytest.param(1, " 1", id="number"),
        pytest.param(True, " true", id="bool"),
        pytest.param(None, " null", id="null"),
        pytest.param([], " []", id="empty-list"),
        pytest.param({}, " {}", id="empty-map"),
        pytest.param(["1", 1, "word"], '\n- "1"\n- 1\n- word', id="list"),
        pytest.param({"b": "1", "a": ["off", None]}, '\n  b: "1"\n  a:\n  - "off"\n  - null', id="map"),
    ],
)
def test_a_value_is_written_in_our_quoting(value: object, written: str) -> None:
    assert edited("k: old\n", replace(value, "k")) == f"k:{written}\n"


@pytest.mark.parametrize(
    ("newline", "text"),
    [
        pytest.param("\r\n", "---\r\na: b\r\n", id="crlf"),
        pytest.param("\r", "---\ra: b\r", id="lone-cr"),
        pytest.param("\n", "---\na: b\n", id="lf"),
        pytest.param("\n", "--- {a: b}\n", id="beside-its-marker"),
        pytest.param("\n", "--- {a: b}", id="none"),
    ],
)
def test_new_lines_end_as_the_others_do(newline: str, text: str) -> None:
    result = edited(text, add(["x"], "new"))
    assert newline in result
    assert result.replace(newline, "").isprintable()


def test_the_line_break_is_that_of_the_root() -> None:
    """The text above the root may come from another editor."""
    assert edited("# c\r\n---\na: b\n", add("x", "new")) == "# c\r\n---\na: b\nnew: x\n"


@pytest.mark.parametrize(
    ("text", "changes", "result"),
    [
        pytest.param("a: &x {b: 1}\nc: *x\n", [remove("a", "b"), remove("c", "b")], "a: &x {}\nc: *x\n", id="entry"),
        pytest.param("a: &x {b: 1}\nc: *x\n", [replace(2, "a", "b"), replace(2, "c", "b")], "", id="value"),
        pytest.param("a: &x [1]\nc: *x\n", [remove("a", 0)], "a: &x []\nc: *x\n", id="item"),
    ],
)
def test_what_an_alias_shares_changes_with_it(text: str, changes: list[Change], result: str) -> None:
    """The proof checks whether this change was planned."""
    assert roundtrip.edit(text, read(text), changes) == (result or text.replace("1", "2"))


@pytest.mark.parametrize(
    ("text", "changes", "problem"),
    [
        pytest.param("a: 1\na: 2\n", [], "found duplicate key", id="repeated-key"),
        pytest.param("a: !!timestamp b\n", [], "failed to construct timestamp", id="a-tag-that-lies"),
        pytest.param("a: &x b\nc: {*x : d}\n", [add("e", "c", "f")], "found undefined alias", id="alias-as-key"),
        pytest.param("a: b\n", [add("x", "c", "d")], "^'c'$", id="no-parent"),
        pytest.param("a: [b]\n", [replace("x", "a", 1)], "out of range", id="no-item"),
        pytest.param("a: [b]\n", [remove("a", 1)], "out of range", id="no-item-to-remove"),
        pytest.param("a: b\n", [add("x", "a", "c")], "does not support item assignment", id="below-a-text"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(text: str, changes: list[Change], problem: str) -> None:
    with pytest.raises(roundtrip.Impossible, match=problem) as refused:
        roundtrip.edit(text, read(text), changes)
    assert "\n" not in str(refused.value)
    assert refused.value.__cause__ is not None


def test_removing_what_is_gone_is_done() -> None:
    before = "a: {b: c}\n"
    assert roundtrip.edit(before, read(before), [remove("a", "d")]) == before


def test_an_operation_is_known_by_what_it_says() -> None:
    """A user's patches have operations from a text, which are not the same objects as our constants."""
    removed = Change("".join(("re", "move")), ("a", 1), None, "rule", "reason")
    inserted = Change("".join(("a", "dd")), ("a", 0), "x", "rule", "reason")
    assert edited("a: [b, c]\n", removed) == "a: [b]\n"
    assert edited("a: [b, c]\n", inserted) == "a: [x, b, c]\n"


class Failing(ruamel.yaml.YAML):
    """A stand-in for ruamel.yaml that raises its own errors."""

    error: BaseException

    def load(self, *_: object) -> None:
        raise self.error


@pytest.mark.parametrize("error", [AttributeError("why\nand more"), RecursionError("why"), KeyError()], ids=repr)
def test_any_error_of_the_library_is_a_refusal(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    monkeypatch.setattr(Failing, "error", error, raising=False)
    monkeypatch.setattr(ruamel.yaml, "YAML", Failing)
    with pytest.raises(roundtrip.Impossible) as refused:
        roundtrip.edit("a: b\n", read("a: b\n"), [])
    assert refused.value.__cause__ is error
    assert str(refused.value) in ("why", "", "KeyError")


def test_lack_of_memory_is_no_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Failing, "error", MemoryError(), raising=False)
    monkeypatch.setattr(ruamel.yaml, "YAML", Failing)
    with pytest.raises(MemoryError):
        roundtrip.edit("a: b\n", read("a: b\n"), [])


@pytest.mark.parametrize(
    ("text", "result"),
    [
        pytest.param("a: b\n", "a: x\n", id="nothing-around"),
        pytest.param("  a: b\n", "a: x\n", id="indented"),
        pytest.param("---\n  a: b\n  c: d\n", "---\na: x\nc: d\n", id="indented-below-a-marker"),
        pytest.param("# c\n---\na: b\n...\n# d\n", "# c\n---\na: x\n...\n# d\n", id="markers"),
        pytest.param("--- {a: b}\n", "---\n{a: x}\n", id="beside-its-marker"),
        pytest.param("\r--- {a: b}\r", "\r---\r{a: x}\r", id="beside-its-marker-lone-cr"),
        pytest.param("a: b\r\n", "a: x\r\n", id="crlf"),
        pytest.param("---\r\na:  b\r\n...", "---\r\na: x\r\n...", id="crlf-and-markers"),
        pytest.param("a: b\n\n...\n", "a: x\n\n...\n", id="blank-line-above-the-end"),
        pytest.param("a: b # ...\n", "a: x # ...\n", id="dots-in-a-comment"),
    ],
)
def test_what_stands_around_the_content_is_kept(text: str, result: str) -> None:
    assert edited(text, replace("x", "a")) == result


def test_the_last_line_break_stays_where_a_collection_with_a_blank_line_goes() -> None:
    text = 'b:\n\n- []\n- a: "two words"\nc: "a"\n'
    assert edited(text, replace([], "b")).endswith('c: "a"\n')
