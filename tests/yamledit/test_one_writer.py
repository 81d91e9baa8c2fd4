"""Test that only one module joins documents, and proves the result: no other module writes a document marker."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import postrender
from postrender.errors import ProofFailed
from postrender.yamledit import emit, join, nodes

FOLDER = Path(postrender.__file__).parent
WRITER = FOLDER / "yamledit" / "join.py"
SELF_TEST = FOLDER / "yamledit" / "libyaml.py"  # this module only parses a text of its own
#: These modules only search for markers, or keep an existing marker.
READERS = {"conversion/new_documents.py", "conversion/prefilter.py", "kubernetes/objects.py"}
READERS |= {"hosts/guarded_patches.py", "yamledit/stream.py", "yamledit/roundtrip.py"}


def markers(file: Path) -> Iterator[ast.Constant]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
            text = node.value if isinstance(node.value, str) else node.value.decode("latin-1")
            if text == "---" or text.startswith(("---\n", "---\r")):
                yield node


def test_no_other_module_has_a_marker_to_join_documents_with() -> None:
    others = {it for it in FOLDER.rglob("*.py") if it not in (WRITER, SELF_TEST) and any(markers(it))}
    assert {it.relative_to(FOLDER).as_posix() for it in others} == READERS


def test_documents_are_read_again() -> None:
    values = [{"a": "b", "c": ["1", 2, None, True]}, {"text": emit.Text("line\nline")}, {"k": {}}]
    output = join.write(values, ["# comment"])
    assert output.data.decode().startswith("# comment\n---\na: b\n")
    assert len(output.documents) == len(values)


def test_without_documents_there_is_nothing() -> None:
    assert join.write([], ["# comment"]).data == b""


@pytest.mark.parametrize("comment", ["# a\nkey: value", "key: value", "# a\n---"], ids=["two-lines", "none", "marker"])
def test_a_comment_that_says_something_is_no_comment(comment: str) -> None:
    with pytest.raises(ProofFailed):
        join.write([{"a": 1}], [comment])


@pytest.mark.parametrize("text", ["a: [", "b: 1\n---\nc: 1\n", "d: 2\n"], ids=["broken", "two", "another"])
def test_what_does_not_read_as_it_should_is_never_given_out(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(emit, "document", lambda _: text.splitlines())
    with pytest.raises(ProofFailed):
        join.write([{"d": 1}])


def test_a_text_is_a_document_too() -> None:
    output = join.write([emit.Text("a: b\n- c")], opened=False)
    assert nodes.text(nodes.compose(output.data.decode())) == "a: b\n- c"
