"""Test malicious YAML in the TMM's document and in other documents, with every way to convert it."""

from __future__ import annotations

from pathlib import Path

import pytest

from postrender.limits import DEFAULTS
from tests.hostile.program import (
    CONVERTED,
    LAB,
    MIB,
    PATCHED,
    READING,
    TMM,
    VALUING,
    Run,
    asked,
    bomb,
    brackets,
    converted,
    dashes,
    indented,
    listed,
    refusal,
    result,
)

EVERY = {**READING, **VALUING}
PYTHON = b"x: !!python/object/apply:os.system ['touch ran']\ny: !!python/name:os.system\n"
ANNOTATIONS = b"      annotations:\n        k8s.v1.cni.cncf.io/networks: spk/sriov\n"

each_way = pytest.mark.parametrize("way", EVERY)

# Tests of malicious YAML in the TMM's document.

#: These fields follow the TMM's fields, so an edit of the TMM need not expand them.
CYCLES = {
    "alias bomb": bomb(),
    "cyclic list": b"x: &a [*a]\n",
    "cyclic map": b"x: &a {a: *a}\n",
    "cyclic merge": b"x: &a {<<: [*a, *a]}\n",
    "cyclic variable": b"        - &a [*a]\n",
}


@pytest.mark.parametrize("way", READING)
@pytest.mark.parametrize("harm", ["alias bomb", "cyclic list"])
def test_what_is_only_beside_the_edits_does_no_harm(hostile: Run, harm: str, way: str) -> None:
    words = READING[way]
    done, harmless = (hostile(*words, data=asked(way, text)) for text in (TMM + CYCLES[harm], TMM))
    assert (done.stderr, done.returncode) == (b"", harmless.returncode)
    if way in ("render", "krm"):
        assert done.stdout == converted(asked(way, TMM + CYCLES[harm]))
    else:
        assert done.stdout == harmless.stdout


@pytest.mark.parametrize("way", VALUING)
@pytest.mark.parametrize("harm", ["alias bomb", "cyclic list"])
def test_what_cannot_be_written_out_is_refused_at_once(hostile: Run, tmp_path: Path, harm: str, way: str) -> None:
    said = refusal(hostile(*VALUING[way], data=TMM + CYCLES[harm]), 3)
    assert "memory" not in said
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("harm", CYCLES)
def test_cycles_are_no_bug_of_compile(hostile: Run, harm: str) -> None:
    refusal(hostile(*VALUING["compile for Flux"], data=TMM + CYCLES[harm]), 3)


@each_way
@pytest.mark.parametrize(
    "deep", [brackets(10_000), b"[" * 10_000, b"\n" + dashes(10_000)], ids=["flow", "open", "block"]
)
def test_what_is_nested_too_deeply_is_refused(hostile: Run, tmp_path: Path, deep: bytes, way: str) -> None:
    said = refusal(hostile(*EVERY[way], data=asked(way, TMM + b"x: " + deep + b"\n")), 3)
    assert said.startswith("<stdin>:")
    assert "nesting" in said or "nested" in said
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("way", VALUING)
def test_what_is_nested_as_deeply_as_can_be_read_is_no_bug(hostile: Run, way: str) -> None:
    done = hostile(*VALUING[way], data=TMM + b"x: " + brackets(950) + b"\n")
    assert done.returncode == 0 or refusal(done, 3)


@each_way
@pytest.mark.parametrize(
    "annotations",
    [
        b"      annotations: &a {<<: *a}\n",
        ANNOTATIONS.replace(b":\n", b": &a\n        <<: *a\n", 1),
        ANNOTATIONS.replace(b":\n", b":\n        <<: &a {<<: *a}\n", 1),
    ],
    ids=["flow", "block", "once removed"],
)
def test_a_merge_key_that_merges_itself_is_no_bug(hostile: Run, annotations: bytes, way: str) -> None:
    done = hostile(*EVERY[way], data=asked(way, TMM.replace(ANNOTATIONS, annotations)))
    assert "an alias" in refusal(done, 3) or "merge" in refusal(done, 3)


def test_a_merge_key_on_the_path_is_read(hostile: Run) -> None:
    stream = TMM.replace(ANNOTATIONS, ANNOTATIONS.replace(b":\n", b":\n        <<: {a: b}\n", 1))
    done = hostile(*LAB, data=stream)
    assert (done.returncode, done.stdout) == (0, converted(stream))
    assert done.stderr.count(b"\n") == 2  # one warning and its fix
    assert b"a merge key (<<) supplies entries of this map" in done.stderr


@pytest.mark.parametrize("way", ["render", "patches", "compile for Flux"])
def test_a_chain_of_merge_keys(hostile: Run, way: str) -> None:
    links = b"".join(b"- &m%d {<<: *m%d}\n" % (n, n - 1) for n in range(1, 700))
    stream = TMM.replace(b"---\n", b"---\nm:\n- &m0 {a: b}\n" + links)
    stream = stream.replace(ANNOTATIONS, ANNOTATIONS.replace(b":\n", b":\n        <<: *m699\n", 1))
    done = hostile(*EVERY[way], data=stream)
    assert done.returncode == 0 or refusal(done, 3)


@each_way
def test_tags_of_python_are_text(hostile: Run, tmp_path: Path, way: str) -> None:
    done, harmless = (hostile(*EVERY[way], data=asked(way, text)) for text in (TMM + PYTHON, TMM))
    assert (done.stderr, done.returncode) == (b"", harmless.returncode)
    assert not (tmp_path / "ran").exists()
    if way in ("render", "krm"):
        assert done.stdout == converted(asked(way, TMM + PYTHON))
    elif way == "patches":
        assert done.stdout == harmless.stdout + PYTHON
    else:
        assert done.stdout == harmless.stdout


# Tests of malicious YAML in other documents, which the program need not read.

BESIDE = {
    "alias bomb": b"---\n" + bomb(),
    "flow": b"---\nx: " + brackets(10_000) + b"\n",
    "open flow": b"---\nx: " + b"[" * 10_000 + b"\n",
    "block": b"---\n" + dashes(10_000) + b"\n",
    "cycles": b"---\nx: &a [*a]\ny: &b {<<: *b}\n",
    "tags": b"---\n" + PYTHON,
    "long line": b"---\nx: " + b"y" * (5 * MIB) + b"\n",
    "one long word": b"-" * (5 * MIB) + b"\n",
    "dots": b"...." * MIB + b"\n",
    "escapes": b'---\na: "\\x41"\n' * 20_000,
    "decoys": b"---\nkind: Service\n# Deployment\nmetadata: {name: f5-tmm}\n" * 10_000,
    "directives": b"".join(b"%%TAG !t%d! tag:x,2000:\n" % n for n in range(20_000)) + b"---\na: b\n",
}


@pytest.mark.parametrize("text", BESIDE.values(), ids=BESIDE)
def test_a_document_beside_the_tmm_is_passed_through(hostile: Run, tmp_path: Path, text: bytes) -> None:
    assert result(hostile(*LAB, data=text + TMM)) == text + CONVERTED
    assert not (tmp_path / "ran").exists()


UNREADABLE = {
    "definition nested deeply": b"---\nkind: NetworkAttachmentDefinition\nx: " + brackets(10_000) + b"\n",
    "broken decoys": b"---\nkind: Deployment f5-tmm: [\n" * 30_000,
}


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
def test_what_could_be_a_tmm_to_others_and_cannot_be_read_is_refused(hostile: Run, text: bytes) -> None:
    said = refusal(hostile(*LAB, data=text + TMM), 3)
    assert "document 1 is not valid YAML" in said or "document 1 cannot be edited" in said


@pytest.mark.parametrize("name", ["alias bomb", "cycles"])
@pytest.mark.parametrize("way", ["patches", "check", "compile for Flux"])
def test_a_document_beside_the_tmm_is_never_written_out(hostile: Run, name: str, way: str) -> None:
    done, harmless = (hostile(*EVERY[way], data=text + TMM) for text in (BESIDE[name], b""))
    assert (done.stderr, done.returncode) == (harmless.stderr, harmless.returncode)


def test_an_item_beside_the_tmm_is_not_written_out(hostile: Run) -> None:
    stream = listed(TMM) + b"- " + bomb().replace(b"\n", b"\n  ").removesuffix(b"  ")
    assert result(hostile("krm", data=stream)) == converted(stream)


def test_a_scalar_of_64_mebibytes_passes(hostile: Run) -> None:
    text = b"---\nx: " + b"a" * (64 * MIB) + b"\n"
    assert result(hostile(*LAB, data=text + TMM)) == text + CONVERTED


# Tests of limits.


def refused_by(limit: str, hostile: Run, *words: str, data: bytes, **settings: object) -> None:
    said = refusal(hostile(*words, data=data, **settings), 3)
    assert f"--limit {limit}=" in said
    assert DEFAULTS.shown(limit.replace("-", "_")) in said


def test_a_scalar_of_64_mebibytes_in_the_tmm_is_refused(hostile: Run) -> None:
    refused_by("document-size", hostile, *LAB, data=TMM + b"x: " + b"a" * (64 * MIB) + b"\n")


@pytest.mark.parametrize("line", [b"\n", b"#" * 1023 + b"\n"], ids=["empty", "comment"])
def test_what_is_too_large_above_the_tmm_is_refused(hostile: Run, line: bytes) -> None:
    above = line * (DEFAULTS.document_size // len(line))
    refused_by("document-size", hostile, *LAB, data=above + TMM)


def test_many_lines_above_the_first_separator_take_no_memory(hostile: Run) -> None:
    text = b"a: b\n" * (8 * MIB)
    assert result(hostile(*LAB, data=text + TMM)) == text + CONVERTED


def test_a_raised_limit_of_a_document_holds(hostile: Run) -> None:
    size = DEFAULTS.document_size + MIB
    stream = TMM + b"x: " + b"a" * size + b"\n"
    refused_by("document-size", hostile, *LAB, data=stream)
    assert result(hostile(*LAB, "--limit", f"document-size={size + MIB}", data=stream)) == converted(stream)


@pytest.mark.parametrize("way", ["render", "check", "compile for Flux", "krm"])
def test_a_stream_without_end_is_refused(hostile: Run, way: str) -> None:
    with open("/dev/zero", "rb") as endless:
        refused_by("stream-size", hostile, *EVERY[way], data=b"", stdin=endless)


def test_a_document_that_needs_a_new_layout_has_a_limit_of_its_own(hostile: Run) -> None:
    stream = TMM.replace(ANNOTATIONS, ANNOTATIONS.replace(b":\n", b":\n        <<: {a: b}\n", 1))
    stream += b"# " + b"x" * DEFAULTS.layout_size + b"\n"
    refused_by("layout-size", hostile, *LAB, data=stream)
    done = hostile(*LAB, "--limit", f"layout-size={len(stream)}", data=stream)
    assert (done.returncode, done.stdout) == (0, converted(stream))


def test_as_long_a_line_as_the_limit_allows(hostile: Run) -> None:
    stream = TMM + b"# " + b"x" * min(5 * MIB, DEFAULTS.document_size - len(TMM) - 3) + b"\n"
    assert result(hostile(*LAB, data=stream)) == converted(stream)


SHORT = {"separators": b"---\n", "short documents": b"---\na: 1\n"}


@pytest.mark.parametrize("text", SHORT.values(), ids=SHORT)
def test_as_many_documents_as_the_limit_allows(hostile: Run, text: bytes) -> None:
    beside = text * (DEFAULTS.documents - 1)
    assert result(hostile(*LAB, data=beside + TMM)) == beside + CONVERTED
    assert result(hostile(*LAB, data=TMM + beside)) == CONVERTED + beside


@pytest.mark.parametrize("way", ["diff", "patches", "check", "compile for Flux"])
def test_many_empty_documents_every_way(hostile: Run, way: str) -> None:
    beside = b"---\n" * 20_000
    done, harmless = (hostile(*EVERY[way], data=text + TMM) for text in (beside, b""))
    assert (done.stderr, done.returncode) == (harmless.stderr, harmless.returncode)


def test_a_million_documents_are_refused(hostile: Run) -> None:
    refused_by("documents", hostile, *LAB, data=SHORT["short documents"] * 1_000_000 + TMM)
    refused_by("documents", hostile, *LAB, "--allow-no-target", data=SHORT["separators"] * 1_000_000)


def test_a_million_documents_where_the_limit_is_raised(hostile: Run) -> None:
    stream = b"---\n" * 1_000_000
    done = hostile(*LAB, "--limit", "documents=2000000", data=stream + TMM)
    assert result(done) == stream + CONVERTED


def test_many_document_ends_are_one_document(hostile: Run) -> None:
    ends = b"...\n" * 100_000
    assert result(hostile(*LAB, data=ends + TMM)) == ends + CONVERTED


@pytest.mark.parametrize("marker", [b"---\n", b"...\n"], ids=["starts", "ends"])
def test_a_stream_of_markers_takes_no_memory(hostile: Run, marker: bytes) -> None:
    """The input and the program take 100 MiB of memory; a list of all markers' positions would double this."""
    done = hostile(*LAB, data=marker * 10_000_000, memory=160 * MIB)
    assert "more than the limit of 100000 documents" in refusal(done, 3)


def test_a_few_tmms_are_counted(hostile: Run) -> None:
    assert "50 TMM workloads" in refusal(hostile(*LAB, data=TMM * 50), 3)


def test_five_thousand_tmms_are_refused_at_the_first_hundred(hostile: Run) -> None:
    large = TMM.replace(b"        env:", b"        args: [" + b"a, " * 2_000 + b"a]\n        env:")
    done = hostile(*LAB, data=large * 5_000, memory=320 * MIB)
    assert "more than 100 objects are the TMM or a network of the config" in refusal(done, 3)


# Inputs that a quadratic algorithm would make slow.

MANY = {
    "variables": b"".join(b"        - {name: A%d, value: '1'}\n" % n for n in range(20_000)),
    "keys": b"".join(b"k%d: 1\n" % n for n in range(50_000)),
    "anchors": b"x:\n" + b"".join(b"- &a%d 1\n" % n for n in range(20_000)),
    "aliases": b"x: [&a 1" + b", *a" * 100_000 + b"]\n",
    "dashes": b"x:\n" + b"-\n" * 100_000,
    "brackets": b"x: [" + b"[]," * 100_000 + b"]\n",
}


@pytest.mark.parametrize("text", MANY.values(), ids=MANY)
def test_many_of_a_kind_end_soon(hostile: Run, text: bytes) -> None:
    assert result(hostile(*LAB, data=TMM + text)) == CONVERTED + text


def test_many_variables_to_remove_end_soon(hostile: Run) -> None:
    entries = b"".join(b"        - {name: PCIDEVICE_%d, value: '1'}\n" % n for n in range(20_000))
    assert result(hostile(*LAB, data=TMM + entries)) == CONVERTED


@pytest.mark.parametrize("way", ["diff", "diff as JSON", "diff as Markdown"])
def test_a_picture_of_every_second_variable_ends_soon(hostile: Run, way: str) -> None:
    """On repeated lines, difflib takes cubic time."""
    names = (b"PCIDEVICE" if number % 2 else b"KEPT" for number in range(4_000))
    entries = b"".join(b'        - name: %s_%d\n          value: "1"\n' % (name, at) for at, name in enumerate(names))
    done = hostile(*READING[way], data=TMM + entries)
    assert (done.stderr, done.returncode) == (b"", 1)
    assert len(done.stdout.splitlines()) >= 2_000


@pytest.mark.parametrize("way", [way for way in READING if way != "krm"])
@pytest.mark.parametrize("text", [b"x: &a [*a]\n", b"x: &a {b: *a}\n", b"? &a [*a]\n: b\n"], ids=["list", "map", "key"])
def test_a_cycle_beside_the_edits_ends(hostile: Run, way: str, text: bytes) -> None:
    """The search for a change's lines starts at the last item of a collection, which can be the collection itself."""
    inside = b"        " + text.replace(b"\n", b"\n        ").rstrip(b" ")
    tmm = TMM.replace(b"        env:", inside + b"        env:").removesuffix(b'          value: "TRUE"\n')
    done = hostile(*READING[way], data=tmm + b'          value: "FALSE"\n' + indented(text, b"      "))
    assert done.returncode in (0, 1, 3)
    assert b"internal error" not in done.stderr


def test_merge_keys_that_bring_very_many_entries_are_refused(hostile: Run) -> None:
    """ruamel.yaml would copy each merged entry, which would take minutes."""
    merged = b"".join(
        b"- &m%d\n  <<: [%s]\n  k%d: 1\n" % (at, b", ".join(b"*m%d" % it for it in range(max(at - 20, 0), at)), at)
        for at in range(1, 300)
    )
    shared = TMM.replace(b"        env:", b"        env: &e") + b"y: *e\n"
    text = shared.replace(b"TRUE", b"FALSE") + b"x:\n- &m0 {k0: 1}\n" + merged
    said = refusal(hostile(*LAB, data=text), 3)
    assert "cannot be edited without changing something else" in said


@pytest.mark.parametrize("way", ["patches", "compile for Flux"])
def test_many_keys_end_soon_where_values_are_needed(hostile: Run, way: str) -> None:
    done = hostile(*VALUING[way], data=TMM + MANY["keys"])
    assert (done.stderr, done.returncode) == (b"", 0)


# Tests of input that is not text.

NO_TEXT = {
    "utf-16": TMM.decode().encode("utf-16"),
    "utf-16-be": TMM.decode().encode("utf-16-be"),
    "nul at the end": TMM + b"#" * MIB + b"\n\0",
    "invalid at the end": TMM + b"#" * MIB + b"\n---\nx: \xff\n",
    "surrogate": TMM + b"x: \xed\xa0\x80\n",
}


@pytest.mark.parametrize("way", ["diff", "patches", "check", "compile for kustomize", "krm"])
@pytest.mark.parametrize("text", NO_TEXT.values(), ids=NO_TEXT)
def test_what_is_no_text_is_refused_every_way(hostile: Run, tmp_path: Path, text: bytes, way: str) -> None:
    said = refusal(hostile(*EVERY[way], data=text), 3)
    assert any(words in said for words in ("NUL", "not UTF-8", "UTF-16"))
    assert not (tmp_path / "out").exists()


def test_an_error_document_of_what_is_no_text(hostile: Run) -> None:
    for text in NO_TEXT.values():
        document = result(hostile(*PATCHED, "--on-error-document", data=text))
        assert document.startswith(b"|-\n")
        assert document.isascii()
