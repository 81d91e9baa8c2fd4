from __future__ import annotations

import importlib
import json
import pkgutil
from typing import Any

import pytest
import yaml

from postrender import config, rules
from postrender.config import Config, Network, network_definitions
from postrender.errors import InputError
from postrender.kubernetes.objects import Object
from postrender.kubernetes.objects import objects as objects_of
from postrender.rules import (
    definitions,
    device_plugins,
    environment,
    hugepages,
    networks,
    resources,
    sriov_variables,
    unset_variables,
    veths,
)
from postrender.rules.subject import Subject
from postrender.spk import target
from postrender.spk.target import Target
from postrender.yamledit import emit, nodes, stream
from postrender.yamledit.change import ADD, REMOVE, REPLACE, pointer
from tests.configs import HEAD

ANNOTATIONS = "/spec/template/metadata/annotations"
CONTAINER = "/spec/template/spec/containers/0"
NETWORKS = f"{ANNOTATIONS}/k8s.v1.cni.cncf.io~1networks"
EVERY = [importlib.import_module(f"postrender.rules.{found.name}") for found in pkgutil.iter_modules(rules.__path__)]
MODULES = [module for module in EVERY if hasattr(module, "ID")]


def tmm(annotations: str = "{}", container: str = "", namespace: str | None = None) -> Target:
    """Return a TMM with these pod annotations and these fields of its container, in flow style."""
    metadata = "name: f5-tmm" + (f", namespace: {namespace}" if namespace else "")
    text = f"""\
apiVersion: apps/v1
kind: Deployment
metadata: {{{metadata}}}
spec:
  template:
    metadata: {{annotations: {annotations}}}
    spec: {{containers: [{{name: f5-tmm, {container}}}, {{name: debug, {container}}}]}}
"""
    (found,) = objects(text)
    return target.locate(found)


def objects(text: str) -> list[Object]:
    data = text.encode()
    return [found for document in stream.split(data) for found in objects_of(stream.parse(stream.read(data), document))]


def settings(networks: str = "[{name: net-a, master: ens1}]", tmm: str = "{}") -> Config:
    return config.parse(f"{HEAD}spec: {{networks: {networks}, tmm: {tmm}}}\n".encode())


def changes(rule: Any, wanted: Target, given: Config) -> list[tuple[str, str, object]]:
    """Return the main fields of a rule's changes; each change must have the rule's id and a reason."""
    found = [*rule.apply(Subject(given, wanted))]
    assert all(change.rule == rule.ID and change.reason for change in found)
    return [(change.op, pointer(change.path), change.value) for change in found]


# Tests of all rules.


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.ID)
def test_a_rule_has_its_manual_page(module: Any) -> None:
    first, *_ = str(module.__doc__).splitlines()
    assert first.endswith(".")
    assert "What: " in module.__doc__
    assert "Why: " in module.__doc__


def test_the_names_of_rules_are_unique() -> None:
    assert len({module.ID for module in MODULES}) == len(MODULES)


# Tests of `networks`.


@pytest.mark.parametrize(
    ("listed", "namespace", "annotation"),
    [
        pytest.param("[{name: a, master: e}]", None, "a", id="no-namespace-known"),
        pytest.param("[{name: a, master: e}]", "spk", "spk/a", id="the-workloads"),
        pytest.param("[{name: a, master: e, namespace: lab}]", "spk", "lab/a", id="the-networks-own"),
        pytest.param("[{name: a, master: e, namespace: lab}]", None, "lab/a", id="the-networks-alone"),
        pytest.param("[{name: a, master: e, interface: ext0}]", None, "a@ext0", id="interface"),
        pytest.param(
            "[{name: b, master: e, namespace: lab, interface: x}, {name: a, master: f}]",
            "spk",
            "lab/b@x,spk/a",
            id="in-order",
        ),
        pytest.param("[{name: a, master: e, create: false}]", "spk", "spk/a", id="one-that-exists-already"),
    ],
)
def test_networks_are_attached(listed: str, namespace: str | None, annotation: str) -> None:
    assert changes(networks, tmm(namespace=namespace), settings(listed)) == [(ADD, NETWORKS, annotation)]


@pytest.mark.parametrize(
    ("annotations", "wanted"),
    [
        pytest.param("{k8s.v1.cni.cncf.io/networks: lab/net-a}", [], id="equal"),
        pytest.param("{k8s.v1.cni.cncf.io/networks: 'lab/net-a'}", [], id="equal-in-quotes"),
        pytest.param("{k8s.v1.cni.cncf.io/networks: lab/net-b}", [(REPLACE, NETWORKS, "lab/net-a")], id="another"),
        pytest.param("{k8s.v1.cni.cncf.io/networks: null}", [(REPLACE, NETWORKS, "lab/net-a")], id="null"),
        pytest.param(
            "{robin.io/networks: lab/sriov, k8s.v1.cni.cncf.io/networks: lab/net-a}",
            [(REMOVE, f"{ANNOTATIONS}/robin.io~1networks", None)],
            id="robins-beside",
        ),
        pytest.param(
            "{robin.io/networks: null}",
            [(ADD, NETWORKS, "lab/net-a"), (REMOVE, f"{ANNOTATIONS}/robin.io~1networks", None)],
            id="robins-instead",
        ),
        pytest.param("null", [(ADD, NETWORKS, "lab/net-a")], id="no-annotations"),
    ],
)
def test_networks_that_are_there(annotations: str, wanted: list[tuple[str, str, object]]) -> None:
    assert changes(networks, tmm(annotations), settings("[{name: net-a, master: e, namespace: lab}]")) == wanted


# Tests of `veths`.


@pytest.mark.parametrize(
    ("env", "wanted"),
    [
        ("", [(ADD, f"{CONTAINER}/env/-", {"name": "TMM_MAPRES_ADDL_VETHS_ON_DP", "value": "TRUE"})]),
        ('env: [{name: TMM_MAPRES_ADDL_VETHS_ON_DP, value: "TRUE"}]', []),
        ("env: [{name: TMM_MAPRES_ADDL_VETHS_ON_DP, value: TRUE}]", [(REPLACE, f"{CONTAINER}/env/0/value", "TRUE")]),
        ('env: [{name: TMM_MAPRES_ADDL_VETHS_ON_DP, value: "true"}]', [(REPLACE, f"{CONTAINER}/env/0/value", "TRUE")]),
    ],
    ids=["absent", "set", "a-bool", "another-case"],
)
def test_veths_are_switched_on(env: str, wanted: list[tuple[str, str, object]]) -> None:
    assert changes(veths, tmm(container=env), settings()) == wanted


# Tests of `sriov-variables`.


@pytest.mark.parametrize(
    ("name", "dropped"),
    [
        ("OPENSHIFT_VFIO_RESOURCE_1", True),
        ("OPENSHIFT_VFIO_RESOURCE_12", True),
        ("ROBIN_VFIO_RESOURCE_2", True),
        ("PCIDEVICE_INTEL_COM_EXTERNAL", True),
        ("PCIDEVICE_OPENSHIFT_IO_INTERNAL_INFO", True),
        ("OPENSHIFT_VFIO_RESOURCE_", False),
        ("OPENSHIFT_VFIO_RESOURCE", False),
        ("OPENSHIFT_VFIO_RESOURCE_A1", False),
        ("MY_OPENSHIFT_VFIO_RESOURCE_1", False),
        ("openshift_vfio_resource_1", False),
        ("PCIDEVICE", False),
        ("MY_PCIDEVICE_X", False),
        ("OTHER_VFIO_RESOURCE_1", False),
        ("", False),
    ],
)
def test_sriov_variables_are_dropped(name: str, dropped: bool) -> None:
    wanted = tmm(container=f"env: [{{name: Z}}, {{name: '{name}', value: '1'}}]")
    found = changes(sriov_variables, wanted, settings())
    assert found == ([(REMOVE, f"{CONTAINER}/env/1", None)] if dropped else [])


@pytest.mark.parametrize(("name", "dropped"), [("OLD_NAME", True), ("NOT_OLD_NAME", False), ("old_name", False)])
def test_variables_that_the_config_names_are_dropped(name: str, dropped: bool) -> None:
    wanted = tmm(container=f"env: [{{name: Z}}, {{name: '{name}', value: '1'}}]")
    found = changes(unset_variables, wanted, settings(tmm="{unsetEnv: [OLD_*]}"))
    assert found == ([(REMOVE, f"{CONTAINER}/env/1", None)] if dropped else [])


def test_a_variable_that_both_patterns_name_is_dropped_once() -> None:
    wanted = tmm(container="env: [{name: PCIDEVICE_X}]")
    config = settings(tmm="{unsetEnv: [PCI*]}")
    assert [len(changes(rule, wanted, config)) for rule in (sriov_variables, unset_variables)] == [1, 0]


# Tests of `environment`.


def test_variables_of_the_config_are_set() -> None:
    wanted = tmm(container='env: [{name: A, value: "0"}, {name: B, value: "2"}, {name: A, value: "1"}]')
    assert changes(environment, wanted, settings(tmm='{env: {C: "3", A: "1", B: "2"}}')) == [
        (ADD, f"{CONTAINER}/env/-", {"name": "C", "value": "3"}),
        (REPLACE, f"{CONTAINER}/env/0/value", "1"),
        (REMOVE, f"{CONTAINER}/env/2", None),
    ]


# Tests of `device-plugins`.


@pytest.mark.parametrize(
    ("name", "patterns", "removed"),
    [
        ("openshift.io/sriov_internal", "[]", True),
        ("openshift.io/", "[]", True),
        ("intel.com/sriov", "[]", False),
        ("intel.com/sriov", "[intel.com/*]", True),
        ("intel.com/sriov", "['*']", True),
        ("intel.com/sriov", "[intel.com]", False),
        ("Intel.com/sriov", "[intel.com/*]", False),
        ("cpu", "['*']", False),
        ("hugepages-2Mi", "['huge*']", False),
        ("openshift.io", "[]", False),
    ],
)
def test_device_plugin_resources_are_removed(name: str, patterns: str, removed: bool) -> None:
    wanted = tmm(container=f"resources: {{limits: {{{name}: 1}}, requests: {{memory: 2Gi, {name}: '1'}}}}")
    path = name.replace("/", "~1")
    found = [(REMOVE, f"{CONTAINER}/resources/{group}/{path}", None) for group in ("limits", "requests")]
    assert changes(device_plugins, wanted, settings(tmm=f"{{unsetResources: {patterns}}}")) == (
        found if removed else []
    )


@pytest.mark.parametrize("container", ["", "resources: null", "resources: {limits: null}", "resources: {limits: none}"])
def test_no_device_plugin_resources_where_there_are_none(container: str) -> None:
    assert changes(device_plugins, tmm(container=container), settings()) == []


def test_a_repeated_device_plugin_resource_is_removed_once() -> None:
    wanted = tmm(container="resources: {limits: {openshift.io/x: 1, openshift.io/x: 2}}")
    assert len(changes(device_plugins, wanted, settings())) == 1


# Tests of `resources`.


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        pytest.param("{cpu: 1, memory: 2Gi}", [], id="equal"),
        pytest.param("{cpu: '1', memory: \"2Gi\"}", [], id="equal-in-quotes"),
        pytest.param("{cpu: 2, memory: 2Gi}", [(REPLACE, "cpu", 1)], id="another-number"),
        pytest.param("{cpu: 1000m, memory: 2048Mi}", [], id="equal-in-other-units"),
        pytest.param("{cpu: 1001m, memory: 2G}", [(REPLACE, "cpu", 1), (REPLACE, "memory", "2Gi")], id="nearly-equal"),
        pytest.param("{cpu: 1e0, memory: 2Gi}", [(REPLACE, "cpu", 1)], id="unknown-spelling"),
        pytest.param("{cpu: null, memory: 2Gi}", [(REPLACE, "cpu", 1)], id="null"),
        pytest.param("{other: 3}", [(ADD, "cpu", 1), (ADD, "memory", "2Gi")], id="absent"),
        pytest.param("null", [(ADD, "cpu", 1), (ADD, "memory", "2Gi")], id="no-group"),
    ],
)
def test_resources_of_the_config_are_written(given: str, wanted: list[tuple[str, str, object]]) -> None:
    found = changes(
        resources,
        tmm(container=f"resources: {{limits: {given}, requests: {given}}}"),
        settings(tmm="{resources: {cpu: 1, memory: 2Gi}}"),
    )
    groups = ("limits", "requests")
    assert found == [
        (op, f"{CONTAINER}/resources/{group}/{name}", value) for group in groups for op, name, value in wanted
    ]


def test_without_resources_in_the_config_they_stay() -> None:
    assert changes(resources, tmm(container="resources: {limits: {cpu: 2}}"), settings()) == []


# Tests of `hugepages`.


@pytest.mark.parametrize(
    ("amount", "pages"),
    [
        ("1572Mi", "786"),
        ("3Gi", "1536"),
        ("2Mi", "1"),
        ("1Gi", "512"),
        ("3072Mi", "1536"),
        ("100Gi", "51200"),
    ],
)
@pytest.mark.parametrize("group", ["limits", "requests"])
def test_pages_are_those_of_the_rendered_amount(group: str, amount: str, pages: str) -> None:
    wanted = tmm(container=f"resources: {{{group}: {{hugepages-2Mi: {amount}}}}}")
    added = {"name": "TMM_MAPRES_HUGEPAGES", "value": pages}
    assert changes(hugepages, wanted, settings()) == [(ADD, f"{CONTAINER}/env/-", added)]


@pytest.mark.parametrize(
    ("container", "given", "pages"),
    [
        pytest.param(
            "resources: {limits: {hugepages-2Mi: 3Gi}}", "{resources: {hugepages-2Mi: 1572Mi}}", "786", id="the-configs"
        ),
        pytest.param(
            "resources: {limits: {hugepages-2Mi: 3Gi}, requests: {hugepages-2Mi: 2Gi}}", "{}", "1536", id="the-limit"
        ),
        pytest.param(
            "resources: {limits: {hugepages-2Mi: null}, requests: {hugepages-2Mi: 2Gi}}", "{}", "1024", id="the-request"
        ),
        pytest.param(
            "resources: {limits: {hugepages-2Mi: 3Gi}}", "{resources: {cpu: 1}}", "1536", id="not-in-the-config"
        ),
    ],
)
def test_which_amount_is_in_force(container: str, given: str, pages: str) -> None:
    ((_, _, added),) = changes(hugepages, tmm(container=container), settings(tmm=given))
    assert added == {"name": "TMM_MAPRES_HUGEPAGES", "value": pages}


@pytest.mark.parametrize(
    ("container", "given"),
    [
        pytest.param("", "{}", id="no-hugepages"),
        pytest.param("", "{resources: {hugepages-2Mi: 1572Mi}}", id="off-in-the-chart"),
        pytest.param("resources: {limits: {hugepages-1Gi: 3Gi}}", "{}", id="hugepages-of-another-size"),
        pytest.param("resources: {limits: {hugepages-2Mi: 3Gi}}", "{topologyManager: true}", id="topology-manager"),
        pytest.param(
            "resources: {limits: {hugepages-2Mi: 3}}", "{topologyManager: true}", id="topology-manager-any-amount"
        ),
        pytest.param("resources: {limits: {hugepages-2Mi: 3Gi}}", "{env: {TMM_MAPRES_HUGEPAGES: '9'}}", id="the-users"),
        pytest.param(
            "env: [{name: TMM_MAPRES_HUGEPAGES, value: '1536'}], resources: {limits: {hugepages-2Mi: 3Gi}}",
            "{}",
            id="right",
        ),
    ],
)
def test_when_pages_stay_as_rendered(container: str, given: str) -> None:
    assert changes(hugepages, tmm(container=container), settings(tmm=given)) == []


@pytest.mark.parametrize(
    "amount",
    ["3G", "3", "1571Mi", "1.5Gi", "-2Mi", "Mi", "2Ki", "1e3Mi", "\N{FULLWIDTH DIGIT THREE}Gi", "2 Mi", "0x2Mi"],
)
def test_an_amount_that_is_no_number_of_pages_is_refused(amount: str) -> None:
    with pytest.raises(InputError, match=f"hugepages-2Mi is {amount}, but must be a whole number") as caught:
        changes(hugepages, tmm(container=f"resources: {{limits: {{hugepages-2Mi: '{amount}'}}}}"), settings())
    assert caught.value.place.path == "spec.template.spec.containers.0.resources"


def test_the_variable_is_set_once() -> None:
    env = "env: [{name: TMM_MAPRES_HUGEPAGES, value: '1536'}, {name: TMM_MAPRES_HUGEPAGES, valueFrom: {}}]"
    wanted = tmm(container=f"{env}, resources: {{limits: {{hugepages-2Mi: 1572Mi}}}}")
    assert changes(hugepages, wanted, settings()) == [
        (REPLACE, f"{CONTAINER}/env/0/value", "786"),
        (REMOVE, f"{CONTAINER}/env/1", None),
    ]


# Tests of `definitions`.


def network(entries: str) -> Network:
    (found,) = settings(f"[{{name: net-a, master: ens1, {entries}}}]").networks
    return found


CNI = '{"cniVersion": "0.3.1", "name": "net-a", "type": "macvlan", "master": "ens1", "mode": "bridge", "ipam": {}}'


@pytest.mark.parametrize(
    ("entries", "written"),
    [
        pytest.param("", CNI, id="defaults"),
        pytest.param("mode: vepa", CNI.replace("bridge", "vepa"), id="mode"),
        pytest.param("cniVersion: 1.0.0", CNI.replace("0.3.1", "1.0.0"), id="version"),
        pytest.param("mtu: 9000", CNI.replace(', "ipam"', ', "mtu": 9000, "ipam"'), id="mtu"),
        pytest.param("cni: {b: 9, a: false}", CNI.replace("{}}", '{}, "a": false, "b": 9}'), id="more-keys-sorted"),
        pytest.param(
            "cni: {a: {c: [{e: 1, d: 2}], b: null}}",
            CNI.replace("{}}", '{}, "a": {"b": null, "c": [{"d": 2, "e": 1}]}}'),
            id="sorted-all-the-way-down",
        ),
        pytest.param("cni: {ipam: {type: static}}", CNI.replace("{}", '{"type": "static"}'), id="an-ipam-of-ones-own"),
    ],
)
def test_the_cni_config(entries: str, written: str) -> None:
    assert emit.flow(network_definitions.cni_config(network(entries))) == written
    assert json.loads(written)["type"] == "macvlan"


@pytest.mark.parametrize(
    ("entries", "namespace", "metadata"),
    [
        pytest.param("", None, {"name": "net-a"}, id="no-namespace-known"),
        pytest.param("", "spk", {"name": "net-a", "namespace": "spk"}, id="the-workloads"),
        pytest.param("namespace: lab", "spk", {"name": "net-a", "namespace": "lab"}, id="its-own"),
        pytest.param("namespace: lab", None, {"name": "net-a", "namespace": "lab"}, id="its-own-alone"),
        pytest.param("labels: {b: x, a: z}", None, {"name": "net-a", "labels": {"a": "z", "b": "x"}}, id="labels"),
    ],
)
def test_the_metadata_of_a_definition(entries: str, namespace: str | None, metadata: dict[str, Any]) -> None:
    found = definitions.definition(network(entries), namespace, {})
    assert repr(found["metadata"]) == repr(metadata)
    assert [*found] == ["apiVersion", "kind", "metadata", "spec"]


@pytest.mark.parametrize(
    ("configured", "asked_for", "written"),
    [
        ("annotations: {b: x}", {"a": "z"}, {"a": "z", "b": "x"}),
        ("annotations: {a: x}", {"a": "z"}, {"a": "z"}),
        ("annotations: {b: x, a: z}", {}, {"a": "z", "b": "x"}),
        ("", {"a": "z"}, {"a": "z"}),
    ],
    ids=["both", "the-streams-win", "the-configs", "the-streams"],
)
def test_the_annotations_of_a_definition(configured: str, asked_for: dict[str, str], written: dict[str, str]) -> None:
    found = definitions.definition(network(configured), None, asked_for)["metadata"]
    assert repr(found["annotations"]) == repr(written)


def test_a_definition_asks_for_no_device() -> None:
    found = definitions.definition(network(""), "spk", {})
    assert (found["apiVersion"], found["kind"]) == ("k8s.cni.cncf.io/v1", "NetworkAttachmentDefinition")
    assert "resourceName" not in emit.flow(found)
    assert [*found["spec"]] == ["config"]


def defined(cni: str, metadata: str = "name: net-a") -> list[Object]:
    return objects(f"""\
apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata: {{{metadata}}}
spec: {{config: {json.dumps(cni)}}}
""")


@pytest.mark.parametrize(
    "cni",
    [
        pytest.param(CNI, id="as-we-write-it"),
        pytest.param(json.dumps(json.loads(CNI), separators=(",", ":"), sort_keys=True), id="in-another-form"),
        pytest.param(CNI.replace(', "ipam": {}', ""), id="without-ipam"),
        pytest.param(CNI.replace('"name": "net-a", ', ""), id="without-name"),
        pytest.param(CNI.replace('"net-a"', '""'), id="with-an-empty-name"),
    ],
)
def test_what_the_stream_defines_alike_is_left_alone(cni: str) -> None:
    assert definitions.missing(settings(), None, defined(cni)) == ()


@pytest.mark.parametrize(
    "cni",
    [
        pytest.param(CNI.replace("ens1", "ens2"), id="another-master"),
        pytest.param(CNI.replace("net-a", "net-b"), id="another-name"),
        pytest.param(CNI.replace("bridge", "vepa"), id="another-mode"),
        pytest.param(CNI.replace('"ipam": {}', '"ipam": {"type": "dhcp"}'), id="an-ipam"),
        pytest.param(CNI.replace("}}", '}, "mtu": 9000}'), id="one-key-more"),
        pytest.param("", id="empty"),
        pytest.param("{", id="no-json"),
        pytest.param("[]", id="no-object"),
        pytest.param("null", id="null"),
    ],
)
def test_what_the_stream_defines_differently_is_refused(cni: str) -> None:
    with pytest.raises(
        InputError, match=r"the stream already defines net-a, (with a different CNI config|but its config is not)"
    ) as caught:
        definitions.missing(settings(), None, defined(cni))
    assert (caught.value.place.line, caught.value.place.path) == (4, "spec.config")


@pytest.mark.parametrize("spec", ["", "spec: null\n", "spec: {}\n", "spec: {config: null}\n", "spec: [config]\n"])
def test_a_definition_without_config_is_another_one(spec: str) -> None:
    head = "apiVersion: k8s.cni.cncf.io/v1\nkind: NetworkAttachmentDefinition\nmetadata: {name: net-a}\n"
    with pytest.raises(InputError, match="defines net-a, but its config is not a JSON object: empty; "):
        definitions.missing(settings(), None, objects(head + spec))


@pytest.mark.parametrize(
    ("configured", "namespace", "metadata", "present"),
    [
        pytest.param("", None, "name: net-a", True, id="both-silent"),
        pytest.param("", "spk", "name: net-a", True, id="in-the-workloads-by-default"),
        pytest.param("", "spk", "name: net-a, namespace: spk", True, id="in-the-workloads"),
        pytest.param(", namespace: lab", "spk", "name: net-a, namespace: lab", True, id="in-its-own"),
        pytest.param(", namespace: spk", "spk", "name: net-a", True, id="in-its-own-which-is-the-workloads"),
        pytest.param(", namespace: lab", "spk", "name: net-a", False, id="in-the-workloads-not-its-own"),
        pytest.param("", "spk", "name: net-a, namespace: lab", False, id="in-another"),
        pytest.param("", None, "name: net-a, namespace: lab", False, id="in-another-than-the-releases"),
        pytest.param("", None, "name: net-b", False, id="of-another-name"),
        pytest.param("", None, "labels: {}", False, id="of-no-name"),
    ],
)
def test_which_definition_is_the_same(configured: str, namespace: str | None, metadata: str, present: bool) -> None:
    given = settings(f"[{{name: net-a, master: ens1{configured}}}]")
    missing = definitions.missing(given, namespace, defined(CNI, metadata))
    assert missing == (() if present else given.networks)


@pytest.mark.parametrize(
    ("listed", "namespace", "said"),
    [
        pytest.param(
            "[{name: a, master: e}, {name: a, master: f, namespace: spk}]", "spk", "spk/a", id="the-workloads"
        ),
        pytest.param(
            "[{name: a, master: e, namespace: spk}, {name: b, master: f}, {name: a, master: g}]",
            "spk",
            "spk/a",
            id="last",
        ),
    ],
)
def test_two_networks_that_turn_out_to_be_one_are_refused(listed: str, namespace: str, said: str) -> None:
    with pytest.raises(InputError, match=f"{said} is listed twice in the config; "):
        definitions.missing(settings(listed), namespace, [])


def test_networks_of_one_name_in_two_namespaces_are_two() -> None:
    given = settings("[{name: a, master: e}, {name: a, master: f, namespace: spk}]")
    assert definitions.missing(given, "lab", []) == given.networks


def test_networks_of_one_name_may_be_one_if_the_releases_namespace_is_not_known() -> None:
    given = settings("[{name: a, master: e}, {name: a, master: f, namespace: spk}]")
    with pytest.raises(InputError, match=r"^the config lists a with and without a namespace, .*; set the namespace of"):
        definitions.missing(given, None, [])


@pytest.mark.parametrize(
    ("configured", "metadata"),
    [(", namespace: lab", "name: net-a"), ("", "name: net-a, namespace: lab")],
    ids=["the-streams-has-none", "the-configs-has-none"],
)
def test_a_definition_that_may_be_the_networks_has_its_meaning(configured: str, metadata: str) -> None:
    """The Helm release may be in this namespace. The last of two definitions would then be used."""
    given = settings(f"[{{name: net-a, master: ens1{configured}}}]")
    assert definitions.missing(given, None, defined(CNI, metadata)) == given.networks
    with pytest.raises(InputError, match=r"the stream already defines net-a, with a different CNI config: master is"):
        definitions.missing(given, None, defined(CNI.replace("ens1", "ens2"), metadata))
    two = [*defined(CNI, "name: net-a, namespace: lab"), *defined(CNI.replace("ens1", "ens2"), "name: net-a")]
    with pytest.raises(InputError, match="the stream defines net-a twice"):
        definitions.missing(given, None, two)


def test_only_networks_to_create_are_missing_and_in_order() -> None:
    given = settings("[{name: c, master: e}, {name: b, master: e, create: false}, {name: a, master: e}]")
    assert [it.name for it in definitions.missing(given, None, [])] == ["c", "a"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("apiVersion: k8s.cni.cncf.io/v1\nkind: NetworkAttachmentDefinition\n", True),
        ("apiVersion: k8s.cni.cncf.io/v1beta1\nkind: NetworkAttachmentDefinition\n", False),
        ("apiVersion: other.io/v1\nkind: NetworkAttachmentDefinition\n", False),
        ("apiVersion: k8s.cni.cncf.io/v1\nkind: Other\n", False),
        ("kind: NetworkAttachmentDefinition\n", False),
        ("[NetworkAttachmentDefinition]\n", False),
    ],
)
def test_what_is_a_definition(text: str, found: bool) -> None:
    (thing,) = objects(text)
    assert network_definitions.is_definition(thing) is found


def test_a_definition_is_read_back_as_it_was_meant() -> None:
    given = network("mtu: 9000, labels: {on: 'off', '1': '2'}, annotations: {helm.sh/resource-policy: keep}")
    value = definitions.definition(given, "spk", {})
    text = "\n".join(emit.block(value, 0))
    assert yaml.safe_load(text) == value
    assert definitions.missing(Config((given,)), "spk", objects(text)) == ()
    assert nodes.text(nodes.find(nodes.compose(text), ("spec", "config"))) == emit.flow(
        network_definitions.cni_config(given)
    )


def test_a_definition_that_kubernetes_tools_skip_is_refused() -> None:
    given = settings("[{name: net-a, master: ens1}]")
    document = "apiVersion: k8s.cni.cncf.io/v1\nkind: NetworkAttachmentDefinition\nmetadata: {name: net-a}\n"
    text = f"kind: A\n...\n{document}spec: {{config: {json.dumps(CNI)}}}\n"
    with pytest.raises(InputError, match="no --- precedes the document that defines net-a"):
        definitions.missing(given, None, [it for it in objects(text) if it.name == "net-a"])
