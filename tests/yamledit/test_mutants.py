"""What mutants of the code got away with, until these tests (docs/testing.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from postrender import config
from postrender.conversion import plan
from postrender.errors import InputError, Place, ProofFailed, TooLarge
from postrender.kubernetes.objects import objects
from postrender.limits import Limits
from postrender.rules import controller_variables, default_mtu, definitions
from postrender.spk import target
from postrender.yamledit import marks, nodes, proof, splice, stream
from postrender.yamledit.change import ADD, REMOVE, REPLACE, Change
from postrender.yamledit.marks import Unsafe

if TYPE_CHECKING:
    from postrender.yamledit.nodes import Node, Path


def read(text: str) -> Node:
    root = nodes.compose(text)
    assert root is not None
    return root


def test_markers_below_a_blank_line_are_found() -> None:
    data = b"\n---\na: 1\n---\nb: 2\n"
    assert [data[it.start : it.end] for it in stream.split(data)] == [b"\n---\na: 1\n", b"---\nb: 2\n"]


def test_far_down_a_text_new_lines_take_the_place_of_the_last() -> None:
    above = "# a comment that is long enough for any offset\n" * 100
    before = f"{above}a: 1\nb: 2"
    changes = [Change(REMOVE, ("b",), None, "rule", "reason"), Change(ADD, ("c",), "3", "rule", "reason")]
    assert splice.splice(before, read(before), changes) == f'{above}a: 1\nc: "3"'


@pytest.mark.parametrize("tag", ["!!zzz", "!a"])
def test_a_list_must_keep_its_tag_where_an_item_changes(tag: str) -> None:
    change = Change(REPLACE, ("list", 0), "b", "rule", "reason")
    with pytest.raises(ProofFailed, match=r"^/list got another tag"):
        proof.require(read("list: [a]\n"), f"list: {tag} [b]\n", [change])


@pytest.mark.parametrize("tag", ["!!zzz", "!a"])
def test_a_map_must_keep_its_tag_where_an_entry_changes(tag: str) -> None:
    change = Change(REPLACE, ("map", "key"), "b", "rule", "reason")
    with pytest.raises(ProofFailed, match=r"^/map has other keys than planned"):
        proof.require(read("map: {key: a}\n"), f"map: {tag} {{key: b}}\n", [change])


def test_what_stays_in_place_comes_before_removals() -> None:
    removed = [Change(REMOVE, ("list", number), None, "rule", "reason") for number in (1, 2)]
    in_place = [Change(op, ("list", 0), "b", "rule", "reason") for op in (ADD, REPLACE)]
    assert plan._ordered([*removed, *in_place]) == [*in_place, *reversed(removed)]


def test_a_line_may_end_where_the_text_starts() -> None:
    assert marks.line_end("\na", 0) == 1


def test_a_new_item_stands_as_far_behind_its_dash_as_the_last_one() -> None:
    before = "list:\n- a\n-   b\n"
    change = Change(ADD, ("list", "-"), "c", "rule", "reason")
    assert splice.splice(before, read(before), [change]) == f"{before}-   c\n"


@pytest.mark.parametrize("below", ["# a comment\n", "c: 2\n"])
def test_what_stands_in_the_column_of_a_key_is_no_part_of_the_text_above(below: str) -> None:
    before = f"a: |\n  text\nb: 1\n{below}"
    change = Change(REMOVE, ("b",), None, "rule", "reason")
    assert splice.splice(before, read(before), [change]) == f"a: |\n  text\n{below}"


@pytest.mark.parametrize("name", ["ANOTHER_FLAG", "Z_FLAG"])
def test_another_flag_of_the_controller_may_be_on(name: str) -> None:
    assert controller_variables._expects_sriov("USE_VFIO", "true")
    assert not controller_variables._expects_sriov(name, "true")


def test_a_plus_in_the_comment_of_a_header_keeps_no_breaks() -> None:
    text = "key: |  # one + one\n  text\n"
    node = nodes.get(read(text), "key")
    assert marks.is_block_scalar(node)
    assert not marks.keeps_breaks(text, node)


def test_the_first_line_break_may_be_the_first_of_the_text() -> None:
    assert marks.line_break("\r\na") == "\r\n"


def test_of_two_changes_to_a_key_that_is_a_dash_the_last_counts() -> None:
    changes = [Change(REPLACE, ("map", "-"), value, "rule", "reason") for value in ("b", "c")]
    proof.require(read("map: {'-': a}\n"), "map: {'-': c}\n", changes)
    with pytest.raises(ProofFailed):
        proof.require(read("map: {'-': a}\n"), "map: {'-': b}\n", changes)


def test_the_first_item_may_stand_below_a_comment_on_its_dash_line() -> None:
    before = "list:\n- # one - two\n  a: 1\n- b\n"
    change = Change(REMOVE, ("list", 0), None, "rule", "reason")
    assert splice.splice(before, read(before), [change]) == "list:\n- b\n"


def test_an_operation_is_known_by_what_it_says() -> None:
    change = Change("".join(("re", "move")), ("map", "key"), None, "rule", "reason")
    before = "from: &from {key: a}\nmap: {key: b, <<: *from}\n"
    with pytest.raises(ProofFailed, match="is still there, merged from elsewhere"):
        proof.require(read(before), "from: &from {key: a}\nmap: {<<: *from}\n", [change])


@pytest.mark.parametrize(("before", "after"), [("[]", "{}"), ("{}", "[]"), ("''", "[]")])
def test_a_collection_of_the_same_tag_must_stay_of_its_kind(before: str, after: str) -> None:
    change = Change(REPLACE, ("key",), "b", "rule", "reason")
    with pytest.raises(ProofFailed, match=r"^/other changed"):
        proof.require(read(f"key: a\nother: !x {before}\n"), f"key: b\nother: !x {after}\n", [change])


def test_a_plus_may_be_the_last_of_three_indicators() -> None:
    text = "key: |2+\n  text\n"
    node = nodes.get(read(text), "key")
    assert marks.is_block_scalar(node)
    assert marks.keeps_breaks(text, node)


def test_blanks_may_stand_before_a_colon() -> None:
    before = "map \t:\n  a: 1\n"
    change = Change(REPLACE, ("map",), "b", "rule", "reason")
    assert splice.splice(before, read(before), [change]) == "map \t: b\n"


def test_three_dots_in_a_text_end_no_document() -> None:
    text = "a: 1\n...b\n... # c\n"
    assert proof._end_marker(text, read("a: 1\n")) == "... # c\n"


def test_nothing_is_replaced_behind_the_last_item() -> None:
    change = Change(REPLACE, ("list", "-"), "b", "rule", "reason")
    with pytest.raises(ProofFailed, match=r"^/list was not added to"):
        proof.require(read("list: [a]\n"), "list: [a, b]\n", [change])


@pytest.mark.parametrize(("text", "stands"), [("a: 1\n\tb", True), ("a: 1\n \tb", True), ("a: 1\t\nb", False)])
def test_a_tab_below_counts_and_one_beside_does_not(text: str, stands: bool) -> None:
    assert splice._stands_above_a_tab(text, 4) is stands


def test_a_comment_left_of_a_key_is_no_part_of_the_text_above() -> None:
    before = "map:\n  a: |\n    text\n  b: 1\n# a comment\n"
    change = Change(REMOVE, ("map", "b"), None, "rule", "reason")
    assert splice.splice(before, read(before), [change]) == "map:\n  a: |\n    text\n# a comment\n"


def test_far_down_a_text_an_item_must_follow_its_dash() -> None:
    before = "- a long first item, for any offset\n- # b\n  c: 1\n"
    with pytest.raises(Unsafe, match="does not follow its dash"):
        splice.splice(before, read(before), [Change(REMOVE, (1,), None, "rule", "reason")])


def test_many_comments_belong_to_the_document_below() -> None:
    data = b"# a comment\n" * 2000 + b"---\na: 1\n---\nb: 2\n"
    assert len(stream.split(data)) == 2


def test_a_bom_is_three_bytes_wherever_it_stands() -> None:
    assert stream._without_bom(b"a: 1\n" + stream.BOM, 5) == 8


def test_the_first_byte_may_end_a_line() -> None:
    assert stream._line_end(b"\na\n", 0) == 0


def test_the_mtu_of_the_variables_is_the_charts() -> None:
    head = "apiVersion: spk-macvlan.internal/v1alpha1\nkind: MacvlanConversion\n"
    given = '{networks: [{name: net-a, master: ens1}], tmm: {env: {TMM_DEFAULT_MTU: "9000"}}}'
    assert default_mtu._mtu(config.parse(f"{head}spec: {given}\n".encode())) == 9000


@pytest.mark.parametrize(
    ("text", "path", "problem"),
    [
        ("{a}\n", ("a",), "the colon does not follow its key"),
        ("- a\n- # b -\n  c: 1\n", (1,), "does not follow its dash"),
        ("{a: 1, ? b : 2}\n", ("b",), "has a \\? before it"),
    ],
)
def test_what_stands_elsewhere_than_its_sign_is_not_removed(text: str, path: Path, problem: str) -> None:
    op, value = (REPLACE, "x") if path == ("a",) else (REMOVE, None)
    with pytest.raises(Unsafe, match=problem):
        splice.splice(text, read(text), [Change(op, path, value, "rule", "reason")])


def test_a_lone_cr_may_be_the_first_of_the_text() -> None:
    assert marks.line_start("\ra", 2) == 1


def test_an_alias_is_no_bare_property() -> None:
    before = "{a: &x '', b: *x}\n"
    change = Change(ADD, ("c",), "1", "rule", "reason")
    assert splice.splice(before, read(before), [change]) == '{a: &x \'\', b: *x, "c": "1"}\n'


def test_an_empty_line_below_a_text_is_not_its_own() -> None:
    before = "a: |\n  text\nb: 1\n\nc: 2\n"
    change = Change(REMOVE, ("b",), None, "rule", "reason")
    assert splice.splice(before, read(before), [change]) == "a: |\n  text\n\nc: 2\n"


def test_a_tag_of_ones_own_may_stand_above_a_change() -> None:
    proof.require(read("map: !x {key: a}\n"), "map: !x {key: b}\n", [Change(REPLACE, ("map", "key"), "b", "", "")])


def test_a_key_that_is_not_there_may_be_replaced() -> None:
    proof.require(read("map: {a: 1}\n"), "map: {a: 1, b: x}\n", [Change(REPLACE, ("map", "b"), "x", "", "")])


def test_an_mtu_may_have_five_digits() -> None:
    head = "apiVersion: spk-macvlan.internal/v1alpha1\nkind: MacvlanConversion\n"
    given = '{networks: [{name: net-a, master: ens1}], tmm: {env: {TMM_DEFAULT_MTU: "65535"}}}'
    assert default_mtu._mtu(config.parse(f"{head}spec: {given}\n".encode())) == 65535


@pytest.mark.parametrize(("items", "bases"), [("", []), ("items: []", []), ("items: {a: b}", [()])])
def test_a_list_without_items_is_empty(items: str, bases: list[Path]) -> None:
    data = f"kind: PodList\n{items}\n".encode()
    assert [found.base for found in objects(stream.parse(stream.read(data), stream.split(data)[0]))] == bases


@pytest.mark.parametrize(("number", "ends"), [(4, "at line 10"), (5, ", …")])
def test_of_many_tmms_the_first_are_listed(number: int, ends: str) -> None:
    data = b"---\nkind: Deployment\nmetadata: {name: f5-tmm}\n" * number
    documents = filter(None, (stream.parse(stream.read(data), document) for document in stream.split(data)))
    with pytest.raises(InputError) as refused:
        target.choose([found for document in documents for found in objects(document)])
    listed, _, advice = refused.value.sentence.partition("; ")
    assert listed.endswith(ends)
    assert advice == "give them namespaces, or keep one"


@pytest.mark.parametrize("above", ["a: |\n  text\n", "a:\n- |\n  text\n"])
def test_a_comment_that_is_indented_more_would_be_part_of_the_text_above(above: str) -> None:
    before = f"{above}b: 1\n    # c\nd: 2\n"
    with pytest.raises(Unsafe, match="would become part of the text above"):
        splice.splice(before, read(before), [Change(REMOVE, ("b",), None, "rule", "reason")])


def test_a_comment_that_is_indented_more_is_none_to_a_plain_text() -> None:
    before = "a: x\nb: 1\n    # c\nd: 2\n"
    change = Change(REMOVE, ("b",), None, "rule", "reason")
    assert splice.splice(before, read(before), [change]) == "a: x\n    # c\nd: 2\n"


def test_a_comma_keeps_away_from_a_bare_tag() -> None:
    before = "{a: !!str }\n"
    change = Change(ADD, ("c",), "1", "rule", "reason")
    assert splice.splice(before, read(before), [change]) == '{a: !!str , "c": "1" }\n'


MANY = {f"k{number}": "1" for number in range(300)}  # CPython has one object for each number up to 256


def test_a_map_may_be_large() -> None:
    before = "".join(f"{key}: '1'\n" for key in MANY)
    proof.require(read(before), f"{before}new: '1'\n", [Change(ADD, ("new",), "1", "", "")])


def test_all_of_a_large_map_may_go() -> None:
    before = (
        "map:\n" + "".join(f"  {key}: 1\n" for key in MANY) + "list:\n- " + "  ".join(f"{key}: 1\n" for key in MANY)
    )
    changes = [Change(REMOVE, ("map", key), None, "rule", "reason") for key in MANY]
    assert splice.splice(before, read(before), changes) == "map: {}\n" + before[before.index("list:") :]


def test_all_of_a_large_item_may_not_go() -> None:
    before = "list:\n- " + "  ".join(f"{key}: 1\n" for key in MANY)
    with pytest.raises(Unsafe, match="nothing would be left here"):
        splice.splice(before, read(before), [Change(REMOVE, ("list", 0, key), None, "rule", "reason") for key in MANY])


def test_a_definition_of_another_name_is_not_ours() -> None:
    head = "apiVersion: spk-macvlan.internal/v1alpha1\nkind: MacvlanConversion\n"
    given = config.parse(f"{head}spec: {{networks: [{{name: net-a, master: ens1}}]}}\n".encode())
    for name, ours in (("net-a", True), ("net-b", False)):
        data = f"metadata: {{name: {name}}}\n".encode()
        (found,) = objects(stream.parse(stream.read(data), stream.split(data)[0]))
        assert definitions.has_name_of(given, found) is ours


def test_the_first_byte_may_be_a_line() -> None:
    whole = stream.read(b"\ra: 1\r---\rb: 1\r")
    assert whole.place(stream.Document(1, 6, 15)) == Place("<stdin>", 3, 1)
    assert stream._place(b"\n\0", 1, "x") == Place("x", 2, 1)


# The size of a document, and the place of a refusal. The whole program's limits are in test_limits.py.


def test_a_document_is_as_large_as_its_own_bytes() -> None:
    data = b"---\na: 1\n---\nb: 22\n"
    first, second = stream.split(data)
    enough, less = (
        stream.read(data, limits=Limits(document_size=second.end - second.start - missing)) for missing in (0, 1)
    )
    assert stream.parse(enough, first)
    assert stream.parse(enough, second)
    assert stream.parse(less, first)
    with pytest.raises(TooLarge) as refused:
        stream.parse(less, second)
    assert refused.value.place == Place("<stdin>", 3, 1)


@pytest.mark.parametrize("most", [0, 1, 4])
def test_a_document_has_as_many_entries_as_signs_of_them(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    data = b"---\n[1]\n---\n[1, 2, 3]\n"
    _, second = stream.split(data)
    entries = sum(data.count(sign, second.start, second.end) for sign in stream.ENTRY_SIGNS)
    assert stream.parse(stream.read(data, limits=Limits(entries=entries)), second)
    less = stream.read(data, limits=Limits(entries=min(most, entries - 1)))
    with pytest.raises(TooLarge, match=r"^<stdin>:3:1: document 2 has more than [0-4] entries, the limit; "):
        stream.parse(less, second)


def test_a_document_has_as_many_values_as_nodes() -> None:
    data = b"a: 1\n---\n[1, 2]\n"
    enough, less = (
        stream.parse(stream.read(data, limits=Limits(values=most)), stream.split(data)[1]) for most in (3, 2)
    )
    assert enough is not None
    assert less is not None
    stream.require_countable(enough)
    with pytest.raises(TooLarge, match=r": document 2, its aliases written out, has more than 2 values, the limit; "):
        stream.require_countable(less)
