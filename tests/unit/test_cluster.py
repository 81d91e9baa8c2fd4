"""Comparing a cluster, as far as no cluster is needed: which nodes, how it is printed, what is explained."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest

from postrender import arguments, config
from postrender.errors import UsageError
from postrender.hosts import cluster
from postrender.hosts.cluster import explain, fields, kubectl, placement, result, rows, table
from postrender.hosts.cluster.kubectl import Access, Answer
from postrender.hosts.cluster.live import Live
from postrender.hosts.cluster.rows import DIFFERS, OK, UNKNOWN, Question, Row

QUESTION = Question(rows.RESULT, "a thing", "this", "Next steps")
ROWS = (
    rows.ok(QUESTION, "this"),
    rows.differs(QUESTION, "that", "mend it"),
    rows.unknown(QUESTION, "forbidden", "look"),
)
HEAD = "apiVersion: spk-macvlan.internal/v1alpha1\nkind: MacvlanConversion\n"


def settings(networks: str, tmm: str = "{}") -> config.Config:
    return config.parse(f"{HEAD}spec: {{networks: {networks}, tmm: {tmm}}}\n".encode())


# Rows.


@pytest.mark.parametrize(
    ("states", "said", "differ"),
    [
        ([], "0 ok, 0 differs, 0 unknown", False),
        ([OK, OK], "2 ok, 0 differs, 0 unknown", False),
        ([UNKNOWN, UNKNOWN], "0 ok, 0 differs, 2 unknown", False),
        ([OK, DIFFERS, UNKNOWN], "1 ok, 1 differs, 1 unknown", True),
    ],
)
def test_unknown_is_counted_apart_and_is_no_difference(states: list[str], said: str, differ: bool) -> None:
    found = [Row("", "", "", "", state, "", "") for state in states]
    assert (rows.summary(found), rows.differ(found)) == (said, differ)


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
    assert rows.listed(words) == cell


# Formats.


def test_text() -> None:
    page = "[Next steps]"
    assert table.written(ROWS, "text").splitlines() == [
        "result",
        f"ok       a thing  {page:>92}",
        "         expected this; found this",
        f"differs  a thing  {page:>92}",
        "         expected this; found that",
        "         -> mend it",
        f"unknown  a thing  {page:>92}",
        "         expected this; unknown: forbidden",
        "         -> look",
        "",
        "1 ok, 1 differs, 1 unknown",
    ]


def test_text_is_wrapped() -> None:
    long = Row("result", "a thing", "expected " * 30, "found " * 30, OK, "Next steps", "word " * 40)
    lines = table.written((long,), "text").splitlines()
    assert max(map(len, lines)) <= table.WIDTH
    assert all(line.startswith(" " * table.INDENT) for line in lines[2:-2])


def test_groups_are_apart() -> None:
    found = (ROWS[0], ROWS[0]._replace(group="more"))
    assert [line for line in table.written(found, "text").splitlines() if not line.startswith((" ", "ok"))] == [
        "result",
        "",
        "more",
        "",
        "2 ok, 0 differs, 0 unknown",
    ]


def test_json() -> None:
    found = json.loads(table.written(ROWS, "json"))
    assert found["summary"] == {"ok": 1, "differs": 1, "unknown": 1}
    assert found["rows"][1] == {
        "group": "result",
        "what": "a thing",
        "expected": "this",
        "found": "that",
        "state": "differs",
        "section": "Next steps",
        "advice": "mend it",
    }


def test_markdown() -> None:
    assert table.written(ROWS[1:2], "markdown").splitlines() == [
        "### spk-macvlan verify: 0 ok, 1 differs, 0 unknown",
        "",
        "| group | what | expected | found | state | page | what to do |",
        "|---|---|---|---|---|---|---|",
        "| result | a thing | this | that | differs | Next steps | mend it |",
    ]


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_what_a_cluster_says_cannot_break_out_of_its_cell(form: str) -> None:
    hostile = rows.ok(QUESTION, "a\n| b \x1b[2J <script> [x](y) `c`")
    (line,) = (line for line in table.written((hostile,), form).splitlines() if "script" in line)
    assert "\x1b" not in line
    assert form == "text" or line.count("|") - line.count("\\|") == 8
    assert form == "text" or ("\\<script" in line and "\\[x" in line and "\\`c" in line)


# Explanations.

STATUS = r"k8s\.v1\.cni\.cncf\.io/network-status"

LAB = settings(
    "[{name: net-a, master: ens1, namespace: lab, vlan: {}}, {name: net-b, master: ens1, interface: ext0}]",
    "{namespace: spk, workload: tmm}",
)


def test_the_names_of_the_config_are_filled_in() -> None:
    commands = [step.command for step in explain.steps(LAB)]
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


def test_the_interfaces_are_named_in_order() -> None:
    assert any("net1, ext0, in this order" in step.title for step in explain.steps(LAB))


def test_without_a_namespace_it_is_the_readers() -> None:
    commands = [step.command for step in explain.steps(settings("[{name: net-a, master: ens1}]"))]
    assert commands[0] == "oc get net-attach-def -n NAMESPACE"


def test_a_namespace_of_the_command_line_wins() -> None:
    placed = cluster.placed(LAB, "other")
    assert placed.tmm.namespace == "other"
    assert placed._replace(tmm=LAB.tmm) == LAB
    assert cluster.placed(LAB, None) == LAB


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_explanations_in_each_format_have_the_same_commands(form: str) -> None:
    commands = [step.command for step in explain.steps(LAB)]
    text = explain.written(LAB, form)
    if form == "json":
        assert [step["command"] for step in json.loads(text)["steps"]] == commands
    else:
        assert [line for line in text.splitlines() if line.startswith("oc ")] == commands
        assert all(shlex.split(command) for command in commands)


# Nodes.


def node(name: str = "node", labels: dict[str, str] | None = None, **spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": name, "labels": labels or {}}, "spec": spec}


def on(**spec: Any) -> dict[str, Any]:
    """A pod template."""
    return {"spec": spec}


def requiring(*terms: dict[str, Any]) -> dict[str, Any]:
    wanted = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [*terms]}}
    return on(affinity={"nodeAffinity": wanted})


def expression(key: str, operator: str, *values: str) -> dict[str, Any]:
    return {"key": key, "operator": operator, "values": [*values]}


TAINT = {"key": "k", "value": "v", "effect": "NoSchedule"}


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


def seen(workload: dict[str, Any] | None, tmm: str = "{}") -> Live:
    """A cluster with this workload."""
    wanted = settings("[{name: net-a, master: ens1}]", tmm)
    return Live(wanted, Access("kubectl"), "spk", Answer(workload), Answer(workload), Answer(), (Answer(),))


def workload(*containers: dict[str, Any], **annotations: str) -> dict[str, Any]:
    metadata = {"name": "f5-tmm", "annotations": annotations}
    return {"metadata": metadata, "spec": {"template": {"spec": {"containers": [*containers]}}}}


TMM = {"name": "f5-tmm", "resources": {"limits": {"cpu": "2", "hugepages-2Mi": "3Gi"}}}
DEBUG = {"name": "debug", "resources": {"limits": {"cpu": "900m"}, "requests": {"cpu": "500m"}}}
AMOUNTS = "{resources: {cpu: 1, hugepages-2Mi: 1572Mi}}"


@pytest.mark.parametrize(
    ("found", "tmm", "cpu", "hugepages"),
    [
        pytest.param(None, "{}", None, None, id="nobody-says"),
        pytest.param(None, AMOUNTS, "1", "1572Mi", id="only-the-config"),
        pytest.param(workload(TMM, DEBUG), "{}", "2500m", "3072Mi", id="only-the-workload"),
        pytest.param(workload(TMM, DEBUG), AMOUNTS, "1500m", "1572Mi", id="the-config-and-the-sidecars"),
        pytest.param(workload({"name": "f5-tmm"}), "{}", None, None, id="nothing-asked"),
        pytest.param(
            workload({**TMM, "name": "t"}, DEBUG, **{"toda.f5.com/tmm-name": "t"}),
            AMOUNTS,
            "1500m",
            "1572Mi",
            id="container-by-annotation",
        ),
    ],
)
def test_what_the_pod_needs(found: dict[str, Any] | None, tmm: str, cpu: str | None, hugepages: str | None) -> None:
    needed = placement.need(seen(found, tmm))
    shown = {name: placement.shown(name, amount) for name, amount in needed.items()}
    assert (shown.get("cpu"), shown.get("hugepages-2Mi")) == (cpu, hugepages)


# Reading.


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
    assert result._selector(selector) == query


@pytest.mark.parametrize(
    ("path", "found"),
    [(("a", "b"), 1), (("a",), {"b": 1}), (("x", "b"), None), (("l", 0), 2), (("l", 1), None), (("a", "b", "c"), None)],
)
def test_a_path_in_json(path: tuple[str | int, ...], found: object) -> None:
    assert fields.at({"a": {"b": 1}, "l": [2]}, *path) == found


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
def test_what_a_message_means(message: str, unknown: str) -> None:
    assert kubectl._failed(message, "list on nodes").unknown == unknown


# Words.


def test_the_words_of_the_verb() -> None:
    words = "verify --config c --kubectl k --context x --kubeconfig f --namespace n --timeout 5 --format json --explain"
    asked = arguments.parse(words.split())
    assert (asked.verb, asked.config, asked.kubectl, asked.context) == ("verify", "c", "k", "x")
    assert (asked.kubeconfig, asked.namespace, asked.timeout, asked.format) == ("f", "n", 5, "json")
    assert asked.explain
    assert arguments.parse(["verify"]).timeout == 30


@pytest.mark.parametrize("seconds", ["0", "-1", "1.5", "ten", "", "3601", "99999999999"])
def test_a_timeout_is_a_number_of_seconds(seconds: str) -> None:
    with pytest.raises(UsageError, match="argument --timeout"):
        arguments.parse(["verify", f"--timeout={seconds}"])
