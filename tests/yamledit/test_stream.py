from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import assume, example, given
from hypothesis import strategies as st

from postrender.errors import InputError, Place, TooLarge
from postrender.limits import Limits
from postrender.yamledit import nodes, stream
from postrender.yamledit.stream import BOM, Document


def slices(data: bytes) -> list[bytes]:
    return [data[document.start : document.end] for document in stream.split(data)]


def written(data: bytes) -> str:
    """Return the text of each document in a stream; slices without a document are skipped."""
    found = (stream.parse(stream.read(data), document) for document in stream.split(data))
    return " ".join(nodes.text(parsed.root) or "~" for parsed in found if parsed)


# Tests of splitting.


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(BOM, id="only-a-bom"),
    ],
)
def test_nothing_has_no_slices(data: bytes) -> None:
    assert stream.split(data) == ()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"a: b\n", id="bare"),
        pytest.param(b"---\na: b\n", id="explicit"),
        pytest.param(b"---", id="only-a-marker"),
        pytest.param(b"\n", id="blank"),
        pytest.param(b"# c\n", id="only-a-comment"),
        pytest.param(b"# c\n---\na: b\n", id="comment-above-the-first-marker"),
        pytest.param(b"\n\n---\na: b\n", id="blank-lines-above-the-first-marker"),
        pytest.param(b"%YAML 1.2\n# c\n---\na: b\n", id="directive-above-the-first-marker"),
        pytest.param(b"a: b\n...\n", id="closed"),
        pytest.param(b"a: b\n...", id="closed-at-the-end"),
        pytest.param(b"----\n", id="four-dashes"),
        pytest.param(b"a\n---x\n", id="letter-behind-the-dashes"),
        pytest.param(b"a\n---#\n", id="hash-behind-the-dashes"),
        pytest.param(b"a: |\n  b\n ---\n", id="space-before-the-dashes"),
        pytest.param(b"a\n\t---\n", id="tab-before-the-dashes"),
        pytest.param(b"a: |\n  ---\n  b\n", id="indented-in-a-literal"),
        pytest.param(b"-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n", id="pem"),
        pytest.param(b"a\n....\n", id="four-dots"),
        pytest.param(b"a\n...x\n", id="letter-behind-the-dots"),
        pytest.param(b"a ---\n", id="at-a-line's-end"),
        pytest.param(b"a --- b\n", id="within-a-line"),
        pytest.param("a: b\u2028---\nc: d\n".encode(), id="behind-a-line-separator"),
        pytest.param("a: b\x85---\nc: d\n".encode(), id="behind-a-next-line"),
        pytest.param(b"--\n-\n", id="dashes-on-two-lines"),
    ],
)
def test_one_slice(data: bytes) -> None:
    assert slices(data) == [data]


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param([b"a\n", b"---\nb\n"], id="marker-between"),
        pytest.param([b"---\na\n", b"---\nb\n"], id="markers-before-both"),
        pytest.param([b"a\n", b"---"], id="marker-at-the-end-without-break"),
        pytest.param([b"---\n", b"---\n", b"---"], id="empty-documents"),
        pytest.param([b"--- a\n", b"--- {b: c}\n", b"--- |\n d\n", b"--- # e\nf\n"], id="content-on-the-marker's-line"),
        pytest.param([b"---\ta\n", b"---\t\n"], id="tab-behind-the-marker"),
        pytest.param([b"--- |\na\n", b"---\nb\n"], id="in-a-literal-at-column-0"),
        pytest.param([b"a: 'b\n", b"---\nc'\n"], id="in-quotes-at-column-0"),
        pytest.param([b"a\n# c\n", b"---\nb\n"], id="comment-above-a-marker-belongs-to-what-is-above"),
        pytest.param([b"a\n...\n", b"b\n"], id="bare-behind-dots"),
        pytest.param([b"a\n...\n", b"---\nb\n"], id="explicit-behind-dots"),
        pytest.param([b"a\n... # c\n", b"b\n"], id="comment-behind-dots"),
        pytest.param([b"a\n...\n", b"# c\n---\nb\n"], id="comment-below-dots-belongs-to-what-is-below"),
        pytest.param([b"a\n...\n", b"%YAML 1.2\n---\nb\n"], id="directive-below-dots"),
        pytest.param([b"a\n...\n", b"# c\n"], id="comment-below-the-last-dots"),
        pytest.param([b"---\n# c\n", b"---\nb\n"], id="document-of-a-comment"),
        pytest.param([b"a\n%b\n", b"---\nc\n"], id="percent-in-content"),
        pytest.param([b"a\r\n", b"---\r\nb\r\n"], id="crlf"),
        pytest.param([b"a\r", b"---\rb\r"], id="lone-cr"),
        pytest.param([b"a\r", b"---\nb\r\n", b"--- c\r"], id="all-breaks"),
        pytest.param([b"a\r\n...\r\n", b"b"], id="dots-and-crlf"),
        pytest.param([b"a\r...\r", b"b"], id="dots-and-lone-cr"),
        pytest.param([b"\n\na\n\n\n", b"---\n\n\nb\n\n"], id="blank-lines-stay-with-their-document"),
    ],
)
def test_several_slices(parts: list[bytes]) -> None:
    assert slices(b"".join(parts)) == parts


@pytest.mark.parametrize(
    ("data", "parts"),
    [
        pytest.param(BOM + b"a\n---\nb\n", [b"a\n", b"---\nb\n"], id="at-the-start"),
        pytest.param(BOM + b"---\na\n", [b"---\na\n"], id="before-the-first-marker"),
        pytest.param(b"a\n" + BOM + b"---\nb\n", [b"a\n", b"---\nb\n"], id="before-a-later-marker"),
        pytest.param(BOM + b"a\n" + BOM + b"---\nb\n", [b"a\n", b"---\nb\n"], id="both"),
        pytest.param(b"a\n" + BOM + b"--- b\n---\nc\n", [b"a\n", b"--- b\n", b"---\nc\n"], id="then-none"),
        pytest.param(b"a\r\n" + BOM + b"---\r\nb\r\n", [b"a\r\n", b"---\r\nb\r\n"], id="crlf"),
        pytest.param(b"a: b" + BOM + b"---\n", [b"a: b" + BOM + b"---\n"], id="within-a-line"),
    ],
)
def test_a_bom_before_a_document_is_in_no_slice(data: bytes, parts: list[bytes]) -> None:
    assert slices(data) == parts


def test_documents_count_from_0_in_bytes() -> None:
    assert stream.split("é\n---\nb\n".encode()) == (Document(0, 0, 3), Document(1, 3, 9))


@pytest.mark.parametrize(
    ("data", "documents"),
    [
        (b"", ""),
        (b"# c\n", ""),
        (b"a\n", "a"),
        (b"---\n", "~"),
        (b"---\n---\n", "~ ~"),
        (b"# c\n---\na\n", "a"),
        (b"a\n---\nb", "a b"),
        (b"a\n...\n---\nb\n", "a b"),
        (b"a\n...\n# c\n", "a"),
        (b"a\n...\n---\n...\n---\nb\n", "a ~ b"),
        (b"--- |-\n a\n--- b\n", "a b"),
        (b"---\n# c\n---\nb\n", "~ b"),
        (b"%YAML 1.1\n---\na\n...\n%TAG ! !x\n---\nb\n", "a b"),
    ],
)
def test_which_slices_hold_a_document(data: bytes, documents: str) -> None:
    assert written(data) == documents
    assert len(documents.split()) == documents_of(data.decode())


def test_a_bare_document_behind_dots_is_one_although_libyaml_misses_it() -> None:
    assert written(b"a\n...\nb\n") == "a b"


def documents_of(text: str) -> int:
    return sum(isinstance(event, yaml.DocumentStartEvent) for event in yaml.parse(text, Loader=yaml.CLoader))


LINES = st.sampled_from(
    [
        *("---", "...", "--- a", "---\tb", "--- # c", "--- |", "--- {a: b}", "---  ", "... # c", "...\t"),
        *("", "# c", "a", "a: b", "c: d", "- e", "----", "---x", " ---", "  ...", " text", "'q'", "[f,", "]", "|"),
    ]
)
BREAKS = st.sampled_from(["\n", "\r\n", "\r"])


@st.composite
def streams(draw: st.DrawFn) -> str:
    """Draw lines with any line breaks that libyaml accepts as a stream."""
    lines = draw(st.lists(LINES, max_size=8))
    text = "".join(line + draw(BREAKS) for line in lines)
    text = draw(st.sampled_from(["", "%YAML 1.1\n---\n"])) + text + draw(st.sampled_from(["", "---", "...", "end"]))
    assume(is_valid(text))
    return text


def is_valid(text: str) -> bool:
    try:
        return documents_of(text) >= 0
    except yaml.YAMLError:
        return False


@given(streams())
@example("a\n...\n...\n")
@example("a\n...\n# c\n...\n---\nb\n")
def test_piece_by_piece_is_the_same_as_the_whole(text: str) -> None:
    data = text.encode()
    for document in stream.split(data):
        stream.check(stream.read(data), document)
    pieces = [parsed.text for document in stream.split(data) if (parsed := stream.parse(stream.read(data), document))]
    assert [event for piece in pieces for event in events(piece)] == [*events(text)]


def events(text: str) -> Iterator[Any]:
    for event in yaml.parse(text, Loader=yaml.CLoader):
        if not isinstance(event, yaml.StreamStartEvent | yaml.StreamEndEvent):
            yield type(event), getattr(event, "value", None)


@given(st.lists(LINES | st.text(max_size=3), max_size=8), st.lists(BREAKS, min_size=8), st.booleans())
def test_slices_are_the_input(lines: list[str], breaks: list[str], bom: bool) -> None:
    text = "".join(line + at for line, at in zip(lines, breaks, strict=False))
    assume("\0" not in text and "\ufeff" not in text)
    data = BOM * bom + text.encode()
    assert b"".join(slices(data)) == data.removeprefix(BOM)


@given(st.lists(LINES.map(str.encode) | st.just(BOM + b"---"), max_size=8), st.lists(BREAKS, min_size=8))
def test_only_boms_are_left_between_slices(lines: list[bytes], breaks: list[str]) -> None:
    data = b"".join(line + at.encode() for line, at in zip(lines, breaks, strict=False))
    documents = stream.split(data)
    between = zip(
        [0, *(document.end for document in documents)], [*(it.start for it in documents), len(data)], strict=True
    )
    assert all(data[start:end] in (b"", BOM) for start, end in between)


# Tests of streams that cannot be read.


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param("a: b\n".encode("utf-16"), "<stdin>:1:4: the stream is UTF-16, as", id="utf-16"),
        pytest.param("a: b\n".encode("utf-16-le"), "<stdin>:1:2: the stream is UTF-16, as", id="utf-16-without-bom"),
        pytest.param("a: b\n".encode("utf-32-be"), "<stdin>:1:1: the stream contains a NUL byte", id="utf-32"),
        pytest.param(b"a: b\nc: \xff\n", "<stdin>:2:4: the stream is not UTF-8", id="latin-1"),
        pytest.param(b"a\n\n b\0", "<stdin>:3:3: the stream contains a NUL byte", id="nul"),
        pytest.param(b"\xed\xa0\x80\n", "<stdin>:1:1: the stream is not UTF-8", id="surrogate"),
        pytest.param(b"a: b\xc3", "<stdin>:1:5: the stream is not UTF-8", id="cut-off"),
    ],
)
def test_a_stream_that_is_not_utf_8_is_refused_at_its_place(data: bytes, said: str) -> None:
    with pytest.raises(InputError) as caught:
        stream.split(data)
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize(
    ("data", "place"),
    [
        pytest.param(b"a: b: c\n", "<stdin>:1:5", id="first-line"),
        pytest.param(b"a: b\nc: d: e\n", "<stdin>:2:5", id="second-line"),
        pytest.param(b"---\na: b\n---\n# c\na: b: c\n", "<stdin>:5:5", id="second-document"),
        pytest.param(b"---\r\na: b\r\n---\r\na: b: c\r\n", "<stdin>:4:5", id="crlf"),
        pytest.param(b"---\ra: b\r---\ra: b: c\r", "<stdin>:4:5", id="lone-cr"),
        pytest.param(BOM + b"a: b: c\n", "<stdin>:1:5", id="bom"),
        pytest.param("é: b: c\n".encode(), "<stdin>:1:5", id="not-ascii"),
    ],
)
@pytest.mark.parametrize("read", [stream.parse, stream.check])
def test_a_document_that_is_not_yaml_is_refused_at_its_place(read: Any, data: bytes, place: str) -> None:
    document = stream.split(data)[-1]
    with pytest.raises(InputError, match=f"document {document.number + 1} is not valid YAML: mapping values") as caught:
        read(stream.read(data), document)
    assert str(caught.value).startswith(f"{place}: ")


def test_a_reused_anchor_is_valid_but_not_composed() -> None:
    data = b"a: &x b\nc: &x d\n"
    (document,) = stream.split(data)
    stream.check(stream.read(data), document)
    with pytest.raises(InputError, match="an anchor is defined twice"):
        stream.parse(stream.read(data), document)


@pytest.mark.parametrize(
    ("data", "place"),
    [(b"a: b\n", "<stdin>:1:4"), (b"---\na\n---\na: b\n", "<stdin>:4:4"), (b"---\n# c\n---\n\na: b\n", "<stdin>:5:4")],
)
def test_a_mark_has_its_place_in_the_stream(data: bytes, place: str) -> None:
    parsed = stream.parse(stream.read(data), stream.split(data)[-1])
    assert parsed is not None
    mark = parsed.root.value[0][1].start_mark
    assert str(parsed.place(mark.line, mark.column, "a")) == f"{place}: a"


@pytest.mark.parametrize("newline", [b"\n", b"\r\n", b"\r"], ids=["LF", "CRLF", "CR"])
def test_a_line_that_ends_a_document_ends_at_its_own_break(newline: bytes) -> None:
    data = newline.join([b"--- a", b"... # end", b"b: 1", b""])
    assert [data[it.start : it.end] for it in stream.split(data)] == [
        newline.join([b"--- a", b"... # end", b""]),
        b"b: 1" + newline,
    ]


def test_markers_below_a_blank_line_are_found() -> None:
    data = b"\n---\na: 1\n---\nb: 2\n"
    assert [data[it.start : it.end] for it in stream.split(data)] == [b"\n---\na: 1\n", b"---\nb: 2\n"]


def test_many_comments_belong_to_the_document_below() -> None:
    data = b"# a comment\n" * 2000 + b"---\na: 1\n---\nb: 2\n"
    assert len(stream.split(data)) == 2


def test_the_first_byte_may_be_a_line() -> None:
    whole = stream.read(b"\ra: 1\r---\rb: 1\r")
    assert whole.place(stream.Document(1, 6, 15)) == Place("<stdin>", 3, 1)


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
    with pytest.raises(TooLarge, match=r"^<stdin>:3:1: document 2 has more than the limit of [0-4] entries; "):
        stream.parse(less, second)


def test_a_document_has_as_many_values_as_nodes() -> None:
    data = b"a: 1\n---\n[1, 2]\n"
    enough, less = (
        stream.parse(stream.read(data, limits=Limits(values=most)), stream.split(data)[1]) for most in (3, 2)
    )
    assert enough is not None
    assert less is not None
    stream.require_countable(enough)
    with pytest.raises(
        TooLarge, match=r": document 2, with its aliases expanded, has more than the limit of 2 values; "
    ):
        stream.require_countable(less)


def test_values_that_a_map_has_beside_its_merge_key_are_counted() -> None:
    data = b"a: &a {b: 1}\nc: {<<: *a, d: [1, 2, 3, 4, 5, 6, 7, 8]}\n"
    parsed = stream.parse(stream.read(data, limits=Limits(values=15)), stream.split(data)[0])
    assert parsed is not None
    with pytest.raises(TooLarge, match="more than the limit of 15 values"):
        stream.require_countable(parsed)


def test_a_map_that_merges_itself_has_no_value() -> None:
    data = b"a: &a {b: &b {<<: *a}, <<: *b}\n"
    parsed = stream.parse(stream.read(data), stream.split(data)[0])
    assert parsed is not None
    with pytest.raises(InputError, match="a map merges itself"):
        stream.require_countable(parsed)


@pytest.mark.parametrize(
    ("data", "place"),
    [(b"a: 1\rb: \xff", "2:4"), (b"a: 1\r\nb: \xff", "2:4"), ("# ü\n# ü ".encode() + b"\xff", "2:5")],
    ids=["cr", "crlf", "characters"],
)
def test_the_place_of_a_byte_that_is_not_text(data: bytes, place: str) -> None:
    with pytest.raises(InputError, match=rf"^<stdin>:{place}: the stream is not UTF-8"):
        stream.read(data)


def test_a_hint_is_about_the_line_also_where_lines_end_in_cr() -> None:
    data = b"a: 1\rb:\r\tc: 1\r"
    with pytest.raises(InputError, match="the line is indented with a tab"):
        stream.parse(stream.read(data), stream.split(data)[0])
