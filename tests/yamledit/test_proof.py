from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from postrender.errors import INTERNAL, ProofFailed
from postrender.yamledit import nodes, proof
from postrender.yamledit.change import ADD, REMOVE, REPLACE, Change
from tests.patience import at_most
from tests.yamledit.reading import read

if TYPE_CHECKING:
    from postrender.yamledit.nodes import Path

BEFORE = """\
# the TMM
kind: Deployment
spec:
  replicas: 1
  containers:
  - name: f5-tmm  # TMM
    env:
    - name: A
      value: "1"
    - name: B
      value: "2"
    - name: A
      value: "3"
    limits: {cpu: 2, memory: 2Gi, openshift.io/x: 1}
    args: [one, 'two', "3"]
  - name: debug
    env: &debug
    - name: A
      value: "1"
  - name: routing
    env: *debug
annotations: null
repeated: old
repeated: new
"""
CONTAINER: Path = ("spec", "containers", 0)
CHANGES = [
    Change(REPLACE, (*CONTAINER, "env", 0, "value"), "TRUE", "rule", "reason"),
    Change(ADD, ("annotations",), {"networks": "a,b", "other": ["1", 2]}, "rule", "reason"),
    Change(REMOVE, (*CONTAINER, "limits", "openshift.io/x"), None, "rule", "reason"),
    Change(REPLACE, (*CONTAINER, "limits", "cpu"), 1, "rule", "reason"),
    Change(ADD, (*CONTAINER, "limits", "new"), "1", "rule", "reason"),
    Change(REPLACE, ("repeated",), "newest", "rule", "reason"),
    Change(REMOVE, (*CONTAINER, "env", 1), None, "rule", "reason"),
    Change(ADD, (*CONTAINER, "env", "-"), {"name": "C", "value": "4"}, "rule", "reason"),
    Change(ADD, (*CONTAINER, "env", "-"), {"name": "D", "value": "5"}, "rule", "reason"),
]
AFTER = """\
# the TMM
kind: Deployment
spec:
  replicas: 1
  containers:
  - name: f5-tmm  # TMM
    env:
    - name: A
      value: "TRUE"
    - name: A
      value: "3"
    - name: C
      value: "4"
    - name: D
      value: "5"
    limits: {cpu: 1, memory: 2Gi, new: "1"}
    args: [one, 'two', "3"]
  - name: debug
    env: &debug
    - name: A
      value: "1"
  - name: routing
    env: *debug
annotations:
  networks: a,b
  other: ["1", 2]
repeated: old
repeated: newest
"""
FIRST = '    - name: C\n      value: "4"\n'
SECOND = '    - name: D\n      value: "5"\n'
KEPT = '    - name: A\n      value: "3"\n'
REMOVED = '    - name: B\n      value: "2"\n'


def prove(before: str, after: str, *changes: Change) -> None:
    root: Any = nodes.compose(before)
    proof.require(root, after, changes)


def change(op: str, path: Path, value: object = None) -> Change:
    return Change(op, path, value, "rule", "reason")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("", "", id="as-it-is"),
        pytest.param("# the TMM\n", "", id="comment-gone"),
        pytest.param("replicas: 1\n", "replicas:   1\n\n\n", id="white-space"),
        pytest.param("\n", "\r\n", id="line-breaks"),
        pytest.param("memory: 2Gi", "memory:\n        2Gi", id="layout"),
        pytest.param("'two'", '"two"', id="other-quotes"),
        pytest.param("env: *debug", "env: [{name: A, value: '1'}]", id="alias-written-out"),
        pytest.param("&debug", "&d", id="anchor-renamed"),
        pytest.param('"TRUE"', "'TRUE'", id="planned-value-in-other-quotes"),
        pytest.param("networks: a,b", '"networks": "a,b"', id="planned-map-in-quotes"),
    ],
)
def test_what_says_the_same_is_proved(old: str, new: str) -> None:
    after = AFTER.replace(old, new) if old else AFTER
    prove(BEFORE, after.replace("*debug", "*d") if "&d\n" in after else after, *CHANGES)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("kind: Deployment", "kind: DaemonSet", id="another-text"),
        pytest.param("replicas: 1", "replicas: 2", id="another-number"),
        pytest.param("replicas: 1", 'replicas: "1"', id="number-became-a-string"),
        pytest.param("replicas: 1", "replicas: !!int 1", id="got-a-tag"),
        pytest.param("replicas: 1", "replicas: 01", id="number-in-another-form"),
        pytest.param('"3"]', "3]", id="string-became-a-number"),
        pytest.param("'two'", "two", id="quotes-lost"),
        pytest.param("[one,", "['one',", id="quotes-gained"),
        pytest.param("[one, 'two'", "['two', one", id="items-in-another-order"),
        pytest.param(", 'two'", "", id="item-lost"),
        pytest.param("[one,", "[one, one,", id="item-repeated"),
        pytest.param("kind: Deployment\n", "", id="key-lost"),
        pytest.param("kind: Deployment\n", "kind: Deployment\nkind: Deployment\n", id="key-repeated"),
        pytest.param("kind: Deployment\n", "kind: Deployment\nmore: 1\n", id="key-more"),
        pytest.param("kind: Deployment", "Kind: Deployment", id="another-key"),
        pytest.param("kind:", '"kind":', id="key-in-quotes"),
        pytest.param("  replicas: 1\n", "  # replicas: 1\n", id="comment-swallowed-a-key"),
        pytest.param("Deployment\n", "Deployment#\n", id="text-swallowed-a-comment-sign"),
        pytest.param("repeated: old\n", "", id="repeated-key-dropped"),
        pytest.param("repeated: old", "repeated: newest", id="earlier-of-repeated-keys-edited"),
        pytest.param("repeated: newest", "repeated: new", id="later-of-repeated-keys-not-edited"),
        pytest.param("args: [one, 'two', \"3\"]", "args: {one: 'two'}", id="list-became-a-map"),
        pytest.param("args: [one", "args: !t [one", id="list-got-a-tag"),
        pytest.param("limits: {", "limits: !t {", id="edited-map-got-a-tag"),
        pytest.param("env:\n", "env: !t\n", id="edited-list-got-a-tag"),
        pytest.param("env: *debug", "env: []", id="alias-lost"),
        pytest.param("env: *debug", "env: null", id="alias-became-null"),
        pytest.param('&debug\n    - name: A\n      value: "1"', "&debug\n    - name: A\n", id="anchor-edited"),
        pytest.param("- name: debug", "- name: routing", id="item-edited"),
        pytest.param("annotations:\n  networks", "annotations:\n  # networks", id="added-key-commented-out"),
        pytest.param("networks: a,b", "networks: a, b", id="added-text-differs"),
        pytest.param("networks: a,b", "networks: a,b\n  more: 1", id="added-map-has-more"),
        pytest.param('"1", 2]', '"1", "2"]', id="added-number-became-a-string"),
        pytest.param('["1", 2]', "[1, 2]", id="added-string-became-a-number"),
        pytest.param('a,b\n  other: ["1", 2]\n', "a,b\n", id="added-map-has-less"),
        pytest.param("  networks: a,b\n  other:", "  other: a,b\n  networks:", id="added-map-has-keys-exchanged"),
        pytest.param('"TRUE"', "TRUE", id="replaced-string-became-a-bool"),
        pytest.param('"TRUE"', '"1"', id="replacement-missing"),
        pytest.param('value: "3"', 'value: "TRUE"', id="replaced-elsewhere-too"),
        pytest.param("cpu: 1", "cpu: 2", id="number-not-replaced"),
        pytest.param("cpu: 1", 'cpu: "1"', id="replaced-number-became-a-string"),
        pytest.param(', new: "1"', "", id="addition-missing"),
        pytest.param('new: "1"', "new: 1", id="added-value-became-a-number"),
        pytest.param("{cpu: 1, memory: 2Gi, new", '{new: "1", cpu: 1, memory: 2Gi, x', id="added-at-the-front"),
        pytest.param("memory: 2Gi, ", "memory: 2Gi, openshift.io/x: 1, ", id="removal-missing"),
        pytest.param("memory: 2Gi, ", "", id="removed-more-than-planned"),
        pytest.param("memory: 2Gi, ", "openshift.io/x: 1, ", id="removed-another"),
        pytest.param(SECOND, "", id="appended-item-missing"),
        pytest.param(SECOND, SECOND * 2, id="appended-item-twice"),
        pytest.param('      value: "5"\n', "", id="appended-item-cut-short"),
        pytest.param("name: D", "name: E", id="appended-item-differs"),
        pytest.param(FIRST + SECOND, SECOND + FIRST, id="appended-in-another-order"),
        pytest.param(KEPT + FIRST, FIRST + KEPT, id="appended-before-the-last"),
        pytest.param(KEPT, REMOVED + KEPT, id="item-not-removed"),
        pytest.param(KEPT, REMOVED, id="another-item-removed"),
        pytest.param("repeated: newest\n", "repeated: newest\n---\nkind: Other\n", id="second-document"),
        pytest.param("repeated: newest\n", "repeated: newest\n]\n", id="not-yaml"),
        pytest.param(AFTER, "", id="nothing"),
        pytest.param(AFTER, "# nothing\n", id="only-a-comment"),
        pytest.param(AFTER, "[]\n", id="another-kind-of-document"),
        pytest.param(AFTER, BEFORE, id="nothing-changed"),
    ],
)
def test_a_difference_is_found(old: str, new: str) -> None:
    assert old in AFTER
    with pytest.raises(ProofFailed) as caught:
        prove(BEFORE, AFTER.replace(old, new, 1), *CHANGES)
    assert caught.value.status == INTERNAL


@pytest.mark.parametrize("missing", range(len(CHANGES)), ids=[f"{it.op}-{it.path[-1]}" for it in CHANGES])
def test_a_change_that_was_not_planned_is_found(missing: int) -> None:
    with pytest.raises(ProofFailed):
        prove(BEFORE, AFTER, *(it for number, it in enumerate(CHANGES) if number != missing))


@pytest.mark.parametrize(
    "surplus",
    [
        pytest.param(change(REPLACE, ("kind",), "DaemonSet"), id="replace"),
        pytest.param(change(REMOVE, ("kind",)), id="remove"),
        pytest.param(change(REMOVE, (*CONTAINER, "args", 0)), id="remove-an-item"),
        pytest.param(change(ADD, ("more",), "1"), id="add"),
        pytest.param(change(ADD, (*CONTAINER, "args", "-"), "1"), id="append"),
        pytest.param(change(ADD, ("kind", "name"), "1"), id="add-below-a-scalar"),
        pytest.param(change(ADD, ("nowhere", "name"), "1"), id="add-below-a-key-that-is-not-there"),
        pytest.param(change(ADD, (*CONTAINER, "args", 9, "name"), "1"), id="add-below-an-item-that-is-not-there"),
        pytest.param(change(REMOVE, ("spec", "containers", 9)), id="remove-an-item-that-is-not-there"),
        pytest.param(change(REMOVE, ("nowhere", "name")), id="remove-below-a-key-that-is-not-there"),
        pytest.param(change(ADD, (*CONTAINER, "args", "name"), "1"), id="add-a-key-to-a-list"),
        pytest.param(change(ADD, (*CONTAINER, "limits", "-"), "1"), id="append-to-a-map"),
    ],
)
def test_a_planned_change_that_was_not_made_is_found(surplus: Change) -> None:
    with pytest.raises(ProofFailed):
        prove(BEFORE, AFTER, *CHANGES, surplus)


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        pytest.param("a: &x 1\nb: &y 2\nc: *x\n", "a: &x 1\nb: &y 2\nc: *y\n", "/c", id="alias-of-another-anchor"),
        pytest.param("a: &x {b: 1}\nc: *x\n", "a: &x {b: 2}\nc: *x\n", "/a", id="through-an-anchor"),
        pytest.param("a: {<<: {b: 1}}\n", "a: {<<: {b: 2}}\n", "/a", id="in-a-merged-map"),
        pytest.param("a: {<<: {b: 1}}\n", 'a: {"<<": {b: 1}}\n', "/a", id="merge-key-in-quotes"),
        pytest.param("a: {[1]: b}\n", "a: {[2]: b}\n", "/a", id="in-a-key-that-is-a-list"),
        pytest.param("a: ''\n", "a:\n", "/a", id="empty-string-became-null"),
        pytest.param("a: ~\n", "a: null\n", "/a", id="null-in-another-form"),
        pytest.param("a: |\n  b\n", "a: |-\n  b\n", "/a", id="final-break-lost"),
        pytest.param("a: |+\n  b\n\n", "a: |+\n  b\n\n\n", "/a", id="blank-line-taken-in"),
        pytest.param("a: 0o17\n", "a: 15\n", "/a", id="number-of-yaml-1.2"),
        pytest.param("a: yes\n", "a: true\n", "/a", id="bool-of-yaml-1.1"),
    ],
)
def test_an_unplanned_difference_is_named(before: str, after: str, found: str) -> None:
    with pytest.raises(ProofFailed, match=f"^{found} changed, although no change was planned; .*please report it"):
        prove(before + "d: 1\n", after + "d: 2\n", change(REPLACE, ("d",), 2))


@pytest.mark.parametrize(
    ("before", "after", "planned"),
    [
        pytest.param("a: [1, 2]\n", "a: {}\n", change(REMOVE, ("a", 0)), id="list-became-a-map"),
        pytest.param("a: [1, 2]\n", "a: 2\n", change(REMOVE, ("a", 0)), id="list-became-a-scalar"),
        pytest.param("a: {b: 1, c: 2}\n", "a: [c]\n", change(REMOVE, ("a", "b")), id="map-became-a-list"),
        pytest.param("a: {b: 1}\n", "a:\n", change(REMOVE, ("a", "b")), id="map-became-null"),
        pytest.param("a: 1\n", "a: {b: 1}\n", change(ADD, ("a", "b"), 1), id="scalar-became-a-map"),
        pytest.param("a: {b: 1}\n", "", change(REMOVE, ("a",)), id="document-became-empty"),
    ],
)
def test_a_collection_that_became_something_else_is_found(before: str, after: str, planned: Change) -> None:
    with pytest.raises(ProofFailed):
        prove(before, after, planned)


def test_a_document_that_became_empty_is_found_where_nothing_is_planned() -> None:
    with pytest.raises(ProofFailed, match=r"^/ "):
        prove("a: 1\n", "")


def test_a_key_that_is_a_list_is_no_obstacle() -> None:
    prove("{[1]: b, {c: d}: e, a: 1}\n", "{[1]: b, {c: d}: e, a: 2}\n", change(REPLACE, ("a",), 2))


INSERT = change(ADD, ("a", 1), "new")


def test_an_inserted_item_is_proved() -> None:
    prove("a: [b, c]\n", "a: [b, new, c]\n", INSERT)
    prove("a: [b, c]\n", "a: [new, c, last]\n", change(REMOVE, ("a", 0)), INSERT, change(ADD, ("a", "-"), "last"))


@pytest.mark.parametrize(
    "after",
    [
        pytest.param("a: [b, c]\n", id="missing"),
        pytest.param("a: [new, b, c]\n", id="before-another"),
        pytest.param("a: [b, c, new]\n", id="at-the-end"),
        pytest.param("a: [b, new]\n", id="in-the-place-of-another"),
        pytest.param("a: [b, new, new, c]\n", id="twice"),
        pytest.param("a: [b, old, c]\n", id="another"),
    ],
)
def test_an_item_that_was_not_inserted_as_planned_is_found(after: str) -> None:
    with pytest.raises(ProofFailed):
        prove("a: [b, c]\n", after, INSERT)


ALIASED = "a: &x {b: 1}\nc: *x\n"
MERGED = "a: &x {b: 1}\nc: {<<: *x}\n"


@pytest.mark.parametrize(
    ("before", "after", "planned"),
    [
        pytest.param(ALIASED, ALIASED.replace("1", "2"), change(REPLACE, ("a", "b"), 2), id="in-the-anchor"),
        pytest.param(ALIASED, ALIASED.replace("1", "2"), change(REPLACE, ("c", "b"), 2), id="in-the-alias"),
        pytest.param("a: &x [1]\nc: *x\n", "a: &x [1, 2]\nc: *x\n", change(ADD, ("a", "-"), 2), id="appended"),
        pytest.param(MERGED, MERGED.replace("1", "2"), change(REPLACE, ("a", "b"), 2), id="in-what-is-merged"),
        pytest.param(MERGED, MERGED, change(REMOVE, ("c", "b")), id="removed-but-still-merged"),
    ],
)
def test_a_change_that_shows_elsewhere_is_found(before: str, after: str, planned: Change) -> None:
    with pytest.raises(ProofFailed):
        prove(before, after, planned)


def test_a_change_of_both_ends_of_an_alias_is_proved() -> None:
    prove(ALIASED, ALIASED.replace("1", "2"), *(change(REPLACE, (key, "b"), 2) for key in "ac"))


BOMB = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{f'*a{n - 1},' * 9}]\n" for n in range(1, 40)) + "b: 1\n"
LOOP = "a: &x\n  b: &y [*x, *y]\n  c: *x\nb: 1\n"


@pytest.mark.parametrize("text", [BOMB, LOOP], ids=["bomb", "loop"])
def test_aliases_are_not_walked_again_and_again(text: str) -> None:
    with at_most(5):
        prove(text, text.replace("b: 1\n", "b: 2\n"), change(REPLACE, ("b",), 2))
        with pytest.raises(ProofFailed):
            prove(text, text.replace("x", "y", 1).replace("b: 1\n", "b: 2\n"), change(REPLACE, ("b",), 3))


def test_a_difference_at_the_bottom_of_a_bomb_is_found() -> None:
    with pytest.raises(ProofFailed, match=r"^/a0 changed"):
        prove(BOMB, BOMB.replace("[x]", "[y]"))


def test_the_place_is_a_json_pointer() -> None:
    with pytest.raises(ProofFailed, match=re.escape("/a~1b/0/c~0d ")):
        prove("a/b: [{c~d: 1}]\n", "a/b: [{c~d: 1}]\n", change(REPLACE, ("a/b", 0, "c~d"), "2"))


@given(at=st.integers(0, len(AFTER)), length=st.integers(0, 12), new=st.text("a1\"':-#[]{},&*|\n ", max_size=3))
def test_any_corruption_is_found_unless_it_says_the_same(at: int, length: int, new: str) -> None:
    corrupted = AFTER[:at] + new + AFTER[at + length :]
    assume(said(corrupted) != said(AFTER))
    with pytest.raises(ProofFailed):
        prove(BEFORE, corrupted, *CHANGES)


def said(text: str) -> object:
    """Return the meaning of a text, as a tree of tags and texts, or None if it is invalid YAML."""
    try:
        return tree(nodes.compose(text))
    except nodes.Unreadable:
        return None


def tree(node: Any) -> object:
    if nodes.is_scalar(node):
        return node.tag, node.value
    if nodes.is_mapping(node):
        return node.tag, [(tree(key), tree(value)) for key, value in node.value]
    return None if node is None else (node.tag, [tree(item) for item in node.value])


@pytest.mark.parametrize(
    "edited",
    ["a: 1\n", "--- \na: 1\n", "# b\n---\na: 1\n", "---\na: 1", "---\na: 1 "],
    ids=["no-separator", "another-separator", "a-comment-above", "no-last-line-break", "a-blank-for-the-break"],
)
def test_a_document_that_no_longer_stands_alone_is_refused(edited: str) -> None:
    text = "---\na: 1\n"
    before, after = nodes.compose(text), nodes.compose(edited)
    assert before is not None
    assert after is not None
    proof.require_framed(before, text, before, text)
    with pytest.raises(ProofFailed):
        proof.require_framed(before, text, after, edited)


def test_a_blank_at_the_end_of_a_stream_is_no_line_break() -> None:
    text, edited = "a: ", "a: 1"
    before, after = nodes.compose(text), nodes.compose(edited)
    assert before is not None
    assert after is not None
    proof.require_framed(before, text, after, edited)


@pytest.mark.parametrize("below", ["", "\n", "# c\n", "\n  # c\n  \n"])
def test_what_stood_below_a_removed_first_entry_may_stand_above_the_root(below: str) -> None:
    text, edited = f"---\nz: 0\n{below}a: 1\n", f"---\n{below}a: 1\n"
    before, after = nodes.compose(text), nodes.compose(edited)
    assert before is not None
    assert after is not None
    proof.require_framed(before, text, after, edited)


#: CPython reuses one object for each integer up to 256.
MANY = {f"k{number}": "1" for number in range(300)}


@pytest.mark.parametrize("tag", ["!!zzz", "!a"])
def test_a_list_must_keep_its_tag_where_an_item_changes(tag: str) -> None:
    change = Change(REPLACE, ("list", 0), "b", "rule", "reason")
    with pytest.raises(ProofFailed, match=r"^/list got another tag"):
        proof.require(read("list: [a]\n"), f"list: {tag} [b]\n", [change])


@pytest.mark.parametrize("tag", ["!!zzz", "!a"])
def test_a_map_must_keep_its_tag_where_an_entry_changes(tag: str) -> None:
    change = Change(REPLACE, ("map", "key"), "b", "rule", "reason")
    with pytest.raises(ProofFailed, match=r"^/map has keys that were not planned"):
        proof.require(read("map: {key: a}\n"), f"map: {tag} {{key: b}}\n", [change])


def test_of_two_changes_to_a_key_that_is_a_dash_the_last_counts() -> None:
    changes = [Change(REPLACE, ("map", "-"), value, "rule", "reason") for value in ("b", "c")]
    proof.require(read("map: {'-': a}\n"), "map: {'-': c}\n", changes)
    with pytest.raises(ProofFailed):
        proof.require(read("map: {'-': a}\n"), "map: {'-': b}\n", changes)


def test_an_operation_is_known_by_what_it_says() -> None:
    change = Change("".join(("re", "move")), ("map", "key"), None, "rule", "reason")
    before = "from: &from {key: a}\nmap: {key: b, <<: *from}\n"
    with pytest.raises(ProofFailed, match="still exists, through a merge key"):
        proof.require(read(before), "from: &from {key: a}\nmap: {<<: *from}\n", [change])


@pytest.mark.parametrize(("before", "after"), [("[]", "{}"), ("{}", "[]"), ("''", "[]")])
def test_a_collection_of_the_same_tag_must_stay_of_its_kind(before: str, after: str) -> None:
    change = Change(REPLACE, ("key",), "b", "rule", "reason")
    with pytest.raises(ProofFailed, match=r"^/other changed"):
        proof.require(read(f"key: a\nother: !x {before}\n"), f"key: b\nother: !x {after}\n", [change])


def test_nothing_is_replaced_behind_the_last_item() -> None:
    change = Change(REPLACE, ("list", "-"), "b", "rule", "reason")
    with pytest.raises(ProofFailed, match=r"^/list does not have the added item"):
        proof.require(read("list: [a]\n"), "list: [a, b]\n", [change])


def test_a_tag_of_ones_own_may_stand_above_a_change() -> None:
    proof.require(read("map: !x {key: a}\n"), "map: !x {key: b}\n", [Change(REPLACE, ("map", "key"), "b", "", "")])


def test_a_key_that_is_not_there_may_be_replaced() -> None:
    proof.require(read("map: {a: 1}\n"), "map: {a: 1, b: x}\n", [Change(REPLACE, ("map", "b"), "x", "", "")])


def test_a_map_may_be_large() -> None:
    before = "".join(f"{key}: '1'\n" for key in MANY)
    proof.require(read(before), f"{before}new: '1'\n", [Change(ADD, ("new",), "1", "", "")])
