"""What mutants of the code got away with, until these tests (docs/testing.md)."""

from __future__ import annotations

from postrender import nodes, stream


def test_markers_below_a_blank_line_are_found() -> None:
    data = b"\n---\na: 1\n---\nb: 2\n"
    assert [data[it.start : it.end] for it in stream.split(data)] == [b"\n---\na: 1\n", b"---\nb: 2\n"]


def test_a_replaced_document_stands_between_its_neighbours() -> None:
    data = b"a: 1\n---\nb: 2\n---\nc: 3\n"
    parsed = stream.parse(data, stream.split(data)[1])
    assert parsed is not None
    text = "---\nb: 22\n"
    root = nodes.compose(text)
    assert root is not None
    replaced = stream.replaced(parsed, text, root)
    assert replaced.data == b"a: 1\n---\nb: 22\n---\nc: 3\n"
    assert replaced.document == stream.Document(1, 5, 15)
    assert (replaced.text, replaced.root) == (text, root)
