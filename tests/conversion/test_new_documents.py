"""Test the form of new documents in a stream, and how they are separated from the next document."""

from __future__ import annotations

import json

import pytest
import yaml

from postrender.config import Network
from postrender.conversion import new_documents
from postrender.errors import InputError
from postrender.yamledit import nodes, stream
from postrender.yamledit.stream import Parsed

INTERNAL = Network("net-a", "ens1")
EXTERNAL = Network("net-b", "ens2", "lab", labels=(("x", "y"),))
FILENAME = "metadata: {annotations: {postrenderer.helm.sh/postrender-filename: %s}}\n"

BODY = """\
apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata:
  name: net-a
spec:
  config: '{"cniVersion": "0.3.1", "name": "net-a", "type": "macvlan", "master": "ens1", "mode": "bridge", "ipam": {}}'
"""


def parsed(text: str) -> Parsed:
    """Return a stream's only document, parsed; its root may be any value."""
    data = text.encode()
    root = nodes.compose(text)
    assert root is not None
    return Parsed(stream.read(data), stream.Document(0, 0, len(data)), text, root)


def written(text: str, *networks: Network, namespace: str | None = None) -> str:
    return new_documents.create(parsed(text), networks, namespace).text


@pytest.mark.parametrize("text", ["a: b\n", "---\r\na: b\r\n", "# Source: spk/templates/tmm.yaml\na: b\n", "{}"])
def test_without_networks_nothing_is_added(text: str) -> None:
    assert written(text) == ""
    assert written(text, namespace="lab") == ""


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("---\na: b\n", id="no-mark"),
        pytest.param("---\n# Sources: spk/templates/tmm.yaml\na: b\n", id="another-comment"),
        pytest.param("---\na: b\n# Source: spk/templates/tmm.yaml\n", id="a-comment-too-far-down"),
        pytest.param("---\n# Source: \na: b\n", id="no-path"),
        pytest.param("---\n# Source: /etc/passwd\na: b\n", id="absolute-path"),
        pytest.param("---\n# Source: ../spk/tmm.yaml\na: b\n", id="path-upwards"),
        pytest.param("---\n# Source: ./spk/tmm.yaml\na: b\n", id="path-from-here"),
        pytest.param("---\n# Source: s p k/templates/tmm.yaml\na: b\n", id="chart-with-spaces"),
        pytest.param("---\n# Source: é/templates/tmm.yaml\na: b\n", id="chart-beyond-ascii"),
        pytest.param("---\n" + FILENAME % "''", id="no-filename"),
        pytest.param("---\n" + FILENAME % "'a:b/c'", id="a-filename-that-is-not-helm-s"),
        pytest.param("---\n" + FILENAME % "..", id="a-filename-of-dots"),
    ],
)
def test_a_stream_without_a_mark_gets_none(text: str) -> None:
    assert written(text, INTERNAL) == f"---\n{BODY}"


@pytest.mark.parametrize(
    ("mark", "path"),
    [
        pytest.param("# Source: ", "spk/templates/tmm.yaml", id="helm-3"),
        pytest.param("# Source: ", "spk/charts/f5-tmm/templates/tmm.yaml", id="a-subchart"),
        pytest.param("# Source: ", "spk", id="no-folder"),
        pytest.param("#### file: ", "spk/templates/tmm.yaml", id="helm-unittest"),
    ],
)
def test_a_comment_names_a_template_of_the_top_chart(mark: str, path: str) -> None:
    comment = f"{mark}spk/templates/spk-macvlan-nads.yaml\n"
    assert written(f"---\n{mark}{path}\na: b\n", INTERNAL) == f"---\n{comment}{BODY}"


@pytest.mark.parametrize("chart", ["spk", "f5-spk", "s.p_k", "SPK2", ".spk", "9", "z-A_0.Z"])
def test_what_a_chart_may_be_called(chart: str) -> None:
    comment = f"# Source: {chart}/templates/spk-macvlan-nads.yaml\n"
    assert written(f"# Source: {chart}/x.yaml\na: b\n", INTERNAL) == f"---\n{comment}{BODY}---\n"


def test_helm_4_has_an_annotation() -> None:
    (document,) = yaml.safe_load_all(written("---\n" + FILENAME % "spk/templates/tmm.yaml", INTERNAL))
    path = "spk/templates/spk-macvlan-nads.yaml"
    assert document["metadata"]["annotations"] == {"postrenderer.helm.sh/postrender-filename": path}
    assert "#" not in written("---\n" + FILENAME % "spk/templates/tmm.yaml", INTERNAL)


def test_a_comment_is_no_annotation() -> None:
    (document,) = yaml.safe_load_all(written("---\n# Source: spk/templates/tmm.yaml\na: b\n", INTERNAL))
    assert document["metadata"] == {"name": "net-a"}


def test_each_network_is_a_document_in_order() -> None:
    text = written("---\n# Source: spk/x.yaml\na: b\n", INTERNAL, EXTERNAL, namespace="spk")
    comment = "# Source: spk/templates/spk-macvlan-nads.yaml\n"
    assert text.count(f"---\n{comment}") == text.count("---") == 2
    first, second = yaml.safe_load_all(text)
    assert first["metadata"] == {"name": "net-a", "namespace": "spk"}
    assert second["metadata"] == {"name": "net-b", "namespace": "lab", "labels": {"x": "y"}}
    assert [json.loads(it["spec"]["config"])["master"] for it in (first, second)] == ["ens1", "ens2"]


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=repr)
def test_new_lines_end_as_the_documents_do(newline: str) -> None:
    text = written(newline.join(["---", "# Source: spk/x.yaml", "a: b", ""]), INTERNAL)
    lines = ["---", "# Source: spk/templates/spk-macvlan-nads.yaml", *BODY.splitlines(), ""]
    assert text == newline.join(lines)


@pytest.mark.parametrize("text", ["a: b\rc: d\r", "# c\ra: b\n", "a: b\rc: d\n"], ids=repr)
def test_a_lone_cr_ends_no_new_line(text: str) -> None:
    assert written(text, INTERNAL) == f"---\n{BODY}---\n"


@pytest.mark.parametrize("text", ["---\ra: b\r", "# c\r---\na: b\n", "---\ra: b\n", "--- # c\ra: b\r\n"], ids=repr)
def test_a_lone_cr_before_the_end_of_the_marker_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"a line here ends with a lone CR, .*; end lines with LF"):
        written(text, INTERNAL)
    assert written(text) == ""


@pytest.mark.parametrize("above", ["a: b\r", "a: b\n\r", "...\r"], ids=repr)
def test_a_lone_cr_above_is_refused(above: str) -> None:
    data = f"{above}---\na: b\n".encode()
    document = stream.Document(1, len(above), len(data))
    root = nodes.compose("a: b")
    assert root is not None
    with pytest.raises(InputError, match="a lone CR"):
        new_documents.create(Parsed(stream.read(data), document, "---\na: b\n", root), (INTERNAL,), None)


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        pytest.param("---\na: b\n", "", id="marker"),
        pytest.param("---", "", id="marker-alone"),
        pytest.param("--- # c\na: b\n", "", id="marker-and-a-comment"),
        pytest.param("---\t# c\na: b\n", "", id="marker-and-a-tab"),
        pytest.param("# c\n\n  # d\n---\na: b\n", "", id="comments-above-the-marker"),
        pytest.param("a: b\n", "---", id="no-marker"),
        pytest.param("{}", "---", id="json"),
        pytest.param("# c\n\na: b\n", "---", id="comments-without-a-marker"),
        pytest.param("---a: b\n", "---", id="dashes-in-a-key"),
        pytest.param("--- \r\na: b", "", id="marker-and-a-space"),
        pytest.param("%YAML 1.1\n---\na: b\n", "...", id="directive"),
        pytest.param("# c\n%TAG ! tag:x,2000:\n--- # d\na: b\n", "...", id="directive-below-a-comment"),
        pytest.param("a: |\n  %c\n", "---", id="a-percent-sign-further-down"),
    ],
)
def test_what_stands_between_a_new_document_and_the_next(text: str, separator: str) -> None:
    assert written(text, INTERNAL).splitlines() == ["---", *BODY.splitlines(), *filter(None, [separator])]


@pytest.mark.parametrize(
    ("text", "separator"), [("a: b\n", "---\n"), ("a: b\r\n", "---\r\n"), ("%YAML 1.1\n---\na: b\n", "...\n")]
)
def test_the_separator_comes_last(text: str, separator: str) -> None:
    newline = "\r\n" if "\r" in text else "\n"
    first = newline.join(["---", *BODY.splitlines(), ""])
    assert written(text, INTERNAL) == first + separator
    assert len([*yaml.compose_all(first + separator + text)]) == 2


def test_what_each_document_says_comes_with_it() -> None:
    text, values = new_documents.create(parsed("a: b\n"), (INTERNAL, EXTERNAL), "spk")
    assert list(values) == [*yaml.safe_load_all(text)][:2]
