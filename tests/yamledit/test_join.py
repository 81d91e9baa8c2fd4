"""Test joining new and edited documents to a stream: each stays separate, and no other byte changes."""

from __future__ import annotations

from typing import Any

import pytest

from postrender.errors import ProofFailed
from postrender.yamledit import join, nodes, stream
from postrender.yamledit.edit import Edited
from postrender.yamledit.join import Piece

BEFORE, TMM, BEHIND = "a: 1\n", "---\nb: 2\n", "---\nc: 3\n"
NEW = "---\nnew: 1\n"


def root(text: str) -> Any:
    return nodes.compose(text)


def joined_text(*pieces: tuple[int, str, str, tuple[dict[str, Any], ...]], data: str = BEFORE + TMM + BEHIND) -> str:
    """Return the stream after inserting pieces of (document number, text, text above, added values)."""
    encoded = data.encode()
    documents = stream.split(encoded)
    given = [Piece(documents[at], text, root(text), above, added) for at, text, above, added in pieces]
    return join.insert(stream.read(encoded), given).data.decode()


@pytest.mark.parametrize(
    ("number", "text", "above", "added", "expected"),
    [
        pytest.param(1, TMM, "", (), BEFORE + TMM + BEHIND, id="nothing"),
        pytest.param(1, "---\nb: 234\n", "", (), f"{BEFORE}---\nb: 234\n{BEHIND}", id="edited"),
        pytest.param(1, TMM, NEW, ({"new": 1},), BEFORE + NEW + TMM + BEHIND, id="added"),
        pytest.param(
            0, BEFORE, f"{NEW}---\n", ({"new": 1},), f"{NEW}---\n{BEFORE}{TMM}{BEHIND}", id="before-the-first"
        ),
        pytest.param(2, BEHIND, NEW * 2, ({"new": 1},) * 2, BEFORE + TMM + NEW * 2 + BEHIND, id="two-before-the-last"),
    ],
)
def test_what_is_planned_is_proved(
    number: int, text: str, above: str, added: tuple[dict[str, Any], ...], expected: str
) -> None:
    assert joined_text((number, text, above, added)) == expected


def test_pieces_come_in_order() -> None:
    every = (
        (0, "a: 11\n", NEW + "---\n", ({"new": 1},)),
        (1, "---\nb: 22\n", "", ()),
        (2, "---\nc: 33", NEW, ({"new": 1},)),
    )
    assert joined_text(*every) == f"{NEW}---\na: 11\n---\nb: 22\n{NEW}---\nc: 33"


def test_comments_above_a_document_may_come_to_stand_below_a_new_one() -> None:
    assert joined_text((0, "# c\n---\nb: 2\n", NEW, ({"new": 1},)), data="# c\n---\nb: 2\n") == f"{NEW}# c\n---\nb: 2\n"


def test_a_byte_order_mark_between_documents_stays() -> None:
    data = f"{BEFORE}\ufeff{TMM}\ufeff{BEHIND}"
    assert (
        joined_text((1, "---\nb: 22\n", NEW, ({"new": 1},)), data=data)
        == f"{BEFORE}\ufeff{NEW}---\nb: 22\n\ufeff{BEHIND}"
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_every_line_break_ends_a_line(end: str) -> None:
    data = (BEFORE + TMM + BEHIND).replace("\n", end)
    new, text = (it.replace("\n", end) for it in (NEW, "---\nb: 22\n"))
    assert joined_text((1, text, new, ({"new": 1},)), data=data) == f"a: 1{end}{new}{text}---{end}c: 3{end}"


@pytest.mark.parametrize(
    ("text", "above", "added"),
    [
        pytest.param("b: 2\n", NEW, ({"new": 1},), id="no-marker-between-new-and-old"),
        pytest.param("b: 2\n", "", (), id="no-marker-above"),
        pytest.param("---\nb: 2", "", (), id="no-line-break-below"),
        pytest.param("---\nb: |+\n  2\n  ", "", (), id="an-open-line-below"),
        pytest.param(TMM + "---\n", "", (), id="one-document-more-below"),
        pytest.param("---\n---\nb: 2\n", "", (), id="one-document-more-above"),
        pytest.param(TMM, NEW * 2, ({"new": 1},), id="more-new-documents-than-planned"),
        pytest.param(TMM, NEW, ({"new": 1}, {"new": 1}), id="fewer-new-documents-than-planned"),
        pytest.param(TMM, "", ({"new": 1},), id="no-new-document"),
        pytest.param(TMM, NEW, ({"new": 2},), id="a-new-document-says-something-else"),
        pytest.param(TMM, '---\nnew: "1"\n', ({"new": 1},), id="a-new-document-has-another-type"),
        pytest.param(TMM, "---\nnew: 1\nnew: 1\n", ({"new": 1},), id="a-new-document-has-a-key-twice"),
        pytest.param(TMM, "---\nnew: [\n", ({"new": 1},), id="a-new-document-is-not-yaml"),
        pytest.param(TMM, "---\n", ({"new": 1},), id="a-new-document-is-empty"),
        pytest.param(TMM, "# c\n", (), id="a-comment-goes-to-the-document-before"),
    ],
)
def test_a_join_that_is_not_as_planned_is_found(text: str, above: str, added: tuple[dict[str, Any], ...]) -> None:
    data = (BEFORE + TMM + BEHIND).encode()
    documents = stream.split(data)
    with pytest.raises(ProofFailed):
        join.insert(stream.read(data), (Piece(documents[1], text, root(TMM), above, added),))


def test_another_tree_behind_a_new_separator_is_found() -> None:
    document = stream.split(b"b: 2\n")[0]
    with pytest.raises(ProofFailed):
        join.insert(stream.read(b"b: 2\n"), (Piece(document, "b: 3\n", root("b: 2\n"), f"{NEW}---\n", ({"new": 1},)),))


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        pytest.param(-1, 0, TMM, id="one-lost-before"),
        pytest.param(-1, 0, f" {TMM}", id="another-before"),
        pytest.param(1, 0, TMM, id="one-twice-before"),
        pytest.param(0, 1, TMM, id="one-lost-behind"),
        pytest.param(0, 1, f"{TMM} ", id="another-behind"),
        pytest.param(0, -1, TMM, id="one-twice-behind"),
        pytest.param(-len(BEFORE), 0, TMM, id="a-document-lost"),
        pytest.param(0, len(BEHIND), TMM + BEHIND.replace("3", "4"), id="another-value-behind"),
    ],
)
def test_a_byte_elsewhere_is_found(start: int, end: int, text: str) -> None:
    whole = stream.read((BEFORE + TMM + BEHIND).encode())
    number, first, last = whole.documents[1]
    assert join.insert(whole, (Piece(whole.documents[1], TMM, root(TMM)),)) == whole
    with pytest.raises(ProofFailed):
        join.insert(whole, (Piece(stream.Document(number, first + start, last + end), text, root(TMM)),))


def test_a_replaced_document_stands_between_its_neighbours() -> None:
    data = (BEFORE + TMM + BEHIND).encode()
    parsed = stream.parse(stream.read(data), stream.split(data)[1])
    assert parsed is not None
    text = "---\nb: 234\n"
    replaced = join.replace(parsed, Edited(text, root(text)))
    assert replaced.stream.data.decode() == BEFORE + text + BEHIND
    assert replaced.document == stream.Document(1, 5, 16)
    assert replaced.text == text
