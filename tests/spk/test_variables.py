from __future__ import annotations

import pytest

from postrender.kubernetes.objects import objects
from postrender.spk import target, variables
from postrender.spk.target import Target
from postrender.yamledit import nodes, stream
from postrender.yamledit.change import ADD, REMOVE, REPLACE, pointer

ENV = "/spec/template/spec/containers/0/env"


def tmm(env: str) -> Target:
    """Return a TMM whose container has this `env` entry, or no environment."""
    container = ", ".join(part for part in ("name: f5-tmm", env) if part)
    head = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: f5-tmm}\n"
    text = f"{head}spec: {{template: {{spec: {{containers: [{{{container}}}]}}}}}}\n"
    data = text.encode()
    (found,) = objects(stream.parse(stream.read(data), stream.split(data)[0]))
    return target.locate(found)


def assigned(env: str) -> list[tuple[str, str, object]]:
    changes = variables.assign(tmm(env), [("A", "new")], "rule", "reason")
    return [(change.op, pointer(change.path).removeprefix(ENV), change.value) for change in changes]


@pytest.mark.parametrize(
    ("env", "names"),
    [
        ("", []),
        ("env: null", []),
        ("env: []", []),
        ("env: none", []),
        ("env: {A: b}", []),
        ("env: [{name: A, value: b}, {name: B}, {name: A}]", ["A", "B", "A"]),
        ("env: [{value: b}, {name: null}, {name: [A]}, A, null]", ["", "", "", "", ""]),
        ("env: [{name: 1}]", ["1"]),
    ],
)
def test_the_names_in_order(env: str, names: list[str]) -> None:
    found = [*variables.entries(tmm(env))]
    assert [name for _, name, _ in found] == names
    assert [number for number, _, _ in found] == [*range(len(names))]


@pytest.mark.parametrize(
    "env",
    [
        'env: [{name: A, value: "new"}]',
        "env: [{name: A, value: new}]",
    ],
)
def test_a_variable_that_has_the_value_stays(env: str) -> None:
    assert assigned(env) == []


@pytest.mark.parametrize(
    ("env", "changes"),
    [
        pytest.param("env: [{name: A, value: old}]", [(REPLACE, "/0/value", "new")], id="another-value"),
        pytest.param("env: [{name: B}, {name: A, value: null}]", [(REPLACE, "/1/value", "new")], id="null"),
        pytest.param("env: [{name: A}]", [(ADD, "/0/value", "new")], id="no-value"),
        pytest.param(
            "env: [{name: A, value: old}, {name: B}, {name: A, value: older}]",
            [(REPLACE, "/0/value", "new"), (REMOVE, "/2", None)],
            id="repeated",
        ),
        pytest.param(
            "env: [{name: A, value: new}, {name: A, value: old}]",
            [(REMOVE, "/1", None)],
            id="repeated-one-has-it",
        ),
        pytest.param(
            "env: [{name: A, valueFrom: {}}, {name: A, value: new}, {name: A, value: new}]",
            [(REMOVE, "/0/valueFrom", None), (ADD, "/0/value", "new"), (REMOVE, "/1", None), (REMOVE, "/2", None)],
            id="repeated-first-from-elsewhere",
        ),
        pytest.param(
            "env: [{name: A, valueFrom: {fieldRef: {fieldPath: a.b}}}]",
            [(REMOVE, "/0/valueFrom", None), (ADD, "/0/value", "new")],
            id="from-elsewhere",
        ),
        pytest.param(
            "env: [{name: A, value: new, valueFrom: {}}]", [(REMOVE, "/0/valueFrom", None)], id="from-elsewhere-as-well"
        ),
        pytest.param("env: [{name: a, value: old}]", [(ADD, "/-", {"name": "A", "value": "new"})], id="another-case"),
        pytest.param("env: []", [(ADD, "/-", {"name": "A", "value": "new"})], id="none"),
        pytest.param("", [(ADD, "/-", {"name": "A", "value": "new"})], id="no-env"),
    ],
)
def test_a_variable_has_the_value_once(env: str, changes: list[tuple[str, str, object]]) -> None:
    assert assigned(env) == changes


def test_a_value_that_another_reader_takes_for_a_bool_is_replaced() -> None:
    (change,) = variables.assign(tmm("env: [{name: A, value: TRUE}]"), [("A", "TRUE")], "rule", "reason")
    assert (change.op, change.value, change.rule) == (REPLACE, "TRUE", "rule")


def test_every_entry_of_an_unwanted_name_is_dropped() -> None:
    wanted = tmm("env: [{name: A}, {name: B}, {name: A, valueFrom: {}}, {value: x}]")
    changes = [*variables.drop(wanted, lambda name: name == "A", "rule", "reason")]
    assert [(change.op, pointer(change.path)) for change in changes] == [(REMOVE, f"{ENV}/0"), (REMOVE, f"{ENV}/2")]
    assert {(change.rule, change.reason) for change in changes} == {("rule", "reason")}


def test_only_the_tmm_container_is_looked_at() -> None:
    data = b"""\
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: f5-tmm, annotations: {toda.f5.com/tmm-name: tmm}}
spec: {template: {spec: {containers: [{name: debug, env: [{name: A}]}, {name: tmm, env: [{name: B}]}]}}}
"""
    (found,) = objects(stream.parse(stream.read(data), stream.split(data)[0]))
    ((number, name, node),) = variables.entries(target.locate(found))
    assert (number, name, nodes.keys(node)) == (0, "B", ["name"])
