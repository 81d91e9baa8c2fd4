"""Test the parts of `verify` that need no cluster: the choice of nodes, rows, output formats and explanations."""

from __future__ import annotations

import contextlib
import json
import re
import shlex
import signal
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from postrender import config, conversion, programs
from postrender.cli import arguments
from postrender.cli.commands import verify as verb
from postrender.conversion import self_ips
from postrender.errors import InputError, TooLarge, UsageError
from postrender.limits import DEFAULTS, Limits, Work
from postrender.verify import (
    attachments,
    configuration,
    expectations,
    json_fields,
    kubectl,
    live,
    next_steps,
    placement,
    prerequisites,
    repair,
    result,
    rollout,
    rows,
    table,
    user_patches,
)
from postrender.verify import self_ips as verify_self_ips
from postrender.verify.kubectl import Access, Response
from postrender.verify.live import Live
from postrender.verify.rows import DIFFERS, MANUAL, OK, UNKNOWN, Question, Row
from tests.configs import HEAD
from tests.conftest import PROGRAM
from tests.github_markdown import Page
from tests.patience import HANG, comes_true, has_ended, stop_the_clock

QUESTION = Question(rows.RESULT, "a thing", "this", "Next steps")
ROWS = (
    rows.ok(QUESTION, "this"),
    rows.differs(QUESTION, "that", "fix it"),
    rows.unknown(QUESTION, "forbidden", "look"),
    rows.manual(QUESTION, "not told", "look yourself"),
)
ACCESS = Access("kubectl", Work(DEFAULTS))


def settings(networks: str, tmm: str = "{}") -> config.Config:
    return config.parse(f"{HEAD}spec: {{networks: {networks}, tmm: {tmm}}}\n".encode())


# Tests of rows.


@pytest.mark.parametrize(
    ("states", "said", "differ", "strictly"),
    [
        ([], "0 ok, 0 differs, 0 unknown, 0 manual", False, False),
        ([OK, OK], "2 ok, 0 differs, 0 unknown, 0 manual", False, False),
        ([OK, MANUAL], "1 ok, 0 differs, 0 unknown, 1 manual", False, False),
        ([UNKNOWN, UNKNOWN], "0 ok, 0 differs, 2 unknown, 0 manual", False, True),
        ([OK, DIFFERS, UNKNOWN], "1 ok, 1 differs, 1 unknown, 0 manual", True, True),
    ],
)
def test_unknown_is_counted_apart_and_is_a_difference_only_when_strict(
    states: list[str], said: str, differ: bool, strictly: bool
) -> None:
    found = [Row("", "", "", "", state, "", "") for state in states]
    assert (rows.summary(found), rows.differ(found), rows.differ(found, strict=True)) == (said, differ, strictly)


@pytest.mark.parametrize(
    ("words", "cell"),
    [
        ([], "none"),
        (["a"], "a"),
        ([*"abcde"], "a, b, c, d, e"),
        ([*"abcdefg"], "a, b, c, d, e, and 2 more"),
    ],
)
def test_a_cell_names_a_few(words: list[str], cell: str) -> None:
    assert rows.shorten(words) == cell


# Tests of output formats.


def test_text() -> None:
    page = "[Next steps]"
    assert table.format_rows(ROWS, "text").splitlines() == [
        "result",
        f"ok       a thing  {page:>92}",
        "         expected this; found this",
        f"differs  a thing  {page:>92}",
        "         expected this; found that",
        "         -> fix it",
        f"unknown  a thing  {page:>92}",
        "         expected this; unknown: forbidden",
        "         -> look",
        f"manual   a thing  {page:>92}",
        "         expected this; manual: not told",
        "         -> look yourself",
        "",
        "1 ok, 1 differs, 1 unknown, 1 manual",
    ]


def test_text_is_wrapped() -> None:
    long = Row("result", "a thing", "expected " * 30, "found " * 30, OK, "Next steps", "word " * 40)
    lines = table.format_rows((long,), "text").splitlines()
    assert max(map(len, lines)) <= table.WIDTH
    assert all(line.startswith(" " * table.INDENT) for line in lines[2:-2])


@pytest.mark.parametrize(
    ("what", "lines"),
    [
        pytest.param("x" * 87, ["ok       " + "x" * 87 + "  [Next steps]"], id="fits"),
        pytest.param("x" * 88, ["ok       " + "x" * 88, " " * 98 + "[Next steps]"], id="page-on-its-own-line"),
        pytest.param(
            f"annotation {'n' * 63}/{'n-a' * 21}",
            ["ok       annotation", " " * 11 + f"{'n' * 63}/{'n-a' * 21}", " " * 98 + "[Next steps]"],
            id="a-name-stays-whole",
        ),
    ],
)
def test_a_long_name_has_room(what: str, lines: list[str]) -> None:
    assert table.format_rows((rows.ok(QUESTION._replace(what=what), ""),), "text").splitlines()[1:-3] == lines


def test_groups_are_apart() -> None:
    found = (ROWS[0], ROWS[0]._replace(group="more"))
    assert [line for line in table.format_rows(found, "text").splitlines() if not line.startswith((" ", "ok"))] == [
        "result",
        "",
        "more",
        "",
        "2 ok, 0 differs, 0 unknown, 0 manual",
    ]


def test_json() -> None:
    found = json.loads(table.format_rows(ROWS, "json"))
    assert found["summary"] == {"ok": 1, "differs": 1, "unknown": 1, "manual": 1}
    assert found["rows"][1] == {
        "group": "result",
        "what": "a thing",
        "expected": "this",
        "found": "that",
        "state": "differs",
        "section": "Next steps",
        "fix": "fix it",
    }
    assert found["rows"][0]["fix"] is None


def test_markdown() -> None:
    assert table.format_rows(ROWS[1:2], "markdown").splitlines() == [
        "### spk-macvlan verify: 0 ok, 1 differs, 0 unknown, 0 manual",
        "",
        "| group | what | expected | found | state | section | what to do |",
        "|---|---|---|---|---|---|---|",
        "| result | `a thing` | `this` | `that` | differs | Next steps | `fix it` |",
    ]


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_what_a_cluster_says_cannot_break_out_of_its_cell(form: str) -> None:
    hostile = rows.ok(QUESTION, "a\n| b \x1b[2J <script> [x](y) `c` @team")
    (line,) = (line for line in table.format_rows((hostile,), form).splitlines() if "script" in line)
    assert "\x1b" not in line
    assert form == "text" or line.count("|") - line.count("\\|") == 8
    assert form == "text" or r"``a\n\| b \x1b[2J <script> [x](y) `c` @team``" in line


def test_github_reads_nothing_in_what_a_cluster_says() -> None:
    hostile = "@team #1 www.a.example ~~a~~ &copy; <img src=x> [a](b) `c` \\|"
    question = rows.Question(rows.RESULT, hostile, hostile, "Next steps")
    page = Page(table.format_rows((rows.differs(question, hostile, hostile),), "markdown"))
    assert (len(page.code), [len(row) for row in page.rows]) == (4, [7, 7])
    assert page.rest.split()[-4:] == ["result", "differs", "Next", "steps"]
    assert "a" not in page.elements


def test_a_name_cannot_end_the_block_of_an_explanation() -> None:
    page = Page(next_steps.format_steps(settings("[{name: net-a, master: '````@team'}]"), None, "markdown"))
    assert (page.elements.count("pre"), "@team" in page.rest) == (1, False)


# Tests of explanations.

STATUS = r"k8s\.v1\.cni\.cncf\.io/network-status"

LAB = settings(
    "[{name: net-a, master: ens1, namespace: lab, vlan: {}}, {name: net-b, master: ens1, interface: ext0}]",
    "{namespace: spk, workload: tmm}",
)


def test_the_names_of_the_config_are_filled_in() -> None:
    commands = [step.command for step in next_steps.steps(LAB)]
    assert commands == [
        "oc get net-attach-def -n lab",
        "oc get net-attach-def -n spk",
        "oc describe net-attach-def net-a -n lab",
        "oc describe net-attach-def net-b -n spk",
        "oc get pods -n spk -l app=tmm -o wide",
        "oc get pods -n spk -l app=tmm -o jsonpath='{..qosClass}'",
        f"oc get pods -n spk -l app=tmm -o jsonpath='{{.items[*].metadata.annotations.{STATUS}}}'",
        "oc debug node/NODE -- chroot /host tcpdump -i ens1 -nn",
        "oc exec -it deploy/tmm -n spk -c debug -- ip addr",
        "oc exec -it deploy/tmm -n spk -c debug -- tcpdump -i net-a -nn",
        "oc get f5-spk-vlans.k8s.f5net.com -n spk -o yaml",
        "oc get pods -n spk -l app=tmm -o yaml | grep k8s.ovn.org/routing-",
        "oc get pods -n openshift-ovn-kubernetes --field-selector spec.nodeName=NODE",
        "oc exec -n openshift-ovn-kubernetes OVNKUBE_POD -c nbdb -- ovn-nbctl lr-route-list GR_NODE",
    ]


def test_the_networks_are_named_in_order() -> None:
    assert any("net-a, net-b, in this order" in step.title for step in next_steps.steps(LAB))


def test_without_a_namespace_it_is_the_readers() -> None:
    commands = [step.command for step in next_steps.steps(settings("[{name: net-a, master: ens1}]"))]
    assert commands[0] == "oc get net-attach-def -n NAMESPACE"


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_explanations_in_each_format_have_the_same_commands(form: str) -> None:
    commands = [step.command for step in next_steps.steps(LAB)]
    text = next_steps.format_steps(LAB, None, form)
    if form == "json":
        assert [step["command"] for step in json.loads(text)["steps"]] == commands
    else:
        assert [line for line in text.splitlines() if line.startswith("oc ")] == commands
        assert all(shlex.split(command) for command in commands)


def test_a_name_of_the_config_is_one_word_to_a_shell() -> None:
    commands = [step.command for step in next_steps.steps(settings("[{name: net-a, master: ens1;reboot;#}]"))]
    (command,) = (it for it in commands if "reboot" in it)
    assert command.endswith("tcpdump -i 'ens1;reboot;#' -nn")
    live = seen(None)._replace(config=settings("[{name: net-a, master: ens1;reboot;#}]"))
    assert "`ip link show 'ens1;reboot;#'`" in prerequisite(live, "NIC ens1;reboot;#").advice


# Tests of nodes.


def node(name: str = "node", labels: dict[str, str] | None = None, **spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": name, "labels": labels or {}}, "spec": spec}


def on(**spec: Any) -> dict[str, Any]:
    """Return a pod template with this spec."""
    return {"spec": spec}


def requiring(*terms: dict[str, Any]) -> dict[str, Any]:
    wanted = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [*terms]}}
    return on(affinity={"nodeAffinity": wanted})


def expression(key: str, operator: str, *values: str) -> dict[str, Any]:
    return {"key": key, "operator": operator, "values": [*values]}


TAINT = {"key": "k", "value": "v", "effect": "NoSchedule"}
CORDON = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}


@pytest.mark.parametrize(
    ("found", "template", "lands"),
    [
        pytest.param(node(), {}, True, id="no-wishes"),
        pytest.param(node(unschedulable=True), {}, False, id="cordoned"),
        pytest.param(node(labels={"a": "b"}), on(nodeSelector={"a": "b"}), True, id="selected"),
        pytest.param(node(labels={"a": "c"}), on(nodeSelector={"a": "b"}), False, id="not-selected"),
        pytest.param(node(taints=[TAINT]), {}, False, id="tainted"),
        pytest.param(node(taints=[{**TAINT, "effect": "PreferNoSchedule"}]), {}, True, id="taint-that-only-prefers"),
        pytest.param(node(taints=[TAINT]), on(tolerations=[TAINT]), True, id="tolerated"),
        pytest.param(node(taints=[TAINT]), on(tolerations=[{**TAINT, "value": "w"}]), False, id="other-value"),
        pytest.param(node(taints=[TAINT]), on(tolerations=[{"key": "k", "operator": "Exists"}]), True, id="any-value"),
        pytest.param(node(taints=[TAINT]), on(tolerations=[{"key": "l", "operator": "Exists"}]), False, id="other-key"),
        pytest.param(
            node(taints=[TAINT]), on(tolerations=[{**TAINT, "effect": "NoExecute"}]), False, id="other-effect"
        ),
        pytest.param(node(taints=[TAINT]), on(tolerations=[{"operator": "Exists"}]), True, id="tolerates-all"),
        pytest.param(node(), requiring({}), False, id="a-term-without-wishes-matches-nothing"),
        pytest.param(node(), requiring(), False, id="no-terms"),
        pytest.param(
            node("x"), requiring({"matchFields": [expression("metadata.name", "In", "x")]}), True, id="by-name"
        ),
        pytest.param(
            node("y"), requiring({"matchFields": [expression("metadata.name", "In", "x")]}), False, id="by-other-name"
        ),
        pytest.param(
            node("y"),
            requiring(
                {"matchFields": [expression("metadata.name", "In", "x")]},
                {"matchExpressions": [expression("a", "DoesNotExist")]},
            ),
            True,
            id="either-term",
        ),
        pytest.param(
            node(), requiring({"matchExpressions": [expression("a", "NotIn", "b")]}), True, id="not-in-absent"
        ),
        pytest.param(node(), requiring({"matchExpressions": [expression("a", "Gt", "1")]}), False, id="greater-absent"),
        pytest.param(
            node(labels={"a": "2"}), requiring({"matchExpressions": [expression("a", "Gt", "1")]}), True, id="greater"
        ),
        pytest.param(
            node(labels={"a": "2"}), requiring({"matchExpressions": [expression("a", "Lt", "2")]}), False, id="not-less"
        ),
    ],
)
def test_where_the_pod_may_land(found: dict[str, Any], template: dict[str, Any], lands: bool) -> None:
    assert bool(placement.candidates([found], template)) == lands


PRESSURE = {"key": "node.kubernetes.io/memory-pressure", "effect": "NoSchedule"}
GONE = {"key": "node.kubernetes.io/unreachable", "effect": "NoExecute"}


@pytest.mark.parametrize(
    ("spec", "lands"),
    [
        pytest.param({"unschedulable": True, "taints": [CORDON]}, True, id="cordoned"),
        pytest.param({"taints": [PRESSURE]}, True, id="short-of-memory"),
        pytest.param({"taints": [GONE]}, True, id="unreachable"),
        pytest.param({"taints": [{**GONE, "effect": "NoSchedule"}]}, False, id="another-effect"),
        pytest.param({"unschedulable": True, "taints": [CORDON, TAINT]}, False, id="another-taint"),
    ],
)
def test_where_the_pod_of_a_daemon_set_may_land(spec: dict[str, Any], lands: bool) -> None:
    assert bool(placement.candidates([node(**spec)], {}, daemon=True)) == lands
    assert not placement.candidates([node(**spec)], {})


def test_what_a_workload_that_may_not_be_read_wants_of_nodes_is_not_known() -> None:
    live = seen(None, AMOUNTS)._replace(workload=Response(unknown="forbidden"))
    assert placement.landing(live) == placement.Landing((), (), {}, "forbidden")


def sized(name: str, cpu: str, hugepages: str) -> dict[str, Any]:
    return {**node(name), "status": {"allocatable": {"cpu": cpu, "hugepages-2Mi": hugepages}}}


LARGE, CPUS, PAGES = sized("large", "4", "4Gi"), sized("cpus", "4", "0"), sized("pages", "1", "4Gi")


@pytest.mark.parametrize(
    ("nodes", "states"),
    [
        pytest.param([LARGE], [OK, OK], id="both"),
        pytest.param([CPUS, PAGES, LARGE], [OK, OK], id="both-on-one-of-them"),
        pytest.param([CPUS, PAGES], [DIFFERS, DIFFERS], id="both-on-none"),
        pytest.param([CPUS], [OK, DIFFERS], id="no-hugepages-anywhere"),
    ],
)
def test_a_node_has_all_that_the_pod_needs(nodes: list[dict[str, Any]], states: list[str]) -> None:
    found = [prerequisite(seen(workload(TMM)), f"{it} of the nodes", nodes) for it in ("CPUs", "hugepages-2Mi")]
    assert [row.state for row in found] == states
    assert all(row.found.endswith("no node has both") for row in found if states == [DIFFERS, DIFFERS])


def multus(name: str, ready: int, wanted: int) -> dict[str, Any]:
    return {"metadata": {"name": f"multus-{name}"}, "status": {"numberReady": ready, "desiredNumberScheduled": wanted}}


@pytest.mark.parametrize(
    ("found", "unknown", "state", "advice"),
    [
        pytest.param([multus("a", 2, 2)], "", OK, "", id="on-each-node"),
        pytest.param([multus("a", 1, 1), multus("b", 1, 1)], "", OK, "", id="one-for-each-architecture"),
        pytest.param([multus("a", 2, 2), multus("b", 0, 0)], "", OK, "", id="an-architecture-without-nodes"),
        pytest.param([multus("a", 1, 1)], "", DIFFERS, "run on every node", id="on-fewer-nodes"),
        pytest.param([multus("a", 2, 2), multus("b", 1, 2)], "", DIFFERS, "DaemonSet multus-b", id="the-second"),
        pytest.param([multus("a", 0, 0)], "", DIFFERS, "DaemonSet multus-a", id="on-no-node"),
        pytest.param([multus("a", 2, 2)], "forbidden", UNKNOWN, "", id="nodes-not-seen"),
        pytest.param([multus("a", 1, 2)], "forbidden", DIFFERS, "fix", id="broken-and-nodes-not-seen"),
    ],
)
def test_multus_is_where_tmm_may_land(found: list[dict[str, Any]], unknown: str, state: str, advice: str) -> None:
    row = prerequisite(seen(workload()), "Multus on the nodes", [node("a"), node("b")], found, unknown)
    assert (row.state, advice in row.advice) == (state, True)


def prerequisite(
    live: Live,
    what: str,
    nodes: Sequence[dict[str, Any]] = (),
    daemon_sets: Sequence[dict[str, Any]] = (),
    unknown: str = "",
) -> Row:
    """Return a row about a cluster with these nodes, or with unknown nodes."""
    of_nodes = Response(unknown=unknown) if unknown else Response({"items": [*nodes]})
    answers = (Response({"items": [*daemon_sets]}), of_nodes, Response({"items": []}), Response())
    read = {asked.path: answer for asked, answer in zip(prerequisites.requests(), answers, strict=True)}
    found = prerequisites.rows_of(live._replace(access=ACCESS._replace(answers=read)))
    return next(row for row in found if row.what == what)


def seen(workload: dict[str, Any] | None, tmm: str = "{}") -> Live:
    """Return a cluster with this workload."""
    wanted = settings("[{name: net-a, master: ens1}]", tmm)
    return Live(
        wanted,
        Access("kubectl", Work(DEFAULTS)),
        "spk",
        Response(workload),
        Response(workload),
        Response(),
        (Response(),),
    )


def workload(*containers: dict[str, Any], **annotations: str) -> dict[str, Any]:
    metadata = {"name": "f5-tmm", "annotations": annotations}
    return {"metadata": metadata, "spec": {"template": {"spec": {"containers": [*containers]}}}}


TMM = {"name": "f5-tmm", "resources": {"limits": {"cpu": "2", "hugepages-2Mi": "3Gi"}}}
SMALL = {"name": "f5-tmm", "resources": {"limits": {"cpu": "500m"}}}
DEBUG = {"name": "debug", "resources": {"limits": {"cpu": "900m"}, "requests": {"cpu": "500m"}}}
AMOUNTS = "{resources: {cpu: 1, hugepages-2Mi: 1572Mi}}"


@pytest.mark.parametrize(
    ("found", "tmm", "cpu", "hugepages"),
    [
        pytest.param(None, "{}", None, None, id="nobody-says"),
        pytest.param(None, AMOUNTS, "1", "1572Mi", id="only-the-config"),
        pytest.param(workload(TMM, DEBUG), "{}", "2500m", "3072Mi", id="only-the-workload"),
        pytest.param(workload(SMALL, DEBUG), AMOUNTS, "1500m", "1572Mi", id="the-config-and-the-sidecars"),
        pytest.param(workload(TMM, DEBUG), AMOUNTS, "2500m", "3072Mi", id="more-than-the-config-says"),
        pytest.param(workload({"name": "f5-tmm"}), "{}", None, None, id="nothing-asked"),
        pytest.param(
            workload({**SMALL, "name": "t"}, DEBUG, **{"toda.f5.com/tmm-name": "t"}),
            AMOUNTS,
            "1500m",
            "1572Mi",
            id="container-by-annotation",
        ),
    ],
)
def test_what_the_pod_needs(found: dict[str, Any] | None, tmm: str, cpu: str | None, hugepages: str | None) -> None:
    needed = placement.need(seen(found, tmm))
    shown = {name: placement.format_amount(name, amount) for name, amount in needed.items()}
    assert (shown.get("cpu"), shown.get("hugepages-2Mi")) == (cpu, hugepages)


# Tests of rules.


@pytest.mark.parametrize(
    ("tmm", "limits", "told_of"),
    [
        pytest.param("{}", "{hugepages-2Mi: 3Gi}", True, id="own-amount"),
        pytest.param("{resources: {hugepages-2Mi: 1572Mi}}", "{hugepages-2Mi: 3Gi}", True, id="configs-amount"),
        pytest.param("{}", "{cpu: 1}", False, id="no-amount"),
        pytest.param("{resources: {hugepages-2Mi: 1572Mi}}", "{cpu: 1}", False, id="off-in-the-chart"),
        pytest.param("{}", '{hugepages-2Mi: "0"}', False, id="amount-of-0"),
        pytest.param("{topologyManager: true}", "{hugepages-2Mi: 3Gi}", False, id="topology-manager"),
        pytest.param("{env: {TMM_MAPRES_HUGEPAGES: '7'}}", "{hugepages-2Mi: 3Gi}", False, id="configs-number"),
    ],
)
def test_a_number_of_hugepages_is_told_of_where_it_is_set(tmm: str, limits: str, told_of: bool) -> None:
    container = f"{{name: f5-tmm, env: [{{name: X, value: y}}], resources: {{limits: {limits}}}}}"
    head = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: f5-tmm}\n"
    text = f"{head}spec: {{template: {{spec: {{containers: [{container}]}}}}}}\n"
    wanted = settings("[{name: net-a, master: ens1}]", tmm)
    found = expectations.expected_rules(wanted, conversion.convert(text.encode(), wanted).rendered)
    assert (found["hugepages"].expected is not None) == told_of


def test_a_tmm_that_was_not_seen_has_its_rows_and_they_are_unknown() -> None:
    live = seen(None, AMOUNTS)._replace(tmm=Response(unknown="forbidden"))
    _, *about_tmm = configuration.rows_of(live)  # the first row is about the network attachment definition
    found = {row.what: row.state for row in about_tmm}
    assert set(found.values()) == {UNKNOWN}
    assert {"TMM workload", "annotation k8s.v1.cni.cncf.io/networks", "limits and requests"} <= found.keys()
    assert "variable TMM_MAPRES_HUGEPAGES" in found


# Tests of patches.

MEMORY = ("spec", "template", "spec", "containers", 0, "resources", "limits", "memory")
VALUE = ("spec", "template", "spec", "containers", 0, "env", 3, "value")
LIVE = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "f5-tmm", "namespace": "spk", "labels": {"app": "f5-tmm"}},
}
CONTAINER = "/spec/template/spec/containers/0"


@pytest.mark.parametrize(
    ("target", "operation", "path", "touched"),
    [
        pytest.param("{kind: Deployment}", f"{CONTAINER}/resources/limits/memory", MEMORY, True, id="itself"),
        pytest.param("{kind: Deployment}", f"{CONTAINER}/resources", MEMORY, True, id="above"),
        pytest.param("{kind: Deployment}", f"{CONTAINER}/env/9/value/x", VALUE, True, id="below"),
        pytest.param("{kind: Deployment}", f"{CONTAINER}/env/-", VALUE, True, id="another-index"),
        pytest.param("{kind: Deployment}", f"{CONTAINER}/resources/limits/cpu", MEMORY, False, id="beside"),
        pytest.param("{kind: Deployment}", "/spec/replicas", MEMORY, False, id="elsewhere"),
        pytest.param("{labelSelector: app=f5-tmm}", f"{CONTAINER}/resources", MEMORY, True, id="by-label"),
        pytest.param("{namespace: default}", f"{CONTAINER}/resources", MEMORY, True, id="no-namespace-in-the-chart"),
        pytest.param("{kind: DaemonSet}", f"{CONTAINER}/resources", MEMORY, False, id="another-kind"),
        pytest.param("{name: x.*}", f"{CONTAINER}/resources", MEMORY, False, id="another-name"),
    ],
)
def test_a_patch_may_change_what_it_touches(
    target: str, operation: str, path: tuple[str | int, ...], touched: bool
) -> None:
    patch = f"{{target: {target}, patch: [{{op: add, path: {operation}, value: x}}]}}"
    assert user_patches.may_change(with_patches(patch), LIVE, path) == touched


@pytest.mark.parametrize(
    ("operation", "touched"),
    [
        (f"{{op: test, path: {CONTAINER}/env/0/value, value: x}}", False),
        (f"{{op: remove, path: {CONTAINER}/env/0}}", True),
        (f"{{op: move, from: {CONTAINER}/env/0/value, path: /metadata/annotations/x}}", True),
        (f"{{op: copy, from: {CONTAINER}/env/0/value, path: /metadata/annotations/x}}", False),
    ],
)
def test_only_what_an_operation_changes_is_touched(operation: str, touched: bool) -> None:
    patch = f"{{target: {{kind: Deployment}}, patch: [{operation}]}}"
    assert user_patches.may_change(with_patches(patch), LIVE, VALUE) == touched


def with_patches(*patches: str) -> config.Config:
    return config.parse(
        f"{HEAD}spec: {{networks: [{{name: net-a, master: ens1}}], patches: [{', '.join(patches)}]}}\n".encode()
    )


# Tests of pods.


def rolled(kind: str = "Deployment", spec: dict[str, Any] | None = None, **status: int) -> dict[str, Any]:
    metadata = {"name": "f5-tmm", "namespace": "spk", "generation": 2}
    return {"kind": kind, "metadata": metadata, "spec": spec or {}, "status": {"observedGeneration": 2, **status}}


def pod(**conditions: str) -> dict[str, Any]:
    listed = [{"type": name, "status": status} for name, status in conditions.items()]
    return {"metadata": {"name": "p", "namespace": "spk"}, "status": {"conditions": listed}}


READY, PENDING = pod(PodScheduled="True", Ready="True"), pod(PodScheduled="False")
ON_DELETE = {"updateStrategy": {"type": "OnDelete"}}


@pytest.mark.parametrize(
    ("workload", "pods", "problem"),
    [
        pytest.param(rolled(updatedReplicas=1, replicas=1), [READY], None, id="done"),
        pytest.param(
            rolled(updatedReplicas=1, replicas=1, observedGeneration=1), [READY], "change is pending", id="unseen"
        ),
        pytest.param(rolled(spec={"paused": True}, updatedReplicas=1, replicas=1), [READY], "paused", id="paused"),
        pytest.param(rolled(updatedReplicas=1, replicas=2), [READY, PENDING], "p: no node yet", id="pending"),
        pytest.param(rolled(spec={"replicas": 2}, updatedReplicas=2), [READY], "1 ready", id="a-pod-is-missing"),
        pytest.param(rolled(replicas=1), [READY], "0 of 1 pods are up to date", id="none-updated"),
        pytest.param(rolled(updatedReplicas=1, replicas=2), [READY, READY], "1 of 2 pods", id="an-old-one-is-left"),
        pytest.param(
            rolled("DaemonSet", ON_DELETE, desiredNumberScheduled=1),
            [READY],
            "0 of 1 pods",
            id="daemon-set-not-updated",
        ),
        pytest.param(
            rolled("DaemonSet", desiredNumberScheduled=1, updatedNumberScheduled=1), [READY], None, id="daemon-set-done"
        ),
    ],
)
def test_what_holds_a_rollout_up(workload: dict[str, Any], pods: list[dict[str, Any]], problem: str | None) -> None:
    found = next(rollout.problems(workload, pods), None)
    assert (found is None) == (problem is None)
    assert found is None or (problem or "") in found.found


def test_what_to_do_about_old_pods_depends_on_the_strategy() -> None:
    advice = [
        next(rollout.problems(rolled("DaemonSet", spec, desiredNumberScheduled=1), [READY])).advice
        for spec in (ON_DELETE, {})
    ]
    assert "delete the old pods" in advice[0]
    assert "kubectl rollout status daemonset/f5-tmm -n spk" in advice[1]


HOSTILE = [
    pytest.param("a;reboot", id="another-command"),
    pytest.param("$(reboot) `reboot`", id="substitution"),
    pytest.param("a b", id="two-words"),
    pytest.param("it's", id="a-quote"),
    pytest.param("-o", id="an-option"),
    pytest.param("a\nreboot", id="another-line"),
    pytest.param("", id="no-name"),
]


def without_pods(live: Live) -> Live:
    read = {asked.path: Response({"items": []}) for asked in result.requests(live)}
    return live._replace(access=ACCESS._replace(answers=read))


def advice_about(name: str) -> str:
    """Return all advice with a command about a workload and its pods, in a cluster where each has this name."""
    metadata = {"name": name, "namespace": name, "generation": 2}
    whole = [rolled(), rolled(spec={"paused": True}), rolled(observedGeneration=1), rolled(spec={"replicas": 0})]
    found = [{**it, "metadata": metadata} for it in whole]
    problems = [it.advice for each in found for it in rollout.problems(each, [{**PENDING, "metadata": metadata}])]
    live = seen({**workload(TMM), "kind": "Deployment"})
    lacking = [next(result.rows_of(without_pods(live._replace(workload=Response(it))))).advice for it in found]
    return "\n".join(it for it in (*problems, *lacking) if "`kubectl" in it)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_of_the_cluster_is_one_word_to_a_shell(name: str) -> None:
    usual = advice_about("plain")
    assert all(f"kubectl {words} " in usual for words in ("describe", "rollout resume", "rollout status", "scale"))
    for word in ("deployment/plain", "pod/plain", "plain"):
        usual = re.sub(rf"(?<= ){word}(?=[ `])", lambda found: shlex.quote(found[0].replace("plain", name)), usual)
    assert advice_about(name) == usual


LATER_POD, EARLIER_POD = (
    {**READY, "metadata": {"name": "tmm-1", "creationTimestamp": f"2026-01-31T{time}Z"}}
    for time in ("12:00:01", "11:59:59")
)


def reported(pod: dict[str, Any], *networks: tuple[str, str]) -> dict[str, Any]:
    report = json.dumps([{"interface": interface, "name": name} for interface, name in networks])
    return {**pod, "metadata": {**pod["metadata"], "annotations": {"k8s.v1.cni.cncf.io/network-status": report}}}


@pytest.mark.parametrize(
    ("pods", "state", "advice"),
    [
        pytest.param([reported(READY, ("net1", "spk/net-a"))], UNKNOWN, "", id="attached-it-is-not-known-when"),
        pytest.param([PENDING], UNKNOWN, "", id="no-node"),
        pytest.param([reported(READY, ("net1", "spk/net-a")), PENDING], UNKNOWN, "", id="one-has-no-node"),
        pytest.param([READY, PENDING], DIFFERS, "Multus' log", id="not-attached"),
        pytest.param([reported(READY, ("net1", "a/b"))], DIFFERS, "delete the pod", id="another-network"),
    ],
)
def test_only_a_pod_with_a_node_can_be_attached(pods: list[dict[str, Any]], state: str, advice: str) -> None:
    live = seen({**workload(TMM), "kind": "Deployment"})
    row = attachments.row(live, QUESTION, pods)
    assert (row.state, advice in row.advice) == (state, True)


@pytest.mark.parametrize(
    ("kind", "pod", "found"),
    [
        ("CNEInstance", LATER_POD, ["younger than a Gateway: tmm-1"]),
        ("BNKGatewayClass", LATER_POD, ["younger than a Gateway: tmm-1"]),
        ("CNEInstance", EARLIER_POD, []),
        ("Deployment", LATER_POD, []),
    ],
)
def test_a_tmm_that_is_younger_than_a_gateway_may_lack_its_configuration(
    monkeypatch: pytest.MonkeyPatch, kind: str, pod: dict[str, Any], found: list[str]
) -> None:
    answers = {"pods": [pod], "gateways": [{"metadata": {"name": "gw", "creationTimestamp": "2026-01-31T12:00:00Z"}}]}
    monkeypatch.setattr(kubectl, "every", lambda _, kind, *__: Response(answers.get(kind.plural, [])))
    live = seen({**workload(TMM), "kind": "Deployment"})
    live = live._replace(tmm=Response({**workload(TMM), "kind": kind}))
    rows = [row for row in result.rows_of(live) if row.what == "Gateways"]
    assert ([row.found for row in rows], {row.state for row in rows}) == (found, {MANUAL} if found else set())


@pytest.mark.parametrize(("annotation", "state"), [("net-a@eth1", UNKNOWN), ("net-a", DIFFERS), ("", DIFFERS)])
def test_an_interface_name_in_the_annotation_of_the_pod_is_expected(annotation: str, state: str) -> None:
    pod = reported(READY, ("eth1", "spk/net-a"))
    pod["metadata"]["annotations"]["k8s.v1.cni.cncf.io/networks"] = annotation
    assert attachments.row(seen({**workload(TMM), "kind": "Deployment"}), QUESTION, [pod]).state == state


def written(time: str, *path: str, manager: str = "it", operation: str = "Update") -> dict[str, Any]:
    """Return an entry of managedFields, which says who wrote a field and when."""
    fields: dict[str, Any] = {}
    for step in reversed(path):
        fields = {f"f:{step}": fields}
    return {"manager": manager, "operation": operation, "time": time, "fieldsV1": fields}


EARLIER, LATER = "2026-01-31T12:00:00Z", "2026-01-31T12:00:01Z"
REPORT = ("metadata", "annotations", "k8s.v1.cni.cncf.io/network-status")


@pytest.mark.parametrize(
    ("pod", "definition", "state"),
    [
        pytest.param([written(LATER, *REPORT)], [written(EARLIER, "spec")], OK, id="attached-later"),
        pytest.param([written(EARLIER, *REPORT)], [written(EARLIER, "spec")], OK, id="in-the-same-second"),
        pytest.param([written(EARLIER, *REPORT)], [written(LATER, "spec", "config")], UNKNOWN, id="changed-later"),
        pytest.param(
            [written(EARLIER, *REPORT)],
            [written(EARLIER, "spec"), written(LATER, "spec")],
            UNKNOWN,
            id="changed-later-by-another",
        ),
        pytest.param(
            [written(EARLIER, *REPORT)],
            [written(EARLIER, "spec"), written(LATER, "metadata", "labels", manager="kubectl")],
            OK,
            id="another-field-changed-by-another",
        ),
        pytest.param(
            [written(EARLIER, "status")], [written(LATER, "spec")], UNKNOWN, id="it-is-not-known-when-attached"
        ),
        pytest.param([written(EARLIER, *REPORT)], [], UNKNOWN, id="it-is-not-known-when-changed"),
    ],
)
def test_a_pod_that_was_attached_before_a_change_is_not_known_to_be_right(
    pod: list[dict[str, Any]], definition: list[dict[str, Any]], state: str
) -> None:
    live = seen({**workload(TMM), "kind": "Deployment"})
    live = live._replace(definitions=(Response({"metadata": {"managedFields": definition}}),))
    found = reported(READY, ("net1", "spk/net-a"))
    found["metadata"]["managedFields"] = pod
    row = attachments.row(live, QUESTION, [found])
    assert (row.state, "delete the pod" in row.advice) == (state, state == UNKNOWN)


def test_what_cannot_be_read_of_a_definition_leaves_its_attachment_unknown() -> None:
    live = seen({**workload(TMM), "kind": "Deployment"})
    found = reported(READY, ("net1", "spk/net-a"))
    found["metadata"]["managedFields"] = [written(EARLIER, *REPORT)]
    for answer in (Response(), Response(unknown="forbidden")):
        row = attachments.row(live._replace(definitions=(answer,)), QUESTION, [found])
        assert (row.state, row.found) == (UNKNOWN, f"definition of net-a: {answer.unknown or 'absent'}")


@pytest.mark.parametrize(
    ("fields", "definition", "changed", "added"),
    [
        pytest.param([written("", "spec", manager="kubectl")], *[repair.AGAIN] * 3, id="not-helm"),
        pytest.param(
            [written("", "spec", manager="helm")], repair.REPLACED, repair.AGAIN, repair.REPLACED, id="helm-3"
        ),
        pytest.param(
            [written("", "spec", manager="helm", operation="Apply"), written("", "spec", manager="kubectl")],
            *[repair.CONFLICT] * 2,
            repair.REPLACED_SERVER_SIDE,
            id="server-side",
        ),
    ],
)
def test_what_helps_depends_on_how_helm_applied_it(
    fields: list[dict[str, Any]], definition: str, changed: str, added: str
) -> None:
    found = {"metadata": {"managedFields": fields}}
    assert repair.of_custom_resource(found) == definition
    assert repair.of_field(found, is_added=False) == changed
    assert repair.of_field(found, is_added=True) == added


# Tests of self IPs.

NET_A = "[{name: net-a, master: ens1, vlan: {tag: 3, selfIPv4: [10.1.1.1], prefixLengthV4: 24}}]"
SPEC = {"name": "net-a", "tag": 3, "interfaces": ["1.1"], "selfip_v4s": ["10.1.1.1"], "prefixlen_v4": 24}


@pytest.mark.parametrize(
    ("networks", "spec", "found"),
    [
        pytest.param(NET_A, SPEC, "the same", id="same"),
        pytest.param(NET_A, {**SPEC, "internal": False, "mtu": 1500}, "the same", id="defaults-written"),
        pytest.param(NET_A.replace("ens1,", "ens1, mtu: 1500,"), SPEC, "the same", id="default-in-the-config"),
        pytest.param(NET_A, {**SPEC, "bonded": True, "selfip_v6s": None}, "the same", id="another-field-and-nothing"),
        pytest.param(NET_A, {**SPEC, "mtu": 9000}, "mtu 9000", id="mtu-that-the-config-has-not"),
        pytest.param(NET_A.replace("ens1,", "ens1, mtu: 9000,"), SPEC, "mtu 1500", id="mtu-of-the-config"),
        pytest.param(NET_A, {**SPEC, "selfip_v6s": ["fd00::1"]}, "selfip_v6s fd00::1", id="one-self-ip-more"),
        pytest.param(NET_A, {**SPEC, "selfip_v4s": []}, "selfip_v4s absent", id="no-self-ip"),
    ],
)
def test_a_vlan_is_compared_with_what_can_be_printed(networks: str, spec: dict[str, Any], found: str) -> None:
    there = [{"metadata": {"name": "net-a"}, "spec": spec}]
    assert of_self_ips(networks, there) == [(OK if found == "the same" else DIFFERS, found)]


def of_self_ips(networks: str, there: list[dict[str, Any]] | None, product: str = "") -> list[tuple[str, str]]:
    """Return the rows for a cluster that has these objects and serves each kind under its own plural name."""
    wanted = config.parse(f"{HEAD}spec: {{networks: {networks}{product}}}\n".encode())
    served = {"resources": [{"kind": "F5BigNetVlan", "name": "f5-bignet-vlans"}]}
    paths = {
        "/apis/k8s.f5net.com/v1": Response(served),
        **{
            f"/apis/{path}": Response(None if there is None else {"items": there})
            for path in (
                "k8s.f5net.com/v1/namespaces/spk/f5-spk-vlans",
                "k8s.f5net.com/v1/namespaces/spk/f5-bignet-vlans",
                "gateway.k8s.f5.com/v1alpha1/namespaces/spk/infras",
            )
        },
    }
    access = Access("kubectl", Work(DEFAULTS), answers=paths)
    cluster = Live(wanted, access, "spk", Response(), Response(), Response(), ())
    return [(row.state, row.found) for row in verify_self_ips.rows_of(cluster)]


def test_a_vlan_of_a_cnf_is_found_under_its_own_plural() -> None:
    there = [{"metadata": {"name": "net-a"}, "spec": SPEC}]
    assert of_self_ips(NET_A, there, ", product: CNF") == [(OK, "the same")]


POOL = "[{name: net-a, master: ens1, vlan: {pool: {rangeStart: 10.1.1.64, rangeEnd: 10.1.1.95}}}]"
TRUE = {"Accepted": "True", "ResolvedRefs": "True", "Programmed": "True"}


def infra(conditions: dict[str, str], **spec: Any) -> dict[str, Any]:
    (made,) = self_ips.objects(settings(POOL))
    listed = [{"type": name, "status": status, "reason": "Because"} for name, status in conditions.items()]
    return {"metadata": {"name": "infra"}, "spec": {**made["spec"], **spec}, "status": {"conditions": listed}}


@pytest.mark.parametrize(
    ("there", "found"),
    [
        pytest.param([infra(TRUE)], [(OK, "the same"), (OK, "all true")], id="programmed"),
        pytest.param(
            [infra({"Accepted": "Unknown"})],
            [(OK, "the same"), (DIFFERS, "Accepted is Unknown: Because")],
            id="waiting-for-the-controller",
        ),
        pytest.param(
            [infra({**TRUE, "Programmed": "False"})],
            [(OK, "the same"), (DIFFERS, "Programmed is False: Because")],
            id="not-programmed",
        ),
        pytest.param([infra({})], [(OK, "the same"), (DIFFERS, "Accepted is absent: no reason")], id="no-status"),
        pytest.param([infra(TRUE, ipams=[])], [(DIFFERS, "different ipams"), (OK, "all true")], id="other-pools"),
        pytest.param([], [(DIFFERS, "absent")], id="none"),
        pytest.param(None, [(UNKNOWN, "infras are not served")], id="not-served"),
    ],
)
def test_an_infra_is_compared_and_its_conditions_are_read(
    there: list[dict[str, Any]] | None, found: list[tuple[str, str]]
) -> None:
    assert of_self_ips(POOL, there) == found


def test_self_ips_that_the_product_would_ignore_are_unknown() -> None:
    ((state, found),) = of_self_ips(NET_A, [], ", product: BNK 2.4")
    assert state == UNKNOWN
    assert "takes self IPs from a pool, but this vlan has fixed ones" in found


# Tests of reading from the cluster.

ASKED = kubectl.Request("/x", "get on it")


@pytest.mark.parametrize("answer", [b"[]", b'"x"', b"3", b"null"])
def test_an_answer_that_is_no_object_says_nothing(monkeypatch: pytest.MonkeyPatch, answer: bytes) -> None:
    done = programs.Ended(0, answer, b"")
    monkeypatch.setattr(kubectl, "_run_all", lambda _, paths, each: [each(path, done) for path in paths])
    assert kubectl.get(ACCESS, ASKED).unknown == "the answer is not an object"
    assert kubectl.every(ACCESS, kubectl.Kind("v1", "pods")).unknown == "the answer is not an object"
    with pytest.raises(InputError, match="the answer to /version is not an object; check"):
        kubectl.require_reachable(ACCESS)


@pytest.mark.parametrize("answer", [b"{}", b'{"items": null}', b'{"items": {}}'])
def test_a_list_without_items_says_nothing(monkeypatch: pytest.MonkeyPatch, answer: bytes) -> None:
    done = programs.Ended(0, answer, b"")
    monkeypatch.setattr(kubectl, "_run_all", lambda _, paths, each: [each(path, done) for path in paths])
    assert kubectl.every(ACCESS, kubectl.Kind("v1", "pods")).unknown == "the answer is not a list"


def test_what_takes_too_long_is_ended_with_what_it_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program, plugin = tmp_path / "kubectl", tmp_path / "plugin"
    program.write_text(f"#!/bin/sh\nsleep 60 & echo $! > '{plugin}'; wait\n")
    program.chmod(0o755)
    stop_the_clock(monkeypatch, until=lambda: plugin.exists() and plugin.read_text())
    monkeypatch.setattr(kubectl, "GRACE", 0)
    assert kubectl.get(Access(str(program), Work(DEFAULTS), timeout=1), ASKED).unknown == "timed out"
    assert has_ended(int(plugin.read_text()))


def test_term_ends_verify_and_all_that_it_runs(tmp_path: Path) -> None:
    (tmp_path / "spk-macvlan.yaml").write_text(f"{HEAD}spec: {{networks: [{{name: a, master: b}}]}}\n")
    script = tmp_path / "kubectl"
    script.write_text(
        f"#!/bin/sh\ncase $3 in /version) echo {{}};; *) echo $$ >> '{tmp_path}/started'; sleep 60;; esac\n"
    )
    script.chmod(0o755)
    command = [PROGRAM, "verify", "--kubectl", str(script)]
    running = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL)
    started = tmp_path / "started"
    assert comes_true(lambda: started.exists() and len(started.read_text().splitlines()) >= kubectl.AT_ONCE)
    running.terminate()
    assert running.wait(HANG) == -signal.SIGTERM
    assert all(has_ended(int(pid)) for pid in started.read_text().split())


@pytest.fixture
def kubectl_that(tmp_path: Path) -> Callable[[str], Access]:
    """Return a function that replaces kubectl with a shell script."""

    def write(script: str) -> Access:
        program = tmp_path / "kubectl"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        return Access(str(program), Work(DEFAULTS), timeout=HANG)

    return write


@pytest.mark.parametrize("stream", ["1", "2"])
def test_what_never_stops_printing_is_ended(kubectl_that: Callable[[str], Access], stream: str) -> None:
    access = kubectl_that(f"yes >&{stream}")._replace(work=Work(Limits(stream_size=1 << 20)))
    answer = kubectl.get(access, ASKED)
    assert answer.unknown.startswith(
        "the output of kubectl has more than the limit of 1Mi bytes; to allow more, use --limit stream-size="
    )


@pytest.mark.parametrize("text", [r"s\355\240\200", r"s\\ud800", r"s\\uD800"])
def test_half_of_a_pair_is_replaced(kubectl_that: Callable[[str], Access], text: str) -> None:
    answer = kubectl.get(kubectl_that(f"""printf '{{"name": "{text}"}}'"""), ASKED)
    assert answer.value["name"].strip("\ufffd?") == "s"
    assert answer.value["name"].encode()


def test_what_is_no_utf_8_is_no_json(kubectl_that: Callable[[str], Access]) -> None:
    assert kubectl.get(kubectl_that(r"printf '{\000}\000'"), ASKED).unknown == "the answer is not JSON"


def test_the_name_of_a_node_is_one_step_of_a_path(kubectl_that: Callable[[str], Access]) -> None:
    asked = kubectl.get(kubectl_that("""printf '{"path": "%s"}' "$3" """), kubectl.of_kubelet("../../secrets?x=\0"))
    assert asked.value == {"path": "/api/v1/nodes/..%2F..%2Fsecrets%3Fx%3D%00/proxy/configz"}


def test_a_name_may_be_too_long_to_ask_for(kubectl_that: Callable[[str], Access]) -> None:
    assert (
        kubectl.get(kubectl_that("echo {}"), kubectl.of_kubelet("n" * 200_000)).unknown
        == "the object's name is too long for a request"
    )


@pytest.mark.parametrize(
    ("instances", "workloads", "refused"),
    [
        pytest.param([], ["a"], False, id="a-workload"),
        pytest.param(["a"], ["a"], False, id="an-instance-and-its-workload"),
        pytest.param(["a"], ["b"], True, id="in-two-namespaces"),
        pytest.param(["a"], ["a", "b"], True, id="its-own-and-another"),
        pytest.param(["a", "a"], [], True, id="two-instances"),
        pytest.param([], ["a", "a"], True, id="two-workloads"),
    ],
)
def test_two_tmms_are_refused(instances: list[str], workloads: list[str], refused: bool) -> None:
    wanted = settings("[{name: net-a, master: ens1}]")
    named = "?fieldSelector=metadata.name%3Df5-tmm"
    asked = [
        *(kubectl.of_every(kind) for kind, _ in live.INSTANCES),
        *(kubectl.of_every(kind, None, named) for kind, _ in live.WORKLOADS),
    ]
    read = {it.path: Response({"items": []}) for it in asked}
    for it, namespaces in ((asked[0], instances), (asked[-1], workloads)):
        read[it.path] = Response({"items": [{"metadata": {"name": "n", "namespace": place}} for place in namespaces]})
    for path in ("/version", kubectl.of_discovery(live.DEFINITIONS).path):
        read[path] = Response({"resources": []})
    expected = pytest.raises(InputError, match="use --namespace") if refused else contextlib.nullcontext()
    with expected:
        live.find(wanted, ACCESS._replace(answers=read))


@pytest.mark.parametrize(
    ("selector", "query"),
    [
        ({"matchLabels": {"app": "f5-tmm"}}, "app=f5-tmm"),
        ({"matchLabels": {"a": "b", "c": "d"}}, "a=b,c=d"),
        (
            {
                "matchLabels": {"a": "b"},
                "matchExpressions": [
                    expression("c", "In", "d", "e"),
                    expression("f", "NotIn", "g"),
                    expression("h", "Exists"),
                    expression("i", "DoesNotExist"),
                ],
            },
            "a=b,c in (d,e),f notin (g),h,!i",
        ),
    ],
)
def test_a_selector_as_a_query(selector: dict[str, Any], query: str) -> None:
    asked, *_ = result.requests(seen({**workload(), "spec": {"selector": selector}}))
    assert unquote(asked.path.partition("?labelSelector=")[2]) == query


@pytest.mark.parametrize(
    ("path", "found"),
    [(("a", "b"), 1), (("a",), {"b": 1}), (("x", "b"), None), (("l", 0), 2), (("l", 1), None), (("a", "b", "c"), None)],
)
def test_a_path_in_json(path: tuple[str | int, ...], found: object) -> None:
    assert json_fields.at({"a": {"b": 1}, "l": [2]}, *path) == found


@pytest.mark.parametrize(
    ("message", "unknown"),
    [
        ("Error from server (NotFound): the server could not find the requested resource", ""),
        ('Error from server (Forbidden): nodes is forbidden: User "x" cannot list', "forbidden (needs list on nodes)"),
        ("Unable to connect to the server: net/http: TLS handshake timeout", "timed out"),
        ("Unable to connect to the server: dial tcp 192.0.2.1:6443: i/o timeout", "timed out"),
        ('Get "https://192.0.2.1": context deadline exceeded', "timed out"),
        ("You must be logged in to the server (Unauthorized)", "You must be logged in to the server (Unauthorized)"),
    ],
)
def test_what_a_message_means(kubectl_that: Callable[[str], Access], message: str, unknown: str) -> None:
    access = kubectl_that(f"echo {shlex.quote(message)} >&2; exit 1")
    assert kubectl.get(access, kubectl.Request("/api/v1/nodes", "list on nodes")).unknown == unknown


# Tests of command-line arguments.


def test_the_words_of_the_verb() -> None:
    words = (
        "--config c --kubectl k --context x --kubeconfig f --namespace n --timeout 5 --format json --explain --strict"
    )
    command = arguments.parse(["verify", *words.split()])
    asked = command.arguments
    assert isinstance(asked, verb.Arguments)
    assert (command.verb, asked.config, asked.kubectl, asked.context) == ("verify", "c", "k", "x")
    assert (asked.kubeconfig, asked.namespace, asked.timeout, asked.format) == ("f", "n", 5, "json")
    assert (asked.explain, asked.strict) == (True, True)
    assert arguments.parse(["verify"]).arguments == verb.Arguments(timeout=30)


@pytest.mark.parametrize("seconds", ["0", "-1", "1.5", "ten", "", "3601", "99999999999", "000001999999", "9" * 5000])
def test_a_timeout_is_a_number_of_seconds(seconds: str) -> None:
    with pytest.raises(UsageError, match="argument --timeout"):
        arguments.parse(["verify", f"--timeout={seconds}"])


def test_an_answer_of_very_many_values_is_not_read(kubectl_that: Callable[[str], Access]) -> None:
    access = kubectl_that("""printf '{"items": [[], [], [], []]}'""")._replace(work=Work(Limits(work=8)))
    refusal = f"the answer to {ASKED.path} needs more than the limit of 8 steps of work; to allow more, use --limit wor"
    assert kubectl.get(access, ASKED).unknown.startswith(refusal)
    assert kubectl.get(access._replace(work=Work(Limits(work=9))), ASKED).value == {"items": [[], [], [], []]}


def test_nodes_are_compared_with_the_pod_only_so_often() -> None:
    template = {"spec": {"tolerations": [{"operator": "Exists"}] * 100}}
    workload = {"kind": "Deployment", "spec": {"template": template}}
    nodes = [{"metadata": {"name": f"n{it}"}, "spec": {"taints": [{"effect": "NoSchedule"}] * 50}} for it in range(2)]
    answers = {"/api/v1/nodes": Response({"items": nodes})}
    for most in (20_000, 5_000):
        access = Access("kubectl", Work(Limits(work=most)), answers=answers)
        live = seen(workload)._replace(access=access)
        with contextlib.nullcontext() if most == 20_000 else pytest.raises(TooLarge, match="comparing the nodes"):
            placement.landing(live)
