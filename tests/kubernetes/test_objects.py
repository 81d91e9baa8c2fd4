"""Test the properties of objects, and the comments and annotations that name a document's source file."""

from __future__ import annotations

import pytest

from postrender.kubernetes import objects
from postrender.kubernetes.objects import FILE_COMMENT, FILENAME, SOURCE_COMMENT, Object, Origin
from postrender.yamledit import stream


def only(text: str) -> Object:
    """Return the only object in a text."""
    whole = stream.read(text.encode())
    (found,) = objects.objects(stream.parse(whole, whole.documents[0]))
    return found


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("kind: Deployment\nmetadata: {name: a}", "Deployment a"),
        ("kind: Deployment\nmetadata: {name: a, namespace: b}", "Deployment b/a"),
        ("kind: Deployment\nmetadata: {name: a, namespace: ''}", "Deployment a"),
        ("{}", ""),
        ("[a]", ""),
    ],
)
def test_an_object_has_a_title(text: str, title: str) -> None:
    assert only(text).title == title


@pytest.mark.parametrize(
    ("version", "expected"),
    [("apps/v1", True), ("apps/v1beta1", True), ("app/v1", False), ("v1", False), ("apps", False), ("xapps/v1", False)],
)
def test_an_object_is_of_a_group_in_any_version(version: str, expected: bool) -> None:
    found = only(f"kind: Deployment\napiVersion: {version}")
    assert found.is_of(("DaemonSet", "Deployment"), "apps/") is expected
    assert found.is_of(("DaemonSet",), "apps/") is False


# Tests of the comments and annotations that name a document's source file.


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        pytest.param(
            "---\n# Source: spk/templates/a.yaml\na: b\n", Origin(SOURCE_COMMENT, "spk/templates/a.yaml"), id="helm-3"
        ),
        pytest.param("# Source: spk/a.yaml\na: b\n", Origin(SOURCE_COMMENT, "spk/a.yaml"), id="helm-3-without-marker"),
        pytest.param("---\r\n# Source: spk/a.yaml\r\na: b\r\n", Origin(SOURCE_COMMENT, "spk/a.yaml"), id="helm-3-crlf"),
        pytest.param(
            "---\n\n# c\n# Source: spk/a.yaml\na: b\n", Origin(SOURCE_COMMENT, "spk/a.yaml"), id="comment-above"
        ),
        pytest.param("#### file: spk/a.yaml\na: b\n", Origin(FILE_COMMENT, "spk/a.yaml"), id="helm-unittest"),
        pytest.param(
            f"metadata: {{annotations: {{{FILENAME}: spk/a.yaml}}}}\n", Origin(FILENAME, "spk/a.yaml"), id="helm-4"
        ),
        pytest.param(
            f"# Source: b\nmetadata:\n  annotations:\n    {FILENAME}: 'a'\n",
            Origin(FILENAME, "a"),
            id="both-helm-4-wins",
        ),
        pytest.param("---\na: b\n", Origin(), id="none"),
        pytest.param("a: b\n# Source: spk/a.yaml\n", Origin(), id="below-the-content"),
        pytest.param("a: |\n  # Source: spk/a.yaml\n", Origin(), id="in-a-block-scalar"),
        pytest.param("#Source: spk/a.yaml\na: b\n", Origin(), id="another-comment"),
        pytest.param(f"metadata: {{annotations: {{{FILENAME}: null}}}}\n", Origin(), id="annotation-without-value"),
    ],
)
def test_the_origin_of_a_document(text: str, origin: Origin) -> None:
    assert objects.origin(only(text).parsed) == origin


@pytest.mark.parametrize(
    ("text", "hook"),
    [
        ("metadata: {annotations: {helm.sh/hook: pre-install}}", True),
        ('{"metadata": {"annotations": {"helm.sh/hook": "test"}}}', True),
        ("metadata: {annotations: {helm.sh/hook-weight: '1'}}", False),
        ("metadata: {annotations: {helm.sh/hook: null}}", False),
        ("metadata: {annotations: null}", False),
        ("metadata: {labels: {helm.sh/hook: test}}", False),
        ("spec: {template: {metadata: {annotations: {helm.sh/hook: test}}}}", False),
        ("[a]", False),
    ],
)
def test_what_is_a_hook(text: str, hook: bool) -> None:
    assert only(text).is_hook is hook


def test_the_last_of_repeated_annotations_counts() -> None:
    found = only("metadata: {annotations: {a: b, a: c}}")
    assert found.annotation("a") == "c"
    assert found.annotation("z") is None
