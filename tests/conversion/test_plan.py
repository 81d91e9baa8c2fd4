from __future__ import annotations

from typing import Any

import jsonpatch
import pytest
import yaml

from postrender import config
from postrender.conversion.plan import plan
from postrender.errors import InputError
from postrender.kubernetes.objects import objects
from postrender.spk import target
from postrender.spk.target import Target
from postrender.yamledit import nodes, stream
from postrender.yamledit.change import ADD, APPEND, REMOVE, REPLACE, Change, pointer, put
from tests.configs import HEAD

CONFIG = (
    HEAD
    + """\
spec:
  networks:
  - {name: net-a, master: ens1, namespace: lab}
  tmm:
    env: {B: "2", A: "1"}
    unsetEnv: [OLD_*]
    resources: {cpu: 1, memory: 2Gi}
"""
)
CONTAINER = "/spec/template/spec/containers/0"
ANNOTATIONS = "/spec/template/metadata/annotations"
NETWORKS = "/spec/template/metadata/annotations/k8s.v1.cni.cncf.io~1networks"


def tmm(annotations: str = "annotations: {}", env: str = "env: []", resources: str = "resources: {}") -> Target:
    """Return a TMM whose annotations, env and resources are in flow style or absent."""
    container = ", ".join(part for part in ("name: f5-tmm", env, resources) if part)
    text = f"""\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: f5-tmm}}
spec: {{template: {{metadata: {{{annotations}}}, spec: {{containers: [{{{container}}}]}}}}}}
"""
    data = text.encode()
    (found,) = objects(stream.parse(stream.read(data), stream.split(data)[0]))
    return target.locate(found)


def planned(wanted: Target, text: str = CONFIG) -> tuple[Change, ...]:
    return plan(wanted, config.parse(text.encode()))


def shown(changes: tuple[Change, ...]) -> list[tuple[str, str, Any]]:
    return [(change.op, pointer(change.path), change.value) for change in changes]


def converted(wanted: Target, changes: tuple[Change, ...]) -> Any:
    """Apply the changes to the document one by one with an independent implementation, and return the result."""
    operations = [{"op": op, "path": path, "value": value} for op, path, value in shown(changes)]
    return jsonpatch.apply_patch(yaml.safe_load(wanted.parsed.text), operations)


def pod(converted: Any) -> Any:
    return converted["spec"]["template"]


def test_what_is_added_below_what_is_there() -> None:
    assert shown(
        planned(tmm("annotations: {a: b}", "env: [{name: Z}]", "resources: {limits: {}, requests: {cpu: 2}}"))
    ) == [
        (ADD, NETWORKS, "lab/net-a"),
        (ADD, f"{CONTAINER}/resources/limits/cpu", 1),
        (ADD, f"{CONTAINER}/resources/limits/memory", "2Gi"),
        (REPLACE, f"{CONTAINER}/resources/requests/cpu", 1),
        (ADD, f"{CONTAINER}/resources/requests/memory", "2Gi"),
        (ADD, f"{CONTAINER}/env/-", {"name": "A", "value": "1"}),
        (ADD, f"{CONTAINER}/env/-", {"name": "B", "value": "2"}),
        (ADD, f"{CONTAINER}/env/-", {"name": "TMM_MAPRES_ADDL_VETHS_ON_DP", "value": "TRUE"}),
    ]


@pytest.mark.parametrize("missing", ["", "{}: null", "{}: ~", "{}: "], ids=["absent", "null", "tilde", "empty"])
def test_a_parent_that_is_missing_is_added_as_a_whole(missing: str) -> None:
    parts = [missing.format(part) for part in ("annotations", "env", "resources")]
    amounts = {"cpu": 1, "memory": "2Gi"}
    names = [("TMM_MAPRES_ADDL_VETHS_ON_DP", "TRUE"), ("A", "1"), ("B", "2")]
    assert {path: (op, value) for op, path, value in shown(planned(tmm(*parts)))} == {
        ANNOTATIONS: (ADD, {"k8s.v1.cni.cncf.io/networks": "lab/net-a"}),
        f"{CONTAINER}/env": (ADD, [{"name": name, "value": value} for name, value in sorted(names)]),
        f"{CONTAINER}/resources": (ADD, {"limits": amounts, "requests": amounts}),
    }


@pytest.mark.parametrize("requests", ["", ", requests: null"], ids=["absent", "null"])
def test_a_missing_group_is_added_beside_one_that_is_there(requests: str) -> None:
    changes = planned(tmm(resources=f"resources: {{limits: {{cpu: 1, memory: 2Gi}}{requests}}}"))
    (added,) = [it for it in shown(changes) if "resources" in it[1]]
    assert added == (ADD, f"{CONTAINER}/resources/requests", {"cpu": 1, "memory": "2Gi"})


def test_the_reasons_of_what_is_added_as_a_whole_are_joined_and_said_once() -> None:
    changes = planned(tmm("", "", ""))
    env, resources = ([it for it in changes if it.path[-1] == name] for name in ("env", "resources"))
    assert env[0].reason.count("spec.tmm.env") == 1
    assert env[0].reason.count("; ") == 1
    assert resources[0].reason.count("spec.tmm.resources") == 1


def test_items_are_removed_from_the_end_and_others_appended_by_name() -> None:
    env = "env: [{name: OLD_1}, {name: B, value: x}, {name: PCIDEVICE_X}, {name: Z}, {name: OLD_2}]"
    changes = [it for it in shown(planned(tmm(env=env))) if "env" in it[1]]
    assert changes == [
        (REPLACE, f"{CONTAINER}/env/1/value", "2"),
        (REMOVE, f"{CONTAINER}/env/4", None),
        (REMOVE, f"{CONTAINER}/env/2", None),
        (REMOVE, f"{CONTAINER}/env/0", None),
        (ADD, f"{CONTAINER}/env/-", {"name": "A", "value": "1"}),
        (ADD, f"{CONTAINER}/env/-", {"name": "TMM_MAPRES_ADDL_VETHS_ON_DP", "value": "TRUE"}),
    ]


@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param(tmm(), id="all-empty"),
        pytest.param(tmm("", "", ""), id="all-absent"),
        pytest.param(tmm("annotations: null", "env: null", "resources: {limits: null}"), id="all-null"),
        pytest.param(
            tmm(env="env: [{name: OLD_1}, {name: A, valueFrom: {}}, {name: B, value: x}, {name: OLD_2}, {name: A}]"),
            id="all-kinds-of-env",
        ),
    ],
)
def test_the_changes_can_be_applied_one_by_one(wanted: Target) -> None:
    result = pod(converted(wanted, planned(wanted)))
    (container,) = result["spec"]["containers"]
    assert {entry["name"]: entry["value"] for entry in container["env"]} == {
        "A": "1",
        "B": "2",
        "TMM_MAPRES_ADDL_VETHS_ON_DP": "TRUE",
    }
    assert container["resources"]["limits"] == container["resources"]["requests"] == {"cpu": 1, "memory": "2Gi"}
    assert result["metadata"]["annotations"] == {"k8s.v1.cni.cncf.io/networks": "lab/net-a"}


def test_nothing_is_planned_where_all_is_said_already() -> None:
    names = ['{name: A, value: "1"}', '{name: B, value: "2"}', '{name: TMM_MAPRES_ADDL_VETHS_ON_DP, value: "TRUE"}']
    amounts = "{cpu: '1', memory: 2Gi}"
    annotations = "annotations: {k8s.v1.cni.cncf.io/networks: lab/net-a}"
    wanted = tmm(annotations, f"env: [{', '.join(names)}]", f"resources: {{limits: {amounts}, requests: {amounts}}}")
    assert planned(wanted) == ()


@pytest.mark.parametrize(
    ("part", "path", "said"),
    [
        pytest.param({"annotations": "annotations: none"}, ANNOTATIONS, "is none, .*a map", id="annotations-a-word"),
        pytest.param({"annotations": "annotations: ''"}, ANNOTATIONS, "is .*a map", id="annotations-a-string"),
        pytest.param({"annotations": "annotations: []"}, ANNOTATIONS, "is a list, .*a map", id="annotations-a-list"),
        pytest.param({"env": "env: none"}, f"{CONTAINER}/env", "is none, .*a list", id="env-a-word"),
        pytest.param({"env": "env: {}"}, f"{CONTAINER}/env", "is a map, .*a list", id="env-a-map"),
        pytest.param({"env": "env: {A: b}"}, f"{CONTAINER}/env", "is a map, .*a list", id="env-a-map-of-names"),
        pytest.param({"resources": "resources: 5"}, f"{CONTAINER}/resources", "is 5, .*a map", id="resources-a-number"),
        pytest.param(
            {"resources": "resources: []"}, f"{CONTAINER}/resources", "is a list, .*a map", id="resources-a-list"
        ),
        pytest.param(
            {"resources": "resources: {limits: low}"},
            f"{CONTAINER}/resources/limits",
            "is low, .*a map",
            id="limits-a-word",
        ),
        pytest.param(
            {"resources": "resources: {limits: []}"},
            f"{CONTAINER}/resources/limits",
            "is a list, .*a map",
            id="limits-a-list",
        ),
    ],
)
def test_what_is_of_another_kind_is_refused(part: dict[str, str], path: str, said: str) -> None:
    with pytest.raises(InputError, match=rf": {said}; fix the chart's values") as caught:
        planned(tmm(**part))
    assert caught.value.place.path == path.removeprefix("/").replace("/", ".")
    assert caught.value.place.line == 4
    assert caught.value.place.column > 1


# Tests of the planned changes.


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ((), ""),
        (("a",), "/a"),
        (("a", 0, APPEND), "/a/0/-"),
        (("k8s.v1.cni.cncf.io/networks",), "/k8s.v1.cni.cncf.io~1networks"),
        (("a~b/c", ""), "/a~0b~1c/"),
        (("~1",), "/~01"),
    ],
)
def test_a_path_as_a_json_pointer(path: tuple[str | int, ...], written: str) -> None:
    assert pointer(path) == written
    assert jsonpatch.JsonPointer(written).parts == [str(step) for step in path]


@pytest.mark.parametrize(
    ("text", "value", "op"),
    [
        ("a: b", "b", None),
        ("a: 'b'", "b", None),
        ("a: TRUE", "TRUE", REPLACE),
        ('a: "TRUE"', "TRUE", None),
        ("a: c", "b", REPLACE),
        ("a:", "b", REPLACE),
        ("a: 1", "1", REPLACE),
        ("a: 1", 1, None),
        ("b: 1", 1, ADD),
        ("a: x\na: b", "b", None),
        ("a: b\na: x", "b", REPLACE),
    ],
)
def test_put_changes_only_what_does_not_say_so_yet(text: str, value: object, op: str | None) -> None:
    changes = [*put(nodes.compose(text), ("a",), value, "rule", "reason")]
    assert changes == ([Change(op, ("a",), value, "rule", "reason")] if op else [])


def test_what_stays_in_place_comes_before_removals() -> None:
    variables = "env: [{name: OLD_1}, {name: A}, {name: OLD_2}, {name: B, value: b}]"
    changes = plan(tmm(env=variables), config.parse(CONFIG.encode()))
    listed = [(it.op, it.path[5:]) for it in changes if it.path[:5] == ("spec", "template", "spec", "containers", 0)]
    in_env = [(op, path[1:]) for op, path in listed if path[0] == "env"]
    assert in_env == [(REPLACE, (3, "value")), (ADD, (1, "value")), (REMOVE, (2,)), (REMOVE, (0,)), (ADD, (APPEND,))]
