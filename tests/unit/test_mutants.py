"""What mutants of the code got away with, until these tests (docs/testing.md)."""

from __future__ import annotations

import pytest

from postrender import nodes, proof, splice, stream
from postrender.change import ADD, REMOVE, REPLACE, Change
from postrender.errors import ProofFailed
from postrender.nodes import Node


def read(text: str) -> Node:
    root = nodes.compose(text)
    assert root is not None
    return root


def test_markers_below_a_blank_line_are_found() -> None:
    data = b"\n---\na: 1\n---\nb: 2\n"
    assert [data[it.start : it.end] for it in stream.split(data)] == [b"\n---\na: 1\n", b"---\nb: 2\n"]


def test_a_replaced_document_stands_between_its_neighbours() -> None:
    data = b"a: 1\n---\nb: 2\n---\nc: 3\n"
    parsed = stream.parse(data, stream.split(data)[1])
    assert parsed is not None
    text = "---\nb: 22\n"
    replaced = stream.replaced(parsed, text, read(text))
    assert replaced.data == b"a: 1\n---\nb: 22\n---\nc: 3\n"
    assert replaced.document == stream.Document(1, 5, 15)
    assert replaced.text == text


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
