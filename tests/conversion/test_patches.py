from __future__ import annotations

from typing import Any

import jsonpatch
import jsonpointer
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from postrender.cli import timer
from postrender.config.patches import Operation, Patch
from postrender.conversion import draft, patches
from postrender.conversion.json_values import value_of
from postrender.errors import InputError, NoTarget
from postrender.kubernetes.selector import Selector
from postrender.yamledit import edit, nodes
from postrender.yamledit import stream as stream_of
from postrender.yamledit.change import pointer
from tests.property import oracle
from tests.property.styles import ORDINARY, WILD, written

MAP = """\
kind: X  # which
a:
  # above b
  b: one  # behind b
  # above c
  c: two

  # below
d: three
"""
LIST = """\
kind: X
a:
# above one
- one  # behind one
# above two
- b: two
  c: deep
# above three
- three

# below
d: four
"""
FLOW = """\
kind: X
a: [one, {b: two}, three]  # behind
d: {
  e: one,  # behind e
  # above f
  f: two  # behind f
}
"""
TARGET = Selector(kind="X")


def operation(op: str, path: str, *value: Any) -> Operation:
    """Return an operation; for `move` and `copy`, the last argument is the source path."""
    return Operation(op, path, None, str(value[0])) if op in ("move", "copy") else Operation(op, path, *value)


def applied(text: str, *operations: Operation) -> str:
    return patches.apply(stream_of.read(text.encode()), [Patch(TARGET, operations)]).stream.data.decode()


@pytest.mark.parametrize(
    ("text", "change", "old", "new"),
    [
        pytest.param(MAP, ("add", "/a/e", "new"), "c: two\n", "c: two\n  e: new\n", id="add"),
        pytest.param(MAP, ("add", "/a/b", "new"), "b: one", "b: new", id="add-where-there-is-one"),
        pytest.param(MAP, ("add", "/e", {"f": ["g"]}), "d: three\n", "d: three\ne:\n  f:\n    - g\n", id="add-a-map"),
        pytest.param(MAP, ("replace", "/a/c", 7), "c: two", "c: 7", id="replace"),
        pytest.param(MAP, ("replace", "/a/b", ["x"]), "b: one", 'b: ["x"]', id="replace-by-a-list-beside-a-comment"),
        pytest.param(MAP, ("remove", "/a/b"), "  b: one  # behind b\n", "", id="remove"),
        pytest.param(MAP, ("remove", "/d"), "d: three\n", "", id="remove-the-last"),
        pytest.param(MAP, ("copy", "/e", "/a/b"), "d: three\n", "d: three\ne: one\n", id="copy"),
        pytest.param(LIST, ("add", "/a/0", "x"), "- one  #", "- x\n- one  #", id="first"),
        pytest.param(LIST, ("add", "/a/1", {"x": "new", "z": 1}), "- b", "- x: new\n  z: 1\n- b", id="middle"),
        pytest.param(LIST, ("add", "/a/2", "x"), "- three", "- x\n- three", id="before-the-last"),
        pytest.param(LIST, ("add", "/a/3", "x"), "- three\n", "- three\n- x\n", id="at-the-length"),
        pytest.param(LIST, ("add", "/a/-", "x"), "- three\n", "- three\n- x\n", id="behind-the-last"),
        pytest.param(LIST, ("replace", "/a/0", "x"), "- one", "- x", id="an-item"),
        pytest.param(LIST, ("add", "/a/1/b", "x"), "b: two", "b: x", id="below-an-item"),
        pytest.param(LIST, ("remove", "/a/0"), "- one  # behind one\n", "", id="remove-an-item"),
        pytest.param(LIST, ("remove", "/a/1/c"), "  c: deep\n", "", id="remove-below-an-item"),
        pytest.param(LIST, ("remove", "/a/1/b"), "- b: two\n  c: deep\n", "- c: deep\n", id="remove-behind-a-dash"),
        pytest.param(LIST, ("copy", "/a/0", "/d"), "- one  #", "- four\n- one  #", id="copy-into-a-list"),
        pytest.param(FLOW, ("add", "/a/0", "x"), "[one", '["x", one', id="flow-first"),
        pytest.param(FLOW, ("add", "/a/1", "x"), "{b: two}", '"x", {b: two}', id="flow-middle"),
        pytest.param(FLOW, ("add", "/a/-", "x"), "three]", 'three, "x"]', id="flow-behind-the-last"),
        pytest.param(FLOW, ("add", "/a/3", None), "three]", "three, null]", id="flow-at-the-length"),
        pytest.param(FLOW, ("remove", "/a/1"), "{b: two}, ", "", id="flow-remove"),
        pytest.param(FLOW, ("add", "/a/1/c", "x"), "{b: two}", '{b: two, "c": "x"}', id="flow-in-flow"),
        pytest.param(FLOW, ("replace", "/d/e", "x"), "e: one", 'e: "x"', id="flow-with-comments"),
        pytest.param(FLOW, ("add", "/d/g", "x"), "f: two", 'f: two, "g": "x"', id="flow-with-a-last-comment"),
    ],
)
def test_an_operation_changes_its_place_and_nothing_else(
    text: str, change: tuple[str, str, Any], old: str, new: str
) -> None:
    assert text.count(old) == 1
    assert applied(text, operation(*change)) == text.replace(old, new)


@pytest.mark.parametrize(
    ("wanted", "op"),
    [
        pytest.param(operation("add", "/a/e", "new"), "add", id="add"),
        pytest.param(operation("add", "/a/b", "new"), "replace", id="add-where-there-is-one"),
        pytest.param(operation("replace", "/a/b", "new"), "replace", id="replace"),
        pytest.param(operation("remove", "/a/b"), "remove", id="remove"),
        pytest.param(operation("copy", "/d", "/a/b"), "replace", id="copy-where-there-is-one"),
    ],
)
def test_a_change_says_what_it_did(wanted: Operation, op: str) -> None:
    ((_, change),) = patches.apply(stream_of.read(MAP.encode()), [Patch(TARGET, (wanted,))]).changes
    assert (change.op, change.rule) == (op, draft.ID)


@pytest.mark.parametrize(
    ("text", "path", "source", "pairs"),
    [
        pytest.param(
            MAP, "/e", "/a/b", [("  b: one  # behind b\n", ""), ("d: three\n", "d: three\ne: one\n")], id="map"
        ),
        pytest.param(LIST, "/a/0", "/a/2", [("- three\n", ""), ("- one  #", "- three\n- one  #")], id="to-the-front"),
        pytest.param(
            LIST, "/a/-", "/a/0", [("- one  # behind one\n", ""), ("- three\n", "- three\n- one\n")], id="to-the-end"
        ),
        pytest.param(FLOW, "/d/f", "/a/1/b", [("{b: two}", "{}")], id="onto-its-equal"),
    ],
)
def test_a_move_is_a_removal_and_an_addition(text: str, path: str, source: str, pairs: list[tuple[str, str]]) -> None:
    expected = text
    for old, new in pairs:
        assert expected.count(old) == 1
        expected = expected.replace(old, new)
    assert applied(text, operation("move", path, source)) == expected


@pytest.mark.parametrize(
    "path",
    [pytest.param("/a~1b", id="slash"), pytest.param("/a~0b", id="tilde"), pytest.param("/a~01b", id="both")],
)
def test_escapes_in_a_pointer(path: str) -> None:
    text = "kind: X\na/b: ''\na~b: ''\na~1b: ''\n"
    key = path[1:].replace("~1", "/").replace("~0", "~")
    assert applied(text, operation("replace", path, "new")) == text.replace(f"{key}: ''", f"{key}: new")


@pytest.mark.parametrize(
    "value", ["y", "1e3", "0o17", "~", "", "1:30", "x" * 200, "word " * 40, "a\nb\n", "\u2028", "é😀"]
)
@pytest.mark.parametrize("text", [pytest.param(MAP, id="block"), pytest.param(FLOW, id="flow")])
def test_a_string_arrives_as_a_string(text: str, value: str) -> None:
    output = applied(text, operation("replace", "/d", {"e": value}), operation("add", "/a", [value]))
    for readings in (oracle.read_1_1(output), oracle.read_1_2(output)):
        assert readings == [{"kind": "X", "a": [value], "d": {"e": value}}]
    assert len(output.splitlines()) <= len(text.splitlines()) + (value == "\u2028") * 2


@pytest.mark.parametrize(
    "operations",
    [
        pytest.param([operation("test", "/a/b", "one"), operation("test", "/a", {"c": "two", "b": "one"})], id="test"),
        pytest.param([operation("add", "/a/b", "one"), operation("replace", "/d", "three")], id="the-same-again"),
        pytest.param([operation("add", "/e", "x"), operation("remove", "/e")], id="there-and-back"),
        pytest.param([operation("copy", "/d", "/d"), operation("copy", "/a", "/a")], id="to-itself"),
    ],
)
def test_nothing_to_do(operations: list[Operation]) -> None:
    assert applied(MAP, *operations) == MAP


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(operation("test", "/a/b", "two"), id="test"),
        pytest.param(operation("test", "/a/b", None), id="test-for-null"),
        pytest.param(operation("test", "/a/z", None), id="test-of-nothing"),
        pytest.param(operation("replace", "/a/z", 1), id="replace"),
        pytest.param(operation("remove", "/a/z"), id="remove"),
        pytest.param(operation("remove", "/z/a"), id="remove-below-nothing"),
        pytest.param(operation("add", "/z/a", 1), id="add-below-nothing"),
        pytest.param(operation("add", "/d/a", 1), id="add-below-text"),
        pytest.param(operation("move", "/z", "/y"), id="move"),
        pytest.param(operation("move", "/a/b/c", "/a"), id="move-into-itself"),
        pytest.param(operation("copy", "/z", "/y"), id="copy"),
    ],
)
def test_what_cannot_be_done_names_the_patch_and_the_document(wrong: Operation) -> None:
    fine = Patch(TARGET, (operation("test", "/kind", "X"),))
    stream = f"---\n# none\n---\n{MAP}".encode()
    with pytest.raises(InputError, match=r"spec\.patches\[1\]\.patch\[1\].* of X\b") as failed:
        patches.apply(stream_of.read(stream), [fine, Patch(TARGET, (operation("test", "/d", "three"), wrong))])
    assert failed.value.place.line in (3, 4)


@pytest.mark.parametrize("step", ["4", "-1", "01", "x", "1.0", "", "٣"])
@pytest.mark.parametrize("text", [pytest.param(LIST, id="block"), pytest.param(FLOW, id="flow")])
def test_an_index_that_is_none_is_refused(text: str, step: str) -> None:
    with pytest.raises(InputError, match=r"spec\.patches\[0\]\.patch\[0\]"):
        applied(text, operation("add", f"/a/{step}", 1))


@pytest.mark.parametrize("op", ["replace", "remove", "test"])
@pytest.mark.parametrize("step", ["3", "-"])
def test_behind_the_last_item_is_nothing(op: str, step: str) -> None:
    with pytest.raises(InputError, match=r"spec\.patches\[0\]\.patch\[0\]"):
        applied(LIST, operation(op, f"/a/{step}", "three"))


@pytest.mark.parametrize("op", ["move", "copy"])
@pytest.mark.parametrize("text", ["yes", "0o17", "1:30", "!!int 1", "{b: yes}", "[a, [off]]", "{on: a}", "!x {b: c}"])
def test_what_reads_differently_is_not_copied(op: str, text: str) -> None:
    said = rf"{op} /b of X fails: YAML 1\.1 and 1\.2 read the value at /a differently; use add instead$"
    with pytest.raises(InputError, match=said):
        applied(f"kind: X\na: {text}\n", operation(op, "/b", "/a"))


@pytest.mark.parametrize("text", ["b", '"yes"', "1", "null", "true", "{1: a}", "{b: [c, 1.5, null]}", "[]", "0.3.1"])
def test_what_reads_the_same_is_copied(text: str) -> None:
    copied = nodes.compose(applied(f"kind: X\na: {text}\n", operation("copy", "/b", "/a")))
    assert value_of(nodes.get(copied, "b")) == value_of(nodes.get(copied, "a"))


def test_a_list_may_be_long() -> None:
    items = "- a\n" * 300  # CPython reuses one object for each integer up to 256
    assert applied(f"kind: X\na:\n{items}", operation("add", "/a/300", "x")) == f"kind: X\na:\n{items}- x\n"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("01", "01", id="a-leading-zero"),
        pytest.param("-0", "-0", id="minus-zero"),
        pytest.param("0.50", "0.50", id="a-trailing-zero"),
        pytest.param("1.", "1.", id="no-decimals"),
        pytest.param("1e3", "1e3", id="no-point"),
        pytest.param("1_000", "1_000", id="an-underscore"),
        pytest.param("+1", "+1", id="plus"),
        pytest.param(".5", ".5", id="no-whole"),
        pytest.param("\u0661", "\u0661", id="another-script"),
        pytest.param("True", "True", id="another-true"),
        pytest.param("on", "on", id="another-bool"),
        pytest.param("nan", "nan", id="nan"),
        pytest.param("1" * 301, "1" * 301, id="very-many-digits"),
        pytest.param("true", True, id="true"),
        pytest.param("false", False, id="false"),
        pytest.param("0", 0, id="zero"),
        pytest.param("-7", -7, id="below-zero"),
        pytest.param("9", 9, id="nine"),
        pytest.param("0.5", 0.5, id="decimals"),
        pytest.param("1.0e+20", 1e20, id="a-power"),
        pytest.param("1" * 300, int("1" * 300), id="many-digits"),
    ],
)
def test_a_plain_text_is_a_number_where_every_reader_says_so(text: str, value: object) -> None:
    found = value_of(nodes.compose(text))
    assert (found, type(found)) == (value, type(value))


def test_a_target_that_is_not_there_is_named() -> None:
    fine = Patch(TARGET, (operation("test", "/kind", "X"),))
    with pytest.raises(NoTarget, match=r"spec\.patches\[1\].*kind: Y"):
        patches.apply(stream_of.read(MAP.encode()), [fine, Patch(Selector(kind="Y"), fine.operations)])


def test_a_target_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timer, "PATIENCE", 0.05)
    text = f"a: b\n---\nkind: X\nmetadata: {{name: {'a' * 40}}}\n"
    patch = Patch(Selector(kind="X", name="(a+)+b"), (operation("test", "/kind", "X"),))
    refusal = pytest.raises(InputError, match=r"^<stdin>:2:1: spec\.patches\[0\]\.target: the expression")
    with timer.limited_searches(), refusal as refused:
        patches.apply(stream_of.read(text.encode()), [patch])
    assert "takes too long" in refused.value.sentence


def test_every_document_and_item_is_patched_and_the_bytes_between_stay() -> None:
    stream = (
        f"# first\n---\n{MAP}---\nkind: Y\n---\nkind: List\nitems:\n- kind: X\n  d: five\n- kind: Y\n  d: six\n...\n"
    )
    done = patches.apply(stream_of.read(stream.encode()), [Patch(TARGET, (operation("replace", "/d", "x"),))])
    assert done.stream.data.decode() == stream.replace("d: three", "d: x").replace("d: five", "d: x")
    assert [(number, pointer(change.path)) for number, change in done.changes] == [(0, "/d"), (2, "/items/0/d")]


def test_a_later_patch_sees_what_an_earlier_one_did() -> None:
    first = Patch(TARGET, (operation("replace", "/kind", "Y"),))
    second = Patch(Selector(kind="Y"), (operation("test", "/kind", "Y"), operation("remove", "/kind")))
    assert patches.apply(stream_of.read(b"kind: X\na: b\n"), [first, second]).stream.data == b"a: b\n"


# Tests of random operations on random documents.

KEYS = st.sampled_from(["a", "b", "c", "name", "a/b", "a~b", "é", "-"])
TAME = st.sampled_from(["one", "two words", "", "1", "x\ny\n", "it's", 'a "b"', "é😀", "a: b", " x", "$(A)"])
HARD = st.sampled_from(["y", "1e3", "0o17", "~", "", "null", "x" * 200, "a\n\n", "# no", "- x", "1:30", "plain"])


def values(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    scalars = texts | st.none() | st.booleans() | st.integers(-3, 10**9)
    inner = lambda below: st.lists(below, max_size=3) | st.dictionaries(KEYS, below, max_size=3)  # noqa: E731
    return st.recursive(scalars, inner, max_leaves=6)


OBJECTS = st.builds(
    lambda data, more: {"kind": "X", "data": data, **more},
    values(TAME),
    st.dictionaries(KEYS, values(TAME), max_size=3),
)


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the path of each part of a value, except the root and the field `kind`, which the patch's target needs."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [place for step, below in inner for place in places(below, (*path, step))]
    return found if path in ((), ("kind",)) else [path, *found]


def at(value: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


@st.composite
def operations(draw: st.DrawFn, value: Any) -> Operation:
    """Draw an operation that RFC 6902 allows on a value."""
    there = draw(st.sampled_from(places(value) or [("kind",)]))
    if there == ("kind",):
        return Operation("test", "/kind", "X")
    op = draw(st.sampled_from(["add", "replace", "remove", "test", "move", "copy"]))
    if op in ("replace", "remove", "test"):
        return Operation(op, pointer(there), at(value, there) if op == "test" else draw(values(HARD)))
    goal = draw(st.sampled_from([*new_places(value), there]))
    return Operation(op, pointer(goal), draw(values(HARD)), pointer(there) if op != "add" else "")


def new_places(value: Any) -> list[tuple[str | int, ...]]:
    """Return each path at which a value can be added: a new key, before an item, or after the last item."""
    found: list[tuple[str | int, ...]] = [("new",)]
    for path in places(value):
        inner = at(value, path)
        if isinstance(inner, list):
            found += [(*path, step) for step in (*range(len(inner) + 1), "-")]
        elif isinstance(inner, dict):
            found.append((*path, "new"))
    return found


def meant(value: Any, wanted: Operation) -> Any:
    words = {"op": wanted.op, "path": wanted.path, "value": wanted.value, "from": wanted.source}
    return jsonpatch.apply_patch(value, [words])


def step(text: str, data: st.DataObject) -> str | None:
    """Apply one random operation, check the result, and return it; return None if RFC 6902 forbids the operation."""
    (before,) = oracle.read_1_1(text)
    wanted = data.draw(operations(before))
    try:
        expected = meant(before, wanted)
    # The operation moves a value into itself, or needs an index or a value that the operation itself removes.
    except (jsonpatch.JsonPatchConflict, jsonpointer.JsonPointerException):
        return None
    done = patches.apply(stream_of.read(text.encode()), [Patch(TARGET, (wanted,))])
    output = done.stream.data.decode()
    assert oracle.typed(oracle.read_1_1(output)) == oracle.typed([expected])
    event("laid out anew" if done.findings else "in place")
    if not done.findings and len(done.changes) == 1:
        kept = oracle.untouched(text, nodes.compose(text), [done.changes[0][1]])
        assert oracle.is_subsequence(kept, oracle.lines(output))
    if not done.changes:
        assert output == text
    return output


COPIES = ("differently; use add instead", "as a string; use add instead")


def refused(error: InputError) -> str:
    """Return the reason of a refusal. Each reason must be one that an operation allowed by RFC 6902 can have.

    A `copy` or `move` is also refused if YAML readers disagree about the value.
    """
    for words in (*COPIES, "the last block scalar must be moved, but has no line break"):
        if words in error.sentence:
            return words
    start = "cannot be edited without changing something else: "
    assert error.sentence.startswith(start)
    return error.sentence.removeprefix(start).partition(";")[0]


@given(written(OBJECTS, ORDINARY), st.data())
def test_random_operations_on_an_ordinary_document(text: str, data: st.DataObject) -> None:
    for _ in range(3):
        try:
            text = step(text, data) or text
        except InputError as error:  # in `- - a`, an item before `a` would have no line
            assert refused(error) in (
                "this item shares its line with another item",
                "this entry shares its line with another entry",
                "a comment stands between this and its key",
                "this entry follows a dash, and there is a comment below it",
                "this collection would be empty",
                *COPIES,
                "the last block scalar must be moved, but has no line break",
            )
            event("refused")


@given(written(OBJECTS, WILD), st.data())
def test_a_wild_document_is_patched_or_refused(text: str, data: st.DataObject) -> None:
    try:
        step(text, data)
    except InputError as error:
        event(f"refused: {refused(error)}")


def several(text: str, data: st.DataObject) -> None:
    """Apply several operations as one patch; operations that do not depend on each other are written together."""
    (value,) = oracle.read_1_1(text)
    wanted: list[Operation] = []
    for _ in range(data.draw(st.integers(2, 5))):
        one = data.draw(operations(value))
        try:
            value = meant(value, one)
        except (jsonpatch.JsonPatchConflict, jsonpointer.JsonPointerException):
            continue
        wanted.append(one)
    done = patches.apply(stream_of.read(text.encode()), [Patch(TARGET, tuple(wanted))])
    event(f"{len(wanted)} operations, {len(done.changes)} changes")
    assert oracle.typed(oracle.read_1_1(done.stream.data.decode())) == oracle.typed([value])


@given(written(OBJECTS, ORDINARY), st.data())
def test_operations_that_are_written_together_give_what_each_would(text: str, data: st.DataObject) -> None:
    try:
        several(text, data)
    except InputError as error:
        event(f"refused: {refused(error)}")


@given(written(OBJECTS, WILD), st.data())
def test_several_operations_on_a_wild_document(text: str, data: st.DataObject) -> None:
    try:
        several(text, data)
    except InputError as error:
        event(f"refused: {refused(error)}")


def test_operations_that_do_not_depend_on_each_other_are_written_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    written_times: list[int] = []
    edits = edit.apply

    def counted(parsed: Any, changes: Any) -> Any:
        written_times.append(len(changes))
        return edits(parsed, changes)

    monkeypatch.setattr(edit, "apply", counted)
    many = tuple(Operation("add", f"/data/k{number}", "x") for number in range(50))
    assert "  k49: x" in patched("kind: X\ndata:\n  a: b\n", many)
    assert written_times == [50]
    patched("kind: X\ndata: {a: b}\n", (Operation("replace", "/data/a", "c"), Operation("replace", "/data/a", "d")))
    assert written_times == [50, 1, 1]


def patched(text: str, wanted: tuple[Operation, ...]) -> str:
    return patches.apply(stream_of.read(text.encode()), [Patch(TARGET, wanted)]).stream.data.decode()


@pytest.mark.parametrize("text", ["a: {b: , c: d}", "a: [{b: }]", "a: {b: {c: }}"])
def test_what_kustomize_reads_as_an_empty_string_is_not_copied(text: str) -> None:
    with pytest.raises(InputError, match="kustomize reads the empty value at /a as a string; use add instead"):
        patched(f"kind: X\n{text}\n", (Operation("copy", "/e", source="/a"),))


@pytest.mark.parametrize(("text", "copied"), [("a:\n  b:\n", "  b: null\n"), ("a: {b: null}\n", "  b: null\n")])
def test_a_null_that_kustomize_reads_is_copied(text: str, copied: str) -> None:
    assert patched(f"kind: X\n{text}", (Operation("copy", "/e", source="/a"),)).endswith(f"e:\n{copied}")


def test_an_object_and_one_that_it_holds_are_both_patched() -> None:
    wanted = (Operation("add", "/c", "d"), Operation("replace", "/c", "e"))
    text = "kind: X\nitems:\n- kind: X\n  a: b\n"
    assert patched(text, wanted) == "kind: X\nitems:\n- kind: X\n  a: b\n  c: e\nc: e\n"


def test_a_key_that_looks_like_an_index_of_the_end_is_a_key() -> None:
    twice = (Operation("replace", "/a/-", "c"), Operation("replace", "/a/-", "d"))
    assert patched("kind: X\na:\n  '-': b\n", twice) == "kind: X\na:\n  '-': d\n"


def test_a_list_that_got_an_item_can_be_replaced() -> None:
    wanted = (Operation("add", "/a/0/-", "c"), Operation("replace", "/a", "d"))
    assert patched("kind: X\na:\n- []\n", wanted) == "kind: X\na: d\n"


def test_a_value_of_the_config_is_not_changed_by_later_operations() -> None:
    given = {"a": "b"}
    wanted = (Operation("add", "/data", given), Operation("add", "/data/c", "d"))
    assert "c: d" in patched("kind: X\n", wanted)
    assert given == {"a": "b"}


def test_a_value_that_looks_like_a_merge_key_is_a_value() -> None:
    assert value_of(nodes.compose("{a: <<, b: 1}")) == {"a": "<<", "b": 1}
