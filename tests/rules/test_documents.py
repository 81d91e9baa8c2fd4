"""Test that the documents of a stream are parsed only once for all rules, as long as they fit into memory."""

from __future__ import annotations

from postrender.rules import documents
from postrender.rules.documents import Documents
from postrender.yamledit import stream

PART = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\ndata: {text: %s}\n"


def manifests(*texts: str) -> stream.Stream:
    return stream.read("---\n".join(PART % (f"it-{at}", text) for at, text in enumerate(texts)).encode())


def test_a_document_is_parsed_once_for_all_rules() -> None:
    held = Documents(manifests("a", "b"))
    first, second = ([obj.node for obj in held.objects("ConfigMap")] for _ in range(2))
    assert len(first) == len(second) == 2
    assert all(one is other for one, other in zip(first, second, strict=True))


def test_what_does_not_fit_is_parsed_again() -> None:
    held = Documents(manifests("x" * documents.KEPT, "b"))
    first, second = ([obj.node for obj in held.objects("ConfigMap")] for _ in range(2))
    assert [one is other for one, other in zip(first, second, strict=True)] == [False, True]


def test_only_documents_with_the_word_are_parsed_and_broken_ones_left_out() -> None:
    held = Documents(stream.read(b"kind: ConfigMap\n---\nkind: Secret\n---\n{ConfigMap\n"))
    assert [obj.kind for obj in held.objects("ConfigMap")] == ["ConfigMap"]
