"""Test how a document is edited: in place, with a new layout, or not at all; every result must be proved."""

from __future__ import annotations

from typing import Any

import pytest

from postrender.errors import InputError, Place, ProofFailed, TooLarge
from postrender.limits import DEFAULTS, Limits
from postrender.yamledit import edit, marks, nodes, roundtrip, splice, stream
from postrender.yamledit.change import ADD, REMOVE, REPLACE, Change
from postrender.yamledit.stream import Parsed

ABOVE = b"kind: Other\n---\n"  #: a document above the edited one, which line numbers include
MERGE = "a: {<<: {b: c}}\n"
ANEW = 'a: {<<: {b: c}, d: "1"}\n'


def parsed(text: str, limits: Limits = DEFAULTS) -> Parsed:
    """Return a document that is the second in its stream."""
    data = ABOVE.replace(b"---\n", b"") + text.encode() if text.startswith("---") else ABOVE + text.encode()
    found = stream.parse(stream.read(data, limits=limits), stream.split(data)[1])
    assert found is not None
    return found


def add(value: object, *path: str | int) -> Change:
    return Change(ADD, path, value, "rule", "reason")


def replace(value: object, *path: str | int) -> Change:
    return Change(REPLACE, path, value, "rule", "reason")


def remove(*path: str | int) -> Change:
    return Change(REMOVE, path, None, "rule", "reason")


def tree(node: Any) -> object:
    """Return a document's values, independently of its layout."""
    return [node.tag, nodes.text(node) if nodes.is_scalar(node) else [tree(it) for it in nodes.children(node)]]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("---\na:   b # c\n", id="ordinary"),
        pytest.param("---\na: &x {b: c}\nd: *x\ne: {<<: *x}\n", id="aliases-and-merges"),
        pytest.param("---\na: b\x85c: d\n", id="nel"),
        pytest.param("---\na: b # \u2028\n", id="line-separator"),
        pytest.param("---\na: 1\na: 2\n", id="repeated-keys"),
    ],
)
def test_without_changes_a_document_stays(text: str) -> None:
    document = parsed(text)
    done = edit.apply(document, [])
    assert done.text == text
    assert done.root is document.root
    assert done.new_layout == ""


def test_what_is_already_so_may_be_written_again() -> None:
    assert edit.apply(parsed("---\na: b\n"), [replace("b", "a")]).text == "---\na: b\n"


@pytest.mark.parametrize(
    ("text", "change", "result"),
    [
        pytest.param("---\na:   b # c\n", replace("x", "a"), "---\na:   x # c\n", id="value"),
        pytest.param("---\na: b\n", add("x", "c"), "---\na: b\nc: x\n", id="entry"),
        pytest.param("---\na: b\nc: d\n...\n", remove("c"), "---\na: b\n...\n", id="removal"),
        pytest.param("--- {a: &x 1, b: *x}\n", add(2, "c"), '--- {a: &x 1, b: *x, "c": 2}\n', id="beside-an-alias"),
    ],
)
def test_an_edit_in_place_says_nothing(text: str, change: Change, result: str) -> None:
    done = edit.apply(parsed(text), [change])
    assert done.text == result
    assert tree(done.root) == tree(nodes.compose(result))
    assert done.new_layout == ""


@pytest.mark.parametrize("header", ["|", ">", "|+", "!!str |"])
def test_an_open_text_is_not_laid_out_anew(header: str) -> None:
    with pytest.raises(
        InputError,
        match=r"the last block scalar must be moved, but has no line break at its end, .*; end the stream with a line",
    ):
        edit.apply(parsed(f"---\na: {header}\n  b"), [add("d", "c")])


@pytest.mark.parametrize(
    ("text", "changes", "result", "problem", "column"),
    [
        pytest.param("---\n" + MERGE, [add("1", "a", "d")], "---\n" + ANEW, "a merge key", 4, id="merge"),
        pytest.param(
            "---\n- - a\n", [remove(0, 0)], "---\n- []\n", "this entry shares its line", 5, id="list-in-a-list"
        ),
        pytest.param(
            "---\na: &x {b: c}\nd: *x\n",
            [remove("a", "b"), remove("d", "b")],
            "---\na: &x {}\nd: *x\n",
            "an alias uses this",
            4,
            id="both-places-of-an-alias",
        ),
    ],
)
def test_a_new_layout_is_said(text: str, changes: list[Change], result: str, problem: str, column: int) -> None:
    done = edit.apply(parsed(text), changes)
    assert done.text == result
    assert tree(done.root) == tree(nodes.compose(result))
    assert done.new_layout.startswith(problem)
    assert done.place == Place("<stdin>", 3, column)


@pytest.mark.parametrize("sign", ["\x85", "\u2028", "\u2029"], ids=ascii)
@pytest.mark.parametrize("where", ["a: b{}\n", "a: b # {}\n", "{{a: b{} }}\n", 'a: "b{}"\n'])
def test_a_surprising_line_break_is_refused(sign: str, where: str) -> None:
    with pytest.raises(InputError, match="the document to edit contains a NEL, U\\+2028 or U\\+2029") as refused:
        edit.apply(parsed(where.format(sign)), [add("1", "new")])
    assert refused.value.sentence.endswith("; write it as an escape in double quotes")
    assert refused.value.place == Place("<stdin>", 2, 1)


def test_a_surprising_line_break_may_be_escaped() -> None:
    before = 'a: "\\N\\L\\P"\n'
    assert edit.apply(parsed(before), [add("x", "b")]).text == f"---\n{before}b: x\n"


@pytest.mark.parametrize(
    ("text", "change", "problem", "column"),
    [
        pytest.param("a: &x {b: 1}\nc: *x\n", add(2, "c", "d"), "an alias uses", 4, id="shared"),
        pytest.param("a: {<<: {b: ~}}\n", add(2, "a", "d"), "a merge key", 4, id="another-null"),
        pytest.param("a: {<<: {b: 1}, c: 1, c: 2}\n", add(2, "a", "d"), "a merge key", 4, id="repeated"),
    ],
)
def test_what_would_change_something_else_is_refused(text: str, change: Change, problem: str, column: int) -> None:
    with pytest.raises(InputError, match="cannot be edited without changing something else: ") as refused:
        edit.apply(parsed(text), [change])
    assert problem in refused.value.sentence
    assert refused.value.sentence.endswith("; write the value out in full in the chart's values or template")
    assert refused.value.place == Place("<stdin>", 3, column)
    assert isinstance(refused.value.__cause__, roundtrip.Impossible)


@pytest.mark.parametrize("more", [0, 1])
def test_what_is_large_is_not_laid_out_anew(more: int) -> None:
    text = f"---\n{MERGE}"
    document = parsed(text, Limits(layout_size=len(text) - more))
    if not more:
        assert edit.apply(document, [add("1", "a", "d")]).text == f"---\n{ANEW}"
        return
    with pytest.raises(TooLarge, match=r"or reformatted: it has more than the limit of [0-9]+ bytes; ") as refused:
        edit.apply(document, [add("1", "a", "d")])
    assert refused.value.sentence.startswith("cannot be edited in place (a merge key")
    assert refused.value.place == Place("<stdin>", 3, 4)


def test_what_is_large_may_be_edited_in_place() -> None:
    assert edit.apply(parsed("---\na: b\n", Limits(layout_size=0)), [replace("x", "a")]).text == "---\na: x\n"


@pytest.mark.parametrize(
    ("result", "problem"),
    [
        pytest.param("---\na: b\n", "/a does not have the planned value", id="not-done"),
        pytest.param("---\na: x\nc: e\n", "has keys that were not planned", id="too-much"),
        pytest.param("a: x\n", "no longer separate from the documents around it", id="marker-lost"),
        pytest.param("---\na: x", "no longer separate from the documents around it", id="last-line-break-lost"),
        pytest.param("---\na: x\n...\n", "no longer separate from the documents around it", id="end-marker-gained"),
        pytest.param("---\na: x\n--- {}\n", "no longer valid YAML", id="second-document"),
        pytest.param("---\n{a: x\n", "no longer valid YAML", id="not-yaml"),
        pytest.param("# c\n", "vanished", id="vanished"),
        pytest.param("---\n", "became another kind of node", id="null"),
    ],
)
def test_an_edit_in_place_that_is_wrong_ends_the_run(
    monkeypatch: pytest.MonkeyPatch, result: str, problem: str
) -> None:
    monkeypatch.setattr(splice, "splice", lambda *_: result)
    with pytest.raises(ProofFailed, match=problem):
        edit.apply(parsed("---\na: b\n"), [replace("x", "a")])


@pytest.mark.parametrize("result", [MERGE, "a: {<<: {b: c}}\nd: '1'\n", "{", ""])
def test_a_new_layout_that_is_wrong_is_refused(monkeypatch: pytest.MonkeyPatch, result: str) -> None:
    monkeypatch.setattr(roundtrip, "edit", lambda *_: result)
    with pytest.raises(InputError, match="cannot be edited without changing something else: a merge key"):
        edit.apply(parsed(MERGE), [add("1", "a", "d")])


def test_whatever_is_unsafe_is_laid_out_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    document = parsed("---\na:   b\n")

    def refuse(*_: object) -> str:
        raise marks.Unsafe("a problem", document.root)

    monkeypatch.setattr(splice, "splice", refuse)
    done = edit.apply(document, [replace("x", "a")])
    assert done.text == "---\na: x\n"
    assert done.new_layout == "a problem"


def test_what_is_safe_is_not_laid_out_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roundtrip, "edit", lambda *_: pytest.fail("this can be edited in place"))
    assert edit.apply(parsed("---\na:   b\n"), [replace("x", "a")]).text == "---\na:   x\n"
