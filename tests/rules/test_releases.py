"""Test the rules that depend on the F5 release of BIG-IP Next for Kubernetes, beyond the examples on their pages."""

from __future__ import annotations

import pytest

from postrender import config, conversion
from postrender.conversion import checks
from postrender.rules import (
    controller_mtu,
    egress_subnet,
    gateway_group,
    gateway_settings,
    ignored_self_ips,
    infra_pools,
    instance_devices,
    instance_hugepages,
    instance_sriov,
    instance_version,
    reserved_name,
    rollout,
    scheduling,
    veths_off,
)
from postrender.rules import product as product_rule
from postrender.rules.subject import Subject
from postrender.spk import infra, product
from postrender.spk.product import Product
from postrender.yamledit import nodes
from tests.configs import HEAD
from tests.patience import at_most
from tests.rules.examples import completed

CONFIG = config.parse(f"{HEAD}spec: {{networks: [{{name: a, master: e}}]}}\n".encode())
SETTINGS = 'advanced: {cneController: {env: [{name: USE_GATEWAY_SETTINGS, value: "true"}]}}'
V24 = f"kind: CNEInstance\nspec: {{manifestVersion: 2.4.0, {SETTINGS}}}"
V24_WITHOUT = "kind: CNEInstance\nspec: {manifestVersion: 2.4.0}"
V23 = "kind: CNEInstance\nspec: {manifestVersion: 2.3.0}"
UNKNOWN = "kind: CNEInstance\nspec: {manifestVersion: latest}"
INFRA = "apiVersion: gateway.k8s.f5.com/v1alpha1\nkind: Infra\nmetadata: {name: infra}\nspec: %s"
VLAN = "kind: F5SPKVlan\nmetadata: {name: inside}"
POOL = "networks: [{name: a, master: e, vlan: {pool: {rangeStart: 10.1.1.64, rangeEnd: 10.1.1.95}}}]"
REMOVED = "{op: remove, path: /spec/advanced/tmm/resources"
FIXED = "networks: [{name: a, master: e, vlan: {internal: true}}]"


def found(rule: object, *documents: str) -> list[tuple[str, str]]:
    """Return the level and message of each of a rule's findings."""
    return [(it.level, it.message) for it in rule.apply(completed("\n---\n".join(documents)))]  # type: ignore[attr-defined]


# Tests of the F5 release.


@pytest.mark.parametrize(
    ("written", "release"),
    [
        ("2.4.0", (2, 4)),
        ("2.4", (2, 4)),
        ("2.4.0-EA-1", (2, 4)),
        ("2.4.0-3.3175.0+0.0.380", (2, 4)),
        ("2.3-rc", (2, 3)),
        ("10.11.0", (10, 11)),
        ("2", None),
        ("2.x", None),
        ("v2.4", None),
        ("2.4+1", None),
        ("", None),
        ("2.99999", None),
    ],
)
def test_a_release_is_read_from_a_version(written: str, release: tuple[int, int] | None) -> None:
    assert product.release_of(written) == release


@pytest.mark.parametrize("written", ["SPK", "CNF", "BNK 2.4", "BNK 10.0"])
def test_a_product_is_written_as_it_is_read(written: str) -> None:
    assert str(product.parse(written)) == written


@pytest.mark.parametrize("written", ["spk", "BNK", "BNK 2", "BNK 2.4.0", "BNK  2.4", "BNK 02.4", "CNF 2.4", "SPK ", ""])
def test_anything_else_is_no_product(written: str) -> None:
    assert product.parse(written) is None


@pytest.mark.parametrize(
    ("example", "known"),
    [
        pytest.param(V24, Product("BNK", (2, 4)), id="a-version"),
        pytest.param(UNKNOWN, Product("BNK"), id="an-unknown-version"),
        pytest.param(f"{UNKNOWN}\n---\n{INFRA % '{}'}", Product("BNK", (2, 4)), id="an-infra-beside-it"),
        pytest.param("replicas: 1", Product("SPK or CNF"), id="a-workload"),
        pytest.param(
            f"kind: CNEInstance\nspec: {{manifestVersion: null, {SETTINGS}}}", Product("BNK", (2, 4)), id="the-switch"
        ),
        pytest.param("kind: CNEInstance\nspec: {manifestVersion: null}", Product("BNK"), id="nothing"),
    ],
)
def test_a_product_is_told_by_the_stream_and_never_guessed(example: str, known: Product) -> None:
    assert completed(example).product == known


# Tests of what depends on the F5 release.


@pytest.mark.parametrize(
    ("documents", "level"),
    [
        pytest.param([V24_WITHOUT], "warning", id="nothing-waits"),
        pytest.param([V24_WITHOUT, INFRA % "{}"], "error", id="an-infra-waits"),
        pytest.param([V24_WITHOUT, POOL], "error", id="the-configs-infra-would-wait"),
        pytest.param([V24, INFRA % "{}"], None, id="it-is-read"),
        pytest.param([V23], None, id="an-earlier-release"),
        pytest.param([UNKNOWN], None, id="unknown"),
    ],
)
def test_gateway_settings(documents: list[str], level: str | None) -> None:
    assert [it for it, _ in found(gateway_settings, *documents)] == ([level] if level else [])


@pytest.mark.parametrize(
    ("documents", "messages"),
    [
        pytest.param([V24, VLAN], ["BNK 2.4 ignores F5SPKVlan inside"], id="a-vlan-on-2.4"),
        pytest.param([V24_WITHOUT, VLAN], [], id="without-the-switch-nobody-knows"),
        pytest.param(
            [V24, FIXED], ["BNK 2.4 takes self IPs from a pool, but a lists fixed addresses"], id="fixed-on-2.4"
        ),
        pytest.param([V24, POOL], [], id="a-pool-on-2.4"),
        pytest.param([V23, VLAN, FIXED], [], id="2.3"),
        pytest.param([V23, INFRA % "{}"], ["BNK 2.3 ignores Infra infra"], id="an-infra-on-2.3"),
        pytest.param(
            ["replicas: 1", POOL],
            ["the pool of a needs an Infra object, which SPK or CNF does not know"],
            id="a-pool-on-spk",
        ),
        pytest.param([UNKNOWN, VLAN, FIXED], [], id="unknown"),
    ],
)
def test_ignored_self_ips(documents: list[str], messages: list[str]) -> None:
    assert [it for _, it in found(ignored_self_ips, *documents)] == messages


@pytest.mark.parametrize(
    ("pool", "level"),
    [
        pytest.param("rangeStart: 10.1.1.1, rangeEnd: 10.1.1.1", "error", id="one-address"),
        pytest.param("cidr: 10.1.1.0/30", "error", id="a-30"),
        pytest.param("rangeStart: 10.1.1.1, rangeEnd: 10.1.1.5", "warning", id="five"),
        pytest.param("cidr: 10.1.1.0/28", "warning", id="a-28"),
        pytest.param("rangeStart: 10.1.1.224, rangeEnd: 10.1.1.254", None, id="31"),
        pytest.param("cidr: 10.1.1.0/27", None, id="a-27"),
        pytest.param("cidr: fd00::/64", None, id="ipv6"),
        pytest.param("cidr: nothing", None, id="no-subnet"),
        pytest.param("rangeStart: 10.1.1.1", None, id="half-a-range"),
    ],
)
def test_infra_pools(pool: str, level: str | None) -> None:
    infra = INFRA % f"{{ipams: [{{name: it, ipPools: [{{{pool}}}]}}]}}"
    assert [it for it, _ in found(infra_pools, V24, infra)] == ([level] if level else [])


@pytest.mark.parametrize(
    ("spec", "messages"),
    [
        pytest.param("ipams: [{name: it, ipPools: [{cidr: 10.1.0.0/24}]}]", [], id="beside-the-default"),
        pytest.param(
            "ipams: [{name: it, ipPools: [{cidr: 10.0.9.0/24}]}]",
            ["the pool of it overlaps the egress subnet (by default 10.0.0.0/16)"],
            id="in-the-default",
        ),
        pytest.param(
            "egressDefaults: {subnet: 198.18.0.0/16}, ipams: [{name: it, ipPools: [{cidr: 10.0.9.0/24}]}]",
            [],
            id="another-subnet",
        ),
        pytest.param(
            "egressDefaults: {subnet: 10.1.0.0/16}, ipams: [{name: it, ipPools: [{cidr: 10.1.9.0/24}]}]",
            ["the pool of it overlaps the egress subnet"],
            id="in-its-own-subnet",
        ),
        pytest.param(
            "ipams: [{name: a, ipPools: [{cidr: 10.1.0.0/24}]}, {name: b, ipPools: [{cidr: 10.1.0.0/25}]}]",
            ["the pool of b overlaps a"],
            id="two-pools",
        ),
        pytest.param("egressDefaults: {subnet: x}, ipams: [{ipPools: [{cidr: 10.0.0.0/24}]}]", [], id="no-subnet"),
        pytest.param(
            "egressDefaults: {subnet: x}, ipams: [{name: a, ipPools: [{cidr: 10.1.0.0/24}, {cidr: 10.1.0.0/25}]}]",
            ["the pool of a overlaps a"],
            id="two-pools-and-no-subnet",
        ),
    ],
)
def test_egress_subnet(spec: str, messages: list[str]) -> None:
    assert [it for _, it in found(egress_subnet, V24, INFRA % f"{{{spec}}}")] == messages


@pytest.mark.parametrize(
    ("instance", "said"),
    [
        pytest.param(
            "manifestVersion: 2.3.0, deploymentSize: Tiny", "does not accept deploymentSize Tiny", id="tiny-on-2.3"
        ),
        pytest.param("manifestVersion: 2.4.0, deploymentSize: Tiny", None, id="tiny-on-2.4"),
        pytest.param("manifestVersion: 2.4.0-3.3175.0+0.0.380", "has a +, but the tags of", id="a-plus"),
        pytest.param("manifestVersion: latest, deploymentSize: Tiny", None, id="unknown"),
    ],
)
def test_instance_version(instance: str, said: str | None) -> None:
    messages = [it for _, it in found(instance_version, f"kind: CNEInstance\nspec: {{{instance}}}")]
    assert len(messages) == (said is not None)
    assert all(str(said) in it for it in messages)


@pytest.mark.parametrize(
    ("given", "stream", "differs"),
    [
        ("BNK 2.4", V23, True),
        ("BNK 2.3", V23, False),
        ("SPK", V23, True),
        ("CNF", V24, True),
        ("BNK 2.4", UNKNOWN, False),
        ("BNK 2.4", "replicas: 1", True),
        ("SPK", "replicas: 1", False),
        ("CNF", "replicas: 1", False),
    ],
)
def test_the_configs_product_is_that_of_the_stream(given: str, stream: str, differs: bool) -> None:
    assert bool(found(product_rule, f"product: {given}", stream)) is differs


def test_the_version_of_a_gateway_class_counts() -> None:
    node = nodes.compose("spec: {manifestVersion: 2.0.0-1.7.8-0.3.37}")
    assert node is not None
    assert product.of_instance("BNKGatewayClass", node) == Product("BNK", (2, 0))


def test_many_warnings_hide_no_error() -> None:
    pools = ", ".join(f"{{name: it, ipPools: [{{cidr: 10.{number}.0.0/28}}]}}" for number in range(1, 120))
    infra = INFRA % f"{{ipams: [{pools}, {{name: it, ipPools: [{{cidr: 11.0.0.0/32}}]}}]}}"
    stream = f"apiVersion: k8s.f5.com/v1\nmetadata: {{name: lab}}\n{V24}\n---\n{infra}\n".encode()
    given = completed(V24).config
    said = checks.findings(conversion.convert(stream, given), given, whole_stream=True)
    levels = [it.level for it in said if it.rule == infra_pools.ID]
    assert (levels.count("warning"), levels.count("error")) == (checks.MOST + 1, 1)


def test_thousands_of_pools_are_compared_at_once() -> None:
    pools = [
        infra.of_range("it", f"10.{number >> 8}.{number & 255}.0", f"10.{number >> 8}.{number & 255}.9")
        for number in range(60000)
    ]
    with at_most(20):
        assert [*infra.overlapping(pools)] == []


def test_the_older_group_is_served_until_2_4() -> None:
    older = "apiVersion: gateway.k8s.f5net.com/v1\nkind: BNKNetPolicy\nmetadata: {name: p}"
    assert [len(found(gateway_group, it, older)) for it in (V24, V23, UNKNOWN)] == [1, 0, 0]


def test_the_name_is_free_before_2_4() -> None:
    networks = "networks: [{name: macvlan-internal, master: e}]"
    assert [len(found(reserved_name, it, networks)) for it in (V24, UNKNOWN, V23)] == [1, 1, 0]


@pytest.mark.parametrize(
    ("spec", "patch"),
    [
        ("dpu: {enabled: true}", "{op: remove, path: /spec/dpu/enabled}"),
        (
            "advanced: {demoMode: {enabled: false}}",
            "{op: replace, path: /spec/advanced/demoMode/enabled, value: true}",
        ),
        ("envDiscovery: {enabled: true}", "{op: add, path: /spec/envDiscovery/disableCheckVFs, value: true}"),
        (
            "advanced: {envDiscovery: {enabled: true}}",
            "{op: add, path: /spec/advanced/envDiscovery/disableCheckVFs, value: true}",
        ),
        ("advanced: {envDiscovery: {}}", None),
        ("envDiscovery: {enabled: true, disableCheckVFs: true}", None),
        ("envDiscovery: {enabled: false}", None),
        ("dpu: {enabled: false}", None),
    ],
)
def test_instance_devices_come_with_a_patch(spec: str, patch: str | None) -> None:
    fixes = [it.fix for it in instance_devices.apply(completed(f"kind: CNEInstance\nspec: {{{spec}}}"))]
    wanted = [f"paste into spec.patches: - {{target: {{kind: CNEInstance}}, patch: [{patch}]}}"] if patch else []
    assert fixes == wanted


def instance(kind: str, spec: str) -> Subject:
    """Return a subject whose TMM is a BNK instance object of this kind, before and after conversion."""
    text = f"apiVersion: k8s.f5.com/v1\nkind: {kind}\nmetadata: {{name: bnk, namespace: lab}}\nspec: {spec}\n"
    converted = conversion.convert(text.encode(), CONFIG)
    return Subject(CONFIG, converted.tmm, converted.result, converted.rendered)


def test_before_2_2_only_the_whole_discovery_can_be_turned_off() -> None:
    (finding,) = instance_devices.apply(instance("BNKGatewayClass", "{advanced: {envDiscovery: {enabled: true}}}"))
    assert "{op: remove, path: /spec/advanced/envDiscovery/enabled}" in finding.fix


@pytest.mark.parametrize(
    ("kind", "spec", "fix"),
    [
        ("BNKGatewayClass", "{}", "give the nodes hugepages, or turn on demoMode"),
        ("BNKGatewayClass", "{deploymentSize: Tiny}", "give the nodes hugepages, or turn on demoMode"),
        ("CNEInstance", "{manifestVersion: 2.3.0}", "give the nodes hugepages, or turn on demoMode"),
        (
            "CNEInstance",
            "{manifestVersion: 2.4.0}",
            "give the nodes hugepages, or turn on demoMode, or choose the size Tiny",
        ),
        ("CNEInstance", "{deploymentSize: Tiny}", None),
    ],
)
def test_the_size_tiny_is_advised_where_it_exists(kind: str, spec: str, fix: str | None) -> None:
    assert [it.fix for it in instance_hugepages.apply(instance(kind, spec))] == ([fix] if fix else [])


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("{dataPlane: {mode: sriov}}", [("spec.dataPlane.mode", "{op: remove, path: /spec/dataPlane/mode}")]),
        ("{advanced: {dataPlane: {mode: SRIOV}}}", [("spec.advanced.dataPlane.mode", "/spec/advanced/dataPlane/mode")]),
        ("{dataPlane: {mode: kernel}}", []),
        (
            "{advanced: {tmm: {env: [{name: A, value: b}, {name: PCIDEVICE_X, value: d}]}}}",
            [("spec.advanced.tmm.env.1", "add PCIDEVICE_X to spec.tmm.unsetEnv")],
        ),
        ("{advanced: {tmm: {env: [{name: ROBIN_VFIO_RESOURCE_X, value: d}]}}}", []),
        (
            "{advanced: {tmm: {resources: {limits: {cpu: 1, intel.com/a: 1}, requests: {intel.com/a: 1}}}}}",
            [
                (
                    "spec.advanced.tmm.resources.limits.intel.com/a",
                    f"[{REMOVED}/limits/intel.com~1a}}, {REMOVED}/requests/intel.com~1a}}]",
                )
            ],
        ),
    ],
)
def test_settings_for_sriov_that_the_conversion_keeps(spec: str, expected: list[tuple[str, str]]) -> None:
    findings = [*instance_sriov.apply(instance("CNEInstance", spec))]
    assert len(findings) == len(expected)
    for finding, (path, fix) in zip(findings, expected, strict=True):
        assert finding.place.path == path
        assert fix in finding.fix


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("FALSE", "the chart sets TMM_MAPRES_ADDL_VETHS_ON_DP to FALSE, which the conversion changes"),
        ("", "the chart sets TMM_MAPRES_ADDL_VETHS_ON_DP to an empty string, which the conversion changes"),
        ("true", None),
        ("TRUE", None),
    ],
)
def test_a_chart_that_turned_the_interfaces_off(value: str, message: str | None) -> None:
    env = f'[{{name: TMM_MAPRES_ADDL_VETHS_ON_DP, value: "{value}"}}]'
    findings = [*veths_off.apply(instance("CNEInstance", f"{{advanced: {{tmm: {{env: {env}}}}}}}"))]
    assert [it.message for it in findings] == ([message] if message else [])


# Tests of other objects than the TMM.


@pytest.mark.parametrize(("theirs", "differs"), [("9000", True), ("1500", False)])
def test_the_controller_of_an_instance_has_its_mtu(theirs: str, differs: bool) -> None:
    ours = 'tmm: {env: {TMM_DEFAULT_MTU: "1500"}}'
    env = f'[{{name: TMM_DEFAULT_MTU, value: "{theirs}"}}]'
    instance = f"kind: CNEInstance\nspec: {{advanced: {{cneController: {{env: {env}}}}}}}"
    assert bool(found(controller_mtu, ours, instance)) is differs


@pytest.mark.parametrize(
    ("pod", "messages"),
    [
        pytest.param("nodeSelector: {kubernetes.io/arch: amd64}", [], id="a-label-of-every-node"),
        pytest.param("affinity: {nodeAffinity: %s}", ["TMM requires nodes that match its nodeAffinity"], id="nodes"),
        pytest.param(
            "affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: []}}", [], id="preferred"
        ),
    ],
)
def test_scheduling(pod: str, messages: list[str]) -> None:
    required = "{requiredDuringSchedulingIgnoredDuringExecution: []}"
    assert [it for _, it in found(scheduling, pod.replace("%s", required))] == messages


HOST, ZONE = "kubernetes.io/hostname", "topology.kubernetes.io/zone"


def workload(selector: str, topology: str = HOST, replicas: int = 2, strategy: str = "{}") -> Subject:
    """Return a subject whose pods have the labels `app: f5-tmm` and `tier: lab`, and one anti-affinity term."""
    term = f"{{topologyKey: {topology}, labelSelector: {selector}}}"
    text = f"""\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: f5-tmm, namespace: lab}}
spec:
  replicas: {replicas}
  strategy: {strategy}
  template:
    metadata: {{labels: {{app: f5-tmm, tier: lab}}}}
    spec:
      affinity: {{podAntiAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: [{term}]}}}}
      containers: [{{name: f5-tmm}}]
"""
    converted = conversion.convert(text.encode(), CONFIG)
    return Subject(CONFIG, converted.tmm, converted.result, converted.rendered)


@pytest.mark.parametrize(
    ("selector", "selects"),
    [
        ("{matchLabels: {app: f5-tmm}}", True),
        ("{matchLabels: {app: f5-tmm, tier: lab}}", True),
        ("{}", True),
        ("{matchLabels: {app: f5-tmm, tier: other}}", False),
        ("{matchLabels: {missing: f5-tmm}}", False),
        ("null", False),
        ("{matchExpressions: [{key: app, operator: In, values: [other, f5-tmm]}]}", True),
        ("{matchExpressions: [{key: app, operator: In, values: [other]}]}", False),
        ("{matchExpressions: [{key: app, operator: NotIn, values: [f5-tmm]}]}", False),
        ("{matchExpressions: [{key: missing, operator: NotIn, values: [f5-tmm]}]}", True),
        ("{matchExpressions: [{key: app, operator: Exists}, {key: missing, operator: DoesNotExist}]}", True),
        ("{matchExpressions: [{key: app, operator: DoesNotExist}]}", False),
        ("{matchExpressions: [{key: missing, operator: Exists}]}", False),
        ("{matchExpressions: [{key: app, operator: Gt, values: ['1']}]}", False),
    ],
)
def test_which_anti_affinity_keeps_tmms_apart(selector: str, selects: bool) -> None:
    messages = [it.message for it in scheduling.apply(workload(selector))]
    assert messages == (["TMM's anti-affinity requires 2 different nodes"] if selects else [])


def test_one_replica_needs_no_second_node() -> None:
    assert [*scheduling.apply(workload("{}", replicas=1))] == []


@pytest.mark.parametrize(
    ("topology", "parts"),
    [
        (HOST, "nodes"),
        (ZONE, "zones"),
        ("topology.kubernetes.io/region", "regions"),
        ("lab/rack", "values of the node label lab/rack"),
    ],
)
def test_what_an_update_needs_with_anti_affinity(topology: str, parts: str) -> None:
    (finding,) = rollout.apply(workload("{}", topology))
    needs = f"CPUs and hugepages for 3 TMMs and 3 different {parts}"
    assert finding.message == f"an update starts the new TMM before the old one ends, which needs {needs}"
    assert "value: {type: RollingUpdate, rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}" in finding.fix
    (scheduled,) = scheduling.apply(workload("{}", topology))
    assert scheduled.message == f"TMM's anti-affinity requires 2 different {parts}"


@pytest.mark.parametrize(
    ("strategy", "waits_for_room"),
    [
        ("{type: null}", True),
        ("{type: RollingUpdate}", True),
        ("{type: Recreate}", False),
        ("{type: RollingUpdate, rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}", False),
        ('{type: RollingUpdate, rollingUpdate: {maxSurge: "0%", maxUnavailable: 25%}}', False),
        ("{type: RollingUpdate, rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}", True),
        ("{type: RollingUpdate, rollingUpdate: {maxSurge: 1, maxUnavailable: 1}}", False),
        ("{type: RollingUpdate, rollingUpdate: {maxUnavailable: 99%}}", True),
        ("{type: RollingUpdate, rollingUpdate: {maxUnavailable: 100%}}", False),
        ("{type: RollingUpdate, rollingUpdate: {maxUnavailable: x%}}", False),
    ],
)
def test_the_new_pod_waits_for_room(strategy: str, waits_for_room: bool) -> None:
    assert bool(found(rollout, f"replicas: 1\nstrategy: {strategy}")) is waits_for_room


@pytest.mark.parametrize(
    ("replicas", "rolling", "waits"),
    [
        (0, "{}", False),
        (2, "{}", True),
        (3, "{}", True),
        (4, "{}", False),
        (2, "{maxUnavailable: 50%}", False),
        (3, "{maxUnavailable: 33%}", True),
        (3, "{maxUnavailable: 34%}", False),
        (3, "{maxSurge: 1%, maxUnavailable: 0}", True),
        (3, "{maxSurge: 0, maxUnavailable: 0%}", False),
    ],
)
def test_percentages_are_rounded_as_kubernetes_rounds_them(replicas: int, rolling: str, waits: bool) -> None:
    example = f"replicas: {replicas}\nstrategy: {{type: RollingUpdate, rollingUpdate: {rolling}}}"
    assert bool(found(rollout, example)) is waits
