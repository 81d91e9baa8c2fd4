"""Test what a check can learn about the converted stream and its TMM, and the location of its findings."""

from __future__ import annotations

from typing import Any

import pytest

from postrender import config
from postrender.errors import Place
from postrender.kubernetes.objects import objects
from postrender.rules import subject
from postrender.rules.finding import WARNING, Finding, Reference
from postrender.rules.subject import Subject
from postrender.spk import target
from postrender.yamledit import nodes, stream
from tests.configs import HEAD

CONFIG = config.parse(f"{HEAD}spec: {{networks: [{{name: net-a, master: ens1}}]}}\n".encode())
TMM = """\
---
# Source: spk/templates/tmm.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: f5-tmm%s}
spec:
  replicas: %s
  template:
    spec:
      initContainers: [{name: init}]
      containers:
      - name: f5-tmm
        env: [%s]
        resources: {limits: {%s}, requests: {%s}}
      - {image: x}
"""


def tmm(namespace: str = "spk", replicas: str = "1", env: str = "", limits: str = "", requests: str = "") -> str:
    return TMM % (f", namespace: {namespace}" if namespace else "", replicas, env, limits, requests)


def of(kind: str, name: str, namespace: str = "") -> str:
    return f"---\nkind: {kind}\nmetadata: {{name: {name}{f', namespace: {namespace}' if namespace else ''}}}\n"


def subject_of(text: str) -> Subject:
    """Return the subject for a stream whose first Deployment is the TMM."""
    data = text.encode()
    every = [it for parsed in stream.readable(stream.read(data)) for it in objects(parsed)]
    found = next(it for it in every if nodes.text(nodes.get(it.node, "kind")) == "Deployment")
    return Subject(CONFIG, target.locate(found), stream.read(data))


def names(found: Any) -> list[str]:
    return [nodes.text(nodes.find(it.node, ("metadata", "name"))) or "" for it in found]


# Tests of the stream.


def test_there_may_be_none_of_a_kind() -> None:
    assert names(subject_of(tmm()).of_kind("X")) == []
    assert names(subject_of("# kind: X\n" + tmm()).of_kind("X")) == []


def test_objects_of_a_kind_come_in_order_also_out_of_lists() -> None:
    listed = "---\nkind: List\nitems: [{kind: X, metadata: {name: b}}, {kind: Y}, {kind: X, metadata: {name: c}}]\n"
    text = of("X", "a") + "---\nkind: [X\n" + of("XY", "no") + tmm() + listed + of("X", "d")
    assert names(subject_of(text).of_kind("X")) == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("namespace", "found"),
    [pytest.param("spk", ["same", "silent"], id="named"), pytest.param("", ["same", "silent", "other"], id="silent")],
)
def test_beside_the_tmm_is_what_may_be_in_its_namespace(namespace: str, found: list[str]) -> None:
    text = tmm(namespace) + of("X", "same", "spk") + of("X", "silent") + of("X", "other", "lab")
    assert names(subject_of(text).beside("X")) == found


def test_the_tmm_is_known_in_its_stream() -> None:
    listed = "---\nkind: List\nitems: [{kind: Deployment}]\n"
    it = subject_of(of("X", "a") + tmm() + tmm() + listed)
    assert [it.is_tmm(found) for found in it.of_kind("Deployment")] == [True, False, False]


def test_the_tmm_is_known_in_its_list() -> None:
    item = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}, spec: {template: {spec: {containers: "
    text = f"kind: List\nitems: [{{kind: X}}, {item}[{{name: f5-tmm}}]}}}}}}}}, {{kind: Deployment}}]\n"
    it = subject_of(text)
    assert [it.is_tmm(found) for found in it.of_kind("Deployment")] == [True, False]
    assert it.relative(("items", 1, "spec", "x")) == ("spec", "x")
    assert it.text("metadata", "name") == "a"


# Tests of the TMM.


def test_the_containers_with_their_paths() -> None:
    pod = ("spec", "template", "spec")
    found = [(path, name) for path, name, _ in subject_of(tmm()).containers()]
    init, containers = (*pod, "initContainers"), (*pod, "containers")
    assert found == [((*init, 0), "init"), ((*containers, 0), "f5-tmm"), ((*containers, 1), "")]


def test_a_path_of_a_whole_document_is_that_of_its_object() -> None:
    assert subject_of(tmm()).relative(("spec", "replicas")) == ("spec", "replicas")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("metadata", "name"), "f5-tmm"),
        (("spec", "replicas"), "1"),
        (("spec", "template", "spec", "containers", 1, "image"), "x"),
        (("spec",), None),
        (("spec", "absent"), None),
    ],
)
def test_a_text_of_the_tmm(path: tuple[str | int, ...], text: str | None) -> None:
    assert subject_of(tmm()).text(*path) == text


@pytest.mark.parametrize(
    ("env", "value"),
    [
        pytest.param("", None, id="none"),
        pytest.param('{name: B, value: "1"}', None, id="another"),
        pytest.param("{name: A}", None, id="without-a-value"),
        pytest.param('{name: A, value: "1"}', "1", id="one"),
        pytest.param('{name: A, value: "1"}, {name: B, value: "3"}', "1", id="beside-another"),
        pytest.param('{name: A, value: "1"}, {name: A, value: "2"}', "2", id="the-last-of-two"),
        pytest.param('{name: A, value: "1"}, {name: A}', None, id="the-last-without-a-value"),
    ],
)
def test_a_variable_of_the_tmm(env: str, value: str | None) -> None:
    assert subject_of(tmm(env=env)).variable("A") == value


@pytest.mark.parametrize(
    ("limits", "requests", "amount"),
    [
        pytest.param("", "", None, id="none"),
        pytest.param("memory: 1", "memory: 2", None, id="another"),
        pytest.param("cpu: 1", "cpu: 2", "1", id="the-limit-counts"),
        pytest.param("", "cpu: 2", "2", id="only-a-request"),
        pytest.param("cpu: 500m", "", "500m", id="only-a-limit"),
    ],
)
def test_an_amount_of_a_resource(limits: str, requests: str, amount: str | None) -> None:
    assert subject_of(tmm(limits=limits, requests=requests)).amount("cpu") == amount


@pytest.mark.parametrize(
    ("written", "number"),
    [
        *(("1", 1), ("0", 0), ("2", 2), ("003", 3), ("999999", 999_999), ("9999999", 1), ("10000000", 1)),
        *(("null", 1), ("", 1), ("-1", 1), ("1.5", 1), ("two", 1), ("[2]", 1), ("\u0662", 1), ("\u00b2", 1)),
    ],
)
def test_how_many_tmms_there_are(written: str, number: int) -> None:
    assert subject_of(tmm(replicas=written)).replicas == number


@pytest.mark.parametrize(("namespace", "known"), [("", None), ("lab", "lab")])
def test_the_namespace_of_the_tmm(namespace: str, known: str | None) -> None:
    assert subject_of(tmm(namespace)).namespace == known


# Tests of findings.


def test_a_finding_on_the_config_has_a_path_and_no_line() -> None:
    found = subject.on_config("id", WARNING, "spec.networks[0]", "message", "fix")
    assert found == Finding("id", WARNING, "message", "fix", Place(path="spec.networks[0]"), in_config=True)


@pytest.mark.parametrize(
    ("path", "shown", "line", "column"),
    [
        pytest.param((), "", 6, 1, id="object"),
        pytest.param(("spec", "replicas"), "spec.replicas", 10, 13, id="value"),
        pytest.param(("spec", "absent", "more"), "spec.absent.more", 10, 3, id="below-the-nearest"),
        pytest.param(("spec", "replicas", 0), "spec.replicas.0", 10, 13, id="below-a-text"),
        pytest.param(("absent",), "absent", 6, 1, id="absent"),
    ],
)
def test_a_finding_on_an_object(path: tuple[str | int, ...], shown: str, line: int, column: int) -> None:
    it = subject_of(of("X", "a") + tmm())
    reference = Reference(1, "Deployment", "spk", "f5-tmm", "spk/templates/tmm.yaml", path, "apps/v1")
    expected = Finding("id", WARNING, "message", "fix", Place("<stdin>", line, column, shown), reference)
    assert subject.on_object("id", WARNING, it.object, path, "message", "fix") == expected


def test_a_finding_on_an_item_has_the_path_from_the_document_on() -> None:
    data = b"kind: List\nitems:\n- kind: X\n- kind: Y\n  metadata: {name: b}\n"
    *_, found = objects(stream.parse(stream.read(data), stream.split(data)[0]))
    it = subject.on_object("id", WARNING, found, ("metadata", "name"), "message", "fix")
    assert it.place == Place("<stdin>", 5, 20, "items.1.metadata.name")
    assert it.document == Reference(0, "Y", "", "b", "", ("items", 1, "metadata", "name"), "", ("items", 1))


@pytest.mark.parametrize("text", ["a: b\n", "[a]\n", "a\n", "kind: null\n"])
def test_what_is_no_object_has_a_reference_too(text: str) -> None:
    (found,) = objects(stream.parse(stream.read(text.encode()), stream.split(text.encode())[0]))
    assert subject.reference(found) == Reference(0, "", "", "", "")


@pytest.mark.parametrize(
    ("amount", "written"),
    [("3Gi", True), ("4194304", True), ("", False), ("0", False), ("0Mi", False), ("0.0Gi", False)],
)
def test_hugepages_are_written_where_the_chart_has_them_on(amount: str, written: bool) -> None:
    rendered = subject_of(tmm(limits=f'hugepages-2Mi: "{amount}"'))
    resources = CONFIG.tmm._replace(resources=(("hugepages-2Mi", "1572Mi"), ("memory", "2Gi")))
    subject = rendered._replace(config=CONFIG._replace(tmm=resources))
    assert ("hugepages-2Mi" in dict(subject.resources)) is written
