"""Test clusters that are wrong in one respect: only the rows about this problem report it, and each gives a fix."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
import yaml

from tests.configs import TMM_NAME
from tests.hosts.cluster import clusters
from tests.hosts.cluster.clusters import HYPERVISOR, Change, both, forbidden, not_served, put, removed, set_at, the
from tests.hosts.helm.apiserver import Cluster

pytestmark = pytest.mark.hosts

DIFFERS, UNKNOWN, MANUAL = "differs", "unknown", "manual"

TMM = ("Deployment", TMM_NAME)
TEMPLATE = (*TMM, "spec", "template")
CONTAINER = (*TEMPLATE, "spec", "containers", 0)
ANNOTATIONS = (*TEMPLATE, "metadata", "annotations")
NETWORKS = "k8s.v1.cni.cncf.io/networks"
POD = ("Pod", "f5-tmm-1")
STATUS = (*POD, "metadata", "annotations")
DEFINITION = ("NetworkAttachmentDefinition", "macvlan-internal")
VLAN = ("F5SPKVlan", "macvlan-external")

#: The paths that a patch changes.
PATCHED = (
    "/spec/template/spec/containers/0/resources/limits/memory",
    "/spec/template/metadata/annotations/k8s.v1.cni.cncf.io~1networks",
)
MULTUS, MULTUS_RUNS = "Multus", "Multus on the nodes"
INJECTOR, CLUSTER_NETWORK = "network resources injector", "cluster network"
CPUS, HUGEPAGES = "CPUs of the nodes", "hugepages-2Mi of the nodes"
STATIC, TOPOLOGY = "CPU manager policy", "topology manager policy"
INTERNAL_NIC, EXTERNAL_NIC = "NIC ens224", "NIC ens256"
INTERNAL = "NetworkAttachmentDefinition default/macvlan-internal"
EXTERNAL = "NetworkAttachmentDefinition spk-ingress/macvlan-external"
WORKLOAD = "TMM workload"
ANNOTATION = f"annotation {NETWORKS}"
VETHS, PAGES = "variable TMM_MAPRES_ADDL_VETHS_ON_DP", "variable TMM_MAPRES_HUGEPAGES"
PODS, QOS, ATTACHED = "TMM pods", "quality of service of the pods", "networks of the pods"
INTERNAL_VLAN, EXTERNAL_VLAN = "F5SPKVlan macvlan-internal", "F5SPKVlan macvlan-external"


def every_node(*path: str, to: Any) -> Change:
    return both(*(set_at("Node", name, *path, to=to) for name in clusters.NODES))


def kubelet(node: str, **policies: str) -> Change:
    return lambda cluster: cluster.raw[clusters.configz(node)]["kubeletconfig"].update(policies)


def variable(name: str, value: str | None) -> Change:
    """Return a change that sets a variable of the TMM container, or removes it."""

    def change(cluster: Cluster) -> None:
        (container, _) = the(cluster, *TMM)["spec"]["template"]["spec"]["containers"]
        others = [it for it in container["env"] if it["name"] != name]
        container["env"] = others if value is None else [*others, {"name": name, "value": value}]

    return change


def amount(group: str, name: str, to: str) -> Change:
    return set_at(*CONTAINER, "resources", group, name, to=to)


def attached(*networks: tuple[str, str]) -> Change:
    report = json.dumps([{"name": name, "interface": interface} for interface, name in networks])
    return set_at(*STATUS, "k8s.v1.cni.cncf.io/network-status", to=report)


def waiting(**status: Any) -> Change:
    """Return a change that makes the pod not ready, with these other fields in its status."""
    not_ready = {"type": "Ready", "status": "False", "message": "containers with unready status: [f5-tmm]"}
    return set_at(*POD, "status", to={"qosClass": "Guaranteed", "conditions": [not_ready], **status})


def ending(cluster: Cluster) -> None:
    the(cluster, *POD)["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"


def injector(name: str) -> Change:
    """Return a change that leaves only an injector with this name."""

    def change(cluster: Cluster) -> None:
        found = the(cluster, "MutatingWebhookConfiguration", "network-resources-injector-config")
        removed("MutatingWebhookConfiguration")(cluster)
        put(cluster, {**found, "metadata": {"name": name}})

    return change


def pod_without_node(cluster: Cluster) -> None:
    """Add an unscheduled pod of the next rollout beside the running pod."""
    metadata = {"name": "f5-tmm-2", "namespace": "spk-ingress", "labels": {"app": "f5-tmm"}}
    status = {"phase": "Pending", "qosClass": "Guaranteed", "conditions": [UNSCHEDULABLE]}
    put(cluster, {**the(cluster, *POD), "metadata": metadata, "status": status})


MULTUS_STATUS = ("DaemonSet", "multus", "status")
NAMED = set_at(*DEFINITION, "metadata", "annotations", to={"k8s.v1.cni.cncf.io/resourceName": "openshift.io/a"})
NO_NODE = {CPUS: DIFFERS, HUGEPAGES: DIFFERS, **dict.fromkeys((STATIC, TOPOLOGY, INTERNAL_NIC, EXTERNAL_NIC), UNKNOWN)}
NO_PODS = {PODS: DIFFERS, QOS: UNKNOWN, ATTACHED: UNKNOWN}
TAINT = {"key": "spk", "effect": "NoSchedule"}
UNSCHEDULABLE = {"type": "PodScheduled", "status": "False", "message": "0/3 nodes are available"}

PREREQUISITES = [
    pytest.param(
        both(not_served("network-attachment-definitions"), removed("DaemonSet")),
        {MULTUS: DIFFERS, MULTUS_RUNS: UNKNOWN, INTERNAL: DIFFERS, EXTERNAL: DIFFERS, ATTACHED: UNKNOWN},
        "install Multus",
        id="no-multus",
    ),
    pytest.param(
        set_at("DaemonSet", "multus", "status", "numberReady", to=1),
        {MULTUS_RUNS: DIFFERS},
        "fix the DaemonSet multus",
        id="multus-not-ready-everywhere",
    ),
    pytest.param(
        both(set_at(*MULTUS_STATUS, "desiredNumberScheduled", to=1), set_at(*MULTUS_STATUS, "numberReady", to=1)),
        {MULTUS_RUNS: DIFFERS},
        "every node that TMM may run on: worker-1, worker-2",
        id="multus-on-one-node-of-two",
    ),
    pytest.param(removed("DaemonSet"), {MULTUS_RUNS: UNKNOWN}, "kubectl get daemonsets -A", id="multus-not-seen"),
    pytest.param(
        set_at("Network", "cluster", "status", "networkType", to="OpenShiftSDN"),
        {CLUSTER_NETWORK: DIFFERS},
        "OVN-Kubernetes",
        id="another-cluster-network",
    ),
    pytest.param(not_served("networks"), {CLUSTER_NETWORK: MANUAL}, "ovnkube-node", id="not-openshift"),
    pytest.param(
        NAMED,
        {INJECTOR: DIFFERS},
        "remove the annotation k8s.v1.cni.cncf.io/resourceName",
        id="injector-with-a-resource-name",
    ),
    pytest.param(
        both(NAMED, injector("network-resources-injector-mutating-config")),
        {INJECTOR: DIFFERS},
        "remove the annotation",
        id="upstreams-injector",
    ),
    pytest.param(
        both(NAMED, injector("cnv-network-resources-injector-config")),
        {INJECTOR: DIFFERS},
        "remove the annotation",
        id="injector-of-openshift-virtualization",
    ),
    pytest.param(
        every_node("status", "allocatable", "hugepages-2Mi", to="1570Mi"),
        {HUGEPAGES: DIFFERS},
        "configure more 2Mi hugepages",
        id="too-few-hugepages",
    ),
    pytest.param(
        every_node("status", "allocatable", to={"cpu": "8"}), {HUGEPAGES: DIFFERS}, "hugepages", id="no-hugepages"
    ),
    pytest.param(
        every_node("status", "allocatable", "cpu", to="1499m"), {CPUS: DIFFERS}, "more CPUs", id="too-few-cpus"
    ),
    pytest.param(
        both(
            set_at("Node", "worker-1", "status", "allocatable", "cpu", to="500m"),
            set_at("Node", "worker-2", "status", "allocatable", "hugepages-2Mi", to="0"),
        ),
        {CPUS: DIFFERS, HUGEPAGES: DIFFERS},
        "give one node both",
        id="cpus-here-and-hugepages-there",
    ),
    pytest.param(
        set_at(*TEMPLATE, "spec", "nodeSelector", to={"spk": "no"}), NO_NODE, "nodeSelector", id="no-such-node"
    ),
    pytest.param(every_node("spec", to={"unschedulable": True}), NO_NODE, "uncordon", id="every-node-cordoned"),
    pytest.param(every_node("spec", to={"taints": [TAINT]}), NO_NODE, "tolerations", id="every-node-tainted"),
    pytest.param(
        kubelet("worker-2", cpuManagerPolicy="none"), {STATIC: DIFFERS}, "cpuManagerPolicy: static", id="not-static"
    ),
    pytest.param(
        lambda cluster: cluster.raw.pop(clusters.configz("worker-2")),
        {STATIC: UNKNOWN, TOPOLOGY: UNKNOWN},
        "kubelet's configuration",
        id="one-kubelet-not-seen",
    ),
    pytest.param(
        set_at("NodeNetworkState", "worker-2", "status", "currentState", "interfaces", to=[{"name": "ens224"}]),
        {EXTERNAL_NIC: DIFFERS},
        "give a NIC of these nodes the alternative name ens256",
        id="a-nic-is-missing",
    ),
    pytest.param(
        removed("NodeNetworkState", "worker-2"),
        {INTERNAL_NIC: UNKNOWN, EXTERNAL_NIC: UNKNOWN},
        "ip link show ens224",
        id="nics-of-one-node-not-seen",
    ),
    pytest.param(
        set_at("NodeNetworkState", "worker-2", "status", to={}),
        {INTERNAL_NIC: UNKNOWN, EXTERNAL_NIC: UNKNOWN},
        "ip link show ens224",
        id="nmstate-has-not-looked-yet",
    ),
    pytest.param(
        not_served("nodenetworkstates"),
        {INTERNAL_NIC: UNKNOWN, EXTERNAL_NIC: UNKNOWN},
        "ip link show ens224",
        id="no-nmstate",
    ),
]
CONFIGURATION = [
    pytest.param(removed(*DEFINITION), {INTERNAL: DIFFERS, ATTACHED: UNKNOWN}, "deploy again", id="no-definition"),
    pytest.param(
        set_at(
            *DEFINITION, "spec", "config", to='{"cniVersion":"0.3.1","type":"macvlan","master":"eth1","mode":"bridge"}'
        ),
        {INTERNAL: DIFFERS},
        "create: false",
        id="definition-of-another-nic",
    ),
    pytest.param(
        set_at(*DEFINITION, "spec", "config", to="{"), {INTERNAL: DIFFERS}, "deploy again", id="definition-no-json"
    ),
    pytest.param(
        set_at(*DEFINITION, "spec", to={}), {INTERNAL: DIFFERS}, "deploy again", id="definition-without-config"
    ),
    pytest.param(
        removed(*TMM),
        {WORKLOAD: DIFFERS, PODS: UNKNOWN, QOS: UNKNOWN, ATTACHED: UNKNOWN},
        "install SPK",
        id="no-workload",
    ),
    pytest.param(
        set_at(*CONTAINER, "name", to="tmm"),
        {WORKLOAD: DIFFERS},
        "fix the chart",
        id="container-not-found",
    ),
    pytest.param(
        set_at(*ANNOTATIONS, NETWORKS, to="spk-ingress/macvlan-external,default/macvlan-internal"),
        {ANNOTATION: DIFFERS},
        "deploy again",
        id="networks-in-another-order",
    ),
    pytest.param(
        set_at(*ANNOTATIONS[:-1], to={"labels": {}}), {ANNOTATION: DIFFERS}, "deploy again", id="no-annotations"
    ),
    pytest.param(
        set_at(*ANNOTATIONS, "robin.io/networks", to="a/b"),
        {"annotation robin.io/networks": DIFFERS},
        "Robin",
        id="robins-annotation",
    ),
    pytest.param(variable(VETHS.split()[1], None), {VETHS: DIFFERS}, "kernel interfaces", id="no-flag"),
    pytest.param(variable(VETHS.split()[1], "FALSE"), {VETHS: DIFFERS}, "kernel interfaces", id="flag-off"),
    pytest.param(variable(PAGES.split()[1], "1536"), {PAGES: DIFFERS}, "2Mi pages", id="pages-of-the-old-amount"),
    pytest.param(variable(PAGES.split()[1], None), {PAGES: DIFFERS}, "2Mi pages", id="no-pages"),
    pytest.param(
        variable("OPENSHIFT_VFIO_RESOURCE_2", "x"),
        {"variable OPENSHIFT_VFIO_RESOURCE_2": DIFFERS},
        "deploy again",
        id="variable-of-a-device",
    ),
    pytest.param(
        variable("TMM_DEFAULT_MTU", "1500"), {"variable TMM_DEFAULT_MTU": DIFFERS}, "spec.tmm.env", id="another-mtu"
    ),
    pytest.param(
        lambda cluster: the(cluster, *TMM)["spec"]["template"]["spec"]["containers"][0].pop("env"),
        {VETHS: DIFFERS, PAGES: DIFFERS, "variable TMM_DEFAULT_MTU": DIFFERS},
        "deploy again",
        id="no-variables-at-all",
    ),
    pytest.param(
        amount("limits", "openshift.io/sriovExternal", "1"),
        {"limits openshift.io/sriovExternal": DIFFERS},
        "no device plugin",
        id="device-plugin",
    ),
    pytest.param(
        amount("requests", "cpu", "2"), {"requests cpu": DIFFERS}, "limits and requests", id="another-request"
    ),
    pytest.param(
        amount("limits", "memory", "3Gi"), {"limits memory": DIFFERS}, "spec.tmm.resources", id="another-limit"
    ),
]
RESULT = [
    pytest.param(removed("Pod"), NO_PODS, "kubectl describe deployment/f5-tmm", id="no-pods"),
    pytest.param(ending, NO_PODS, "kubectl describe deployment/f5-tmm", id="pod-that-ends"),
    pytest.param(
        both(removed("Pod"), set_at(*TMM, "spec", "replicas", to=0)),
        NO_PODS,
        "kubectl scale deployment/f5-tmm -n spk-ingress",
        id="scaled-to-0",
    ),
    pytest.param(set_at(*TMM, "spec", "replicas", to=2), {PODS: DIFFERS}, "wait", id="one-replica-is-missing"),
    pytest.param(
        both(pod_without_node, set_at(*TMM, "status", "updatedReplicas", to=0)),
        {PODS: DIFFERS, ATTACHED: UNKNOWN},
        "kubectl describe pod/f5-tmm-2",
        id="rollout-that-is-stuck",
    ),
    pytest.param(set_at(*TMM, "spec", "paused", to=True), {PODS: DIFFERS}, "kubectl rollout resume", id="paused"),
    pytest.param(set_at(*TMM, "status", to={}), {PODS: DIFFERS}, "wait", id="rollout-that-never-started"),
    pytest.param(waiting(), {PODS: DIFFERS}, "kubectl describe pod/f5-tmm-1", id="pod-not-ready"),
    pytest.param(waiting(conditions=[UNSCHEDULABLE]), {PODS: DIFFERS}, "describe pod/f5-tmm-1", id="pod-without-node"),
    pytest.param(
        waiting(containerStatuses=[{"name": "f5-tmm", "state": {"waiting": {"reason": "CrashLoopBackOff"}}}]),
        {PODS: DIFFERS},
        "describe pod/f5-tmm-1",
        id="container-that-crashes",
    ),
    pytest.param(set_at(*POD, "status", "qosClass", to="Burstable"), {QOS: DIFFERS}, "equal limits", id="burstable"),
    pytest.param(
        attached(("net1", "spk-ingress/macvlan-external"), ("net2", "default/macvlan-internal")),
        {ATTACHED: DIFFERS},
        "delete the pod",
        id="attached-in-another-order",
    ),
    pytest.param(
        attached(("net1", "default/macvlan-internal"), ("ext0", "spk-ingress/macvlan-external")),
        {ATTACHED: DIFFERS},
        "delete the pod",
        id="another-interface",
    ),
    pytest.param(
        attached(("net1", "default/macvlan-internal")), {ATTACHED: DIFFERS}, "delete the pod", id="one-network"
    ),
    pytest.param(set_at(*STATUS[:-1], "annotations", to={}), {ATTACHED: DIFFERS}, "Multus' log", id="no-report"),
    pytest.param(removed(*VLAN), {EXTERNAL_VLAN: DIFFERS}, "spk-macvlan vlans", id="no-vlan"),
    pytest.param(set_at(*VLAN, "spec", "tag", to=21), {EXTERNAL_VLAN: DIFFERS}, "spk-macvlan vlans", id="another-tag"),
    pytest.param(
        set_at(*VLAN, "spec", "selfip_v6s", to=["fd00::1"]), {EXTERNAL_VLAN: DIFFERS}, "vlans", id="one-self-ip-more"
    ),
    pytest.param(
        set_at(*VLAN, "spec", "interfaces", to=["1.1"]),
        {EXTERNAL_VLAN: DIFFERS},
        "vlans",
        id="vlan-on-another-interface",
    ),
    pytest.param(
        set_at(*VLAN, "spec", "selfip_v4s", to=["10.1.10.99"]), {EXTERNAL_VLAN: DIFFERS}, "vlans", id="another-self-ip"
    ),
    pytest.param(
        not_served("f5-spk-vlans"),
        {INTERNAL_VLAN: UNKNOWN, EXTERNAL_VLAN: UNKNOWN},
        "includes the definition",
        id="vlans-not-served",
    ),
]


def policy(kind: str, name: str, **spec: Any) -> Change:
    """Return a change that puts a policy or a binding into the cluster."""
    return lambda cluster: put(cluster, {"kind": f"{kind}AdmissionPolicy", "metadata": {"name": name}, "spec": spec})


def binding(kind: str, name: str, policy: str, namespace: str = "") -> Change:
    labels = {"kubernetes.io/metadata.name": namespace} if namespace else {}
    spec = {"policyName": policy, "matchResources": {"namespaceSelector": {"matchLabels": labels}}}
    metadata = {"name": name}
    return lambda cluster: put(cluster, {"kind": f"{kind}AdmissionPolicyBinding", "metadata": metadata, "spec": spec})


VALIDATING, MUTATING = "ValidatingAdmissionPolicy", "MutatingAdmissionPolicy"
GUARD, CONVERTER = "spk-macvlan-guard", "lab-spk-macvlan-converter.in.spk-ingress"
POLICIES = [
    pytest.param(
        policy("Validating", GUARD),
        {f"{VALIDATING} {GUARD}": DIFFERS},
        "compile again",
        id="a-policy-without-a-binding",
    ),
    pytest.param(
        both(policy("Mutating", CONVERTER), binding("Mutating", "a", "spk-macvlan-converter.in.spk-ingress")),
        {f"{MUTATING} {CONVERTER}": DIFFERS, f"{MUTATING}Binding a": DIFFERS},
        "--format policy DIR",
        id="kustomize-renamed-only-the-policy",
    ),
    pytest.param(
        both(policy("Mutating", CONVERTER), forbidden("mutatingadmissionpolicybindings")),
        {f"{MUTATING} {CONVERTER}": UNKNOWN},
        "",
        id="bindings-are-forbidden",
    ),
    pytest.param(
        forbidden("mutatingadmissionpolicies"), {f"{MUTATING} of spk-macvlan": UNKNOWN}, "", id="policies-are-forbidden"
    ),
]


@pytest.mark.parametrize(
    ("change", "rows"),
    [
        pytest.param(both(policy("Validating", "other"), binding("Mutating", "b", "another")), [], id="others"),
        pytest.param(
            both(policy("Validating", GUARD), binding("Validating", "a", GUARD, "elsewhere")), [], id="another-lab"
        ),
        pytest.param(binding("Validating", "a", GUARD, "elsewhere"), [], id="another-lab-without-its-policy"),
        pytest.param(
            both(policy("Validating", GUARD), binding("Validating", "a", GUARD, "spk-ingress")),
            [f"{VALIDATING} {GUARD}"],
            id="bound-to-the-namespace",
        ),
        pytest.param(
            both(policy("Validating", GUARD), binding("Validating", "a", GUARD)),
            [f"{VALIDATING} {GUARD}"],
            id="bound-to-all-namespaces",
        ),
        pytest.param(
            both(forbidden("mutatingadmissionpolicies"), not_served("mutatingadmissionpolicies")), [], id="not-served"
        ),
    ],
)
def test_policies_that_are_right(
    verify: Callable[..., CompletedProcess[bytes]], cluster: Cluster, change: Change, rows: list[str]
) -> None:
    change(cluster)
    found = {row["what"]: row["state"] for row in json.loads(verify("--format", "json").stdout)["rows"]}
    assert {what: state for what, state in found.items() if "AdmissionPolicy" in what} == dict.fromkeys(rows, "ok")


@pytest.mark.parametrize(("change", "rows", "advice"), [*PREREQUISITES, *CONFIGURATION, *POLICIES, *RESULT])
def test_exactly_the_rows_that_are_about_it_are_not_ok(
    verify: Callable[..., CompletedProcess[bytes]], cluster: Cluster, change: Change, rows: dict[str, str], advice: str
) -> None:
    change(cluster)
    done = verify("--format", "json")
    found = {row["what"]: row for row in json.loads(done.stdout)["rows"]}
    not_ok = {what: row["state"] for what, row in found.items() if row["state"] != "ok"}
    assert not_ok == {HYPERVISOR: MANUAL, **rows}
    assert done.returncode == (DIFFERS in rows.values())
    assert advice in (found[next(iter(rows))]["fix"] or "")


def test_a_refusal_says_where_in_the_object_and_in_no_file(
    verify: Callable[..., CompletedProcess[bytes]], cluster: Cluster
) -> None:
    set_at(*CONTAINER, "name", to="tmm")(cluster)
    printed = verify().stdout.decode()
    assert "found spec.template.spec.containers: not a TMM: no container named f5-tmm" in printed
    assert "<stdin>" not in printed


def test_two_tmms_are_not_guessed_between(verify: Callable[..., CompletedProcess[bytes]], cluster: Cluster) -> None:
    put(cluster, {**the(cluster, *TMM), "kind": "DaemonSet"})
    done = verify()
    assert (done.returncode, done.stdout) == (3, b"")
    assert b"2 TMM workloads: Deployment spk-ingress/f5-tmm, DaemonSet spk-ingress/f5-tmm; use" in done.stderr


def test_an_instance_and_a_workload_elsewhere_are_two_tmms(
    verify: Callable[..., CompletedProcess[bytes]], cluster: Cluster, tmp_path: Path
) -> None:
    (tmp_path / "spk-macvlan.yaml").write_text(clusters.CONFIG.replace("    namespace: spk-ingress\n", ""))
    instance = yaml.safe_load(clusters.INSTANCE)
    instance["metadata"]["namespace"] = "bnk"
    put(cluster, instance)
    done = verify()
    assert (done.returncode, done.stdout) == (3, b"")
    assert b"2 TMM workloads: CNEInstance bnk/bnk, Deployment spk-ingress/f5-tmm; use --namespace" in done.stderr


def test_what_a_patch_may_have_changed_is_unknown(
    states: Callable[..., dict[str, str]], cluster: Cluster, tmp_path: Path
) -> None:
    operations = ", ".join(f"{{op: add, path: {path}, value: x}}" for path in PATCHED)
    patches = f"  patches:\n  - {{target: {{kind: Deployment}}, patch: [{operations}]}}\n"
    (tmp_path / "spk-macvlan.yaml").write_text(clusters.CONFIG + patches)
    both(amount("limits", "memory", "6Gi"), set_at(*ANNOTATIONS, NETWORKS, to="a/b"), attached(("net1", "a/b")))(
        cluster
    )
    found = {"limits memory": UNKNOWN, ANNOTATION: UNKNOWN, ATTACHED: UNKNOWN, "patches": MANUAL, HYPERVISOR: MANUAL}
    assert states() == found
    amount("requests", "memory", "6Gi")(cluster)
    assert states() == {**found, "requests memory": DIFFERS}


def test_a_definition_that_a_patch_may_have_changed_is_unknown(
    states: Callable[..., dict[str, str]], cluster: Cluster, tmp_path: Path
) -> None:
    operation = "{op: replace, path: /spec/config, value: x}"
    patch = f"{{target: {{kind: NetworkAttachmentDefinition, name: macvlan-internal}}, patch: [{operation}]}}"
    (tmp_path / "spk-macvlan.yaml").write_text(f"{clusters.CONFIG}  patches: [{patch}]\n")
    set_at(*DEFINITION, "spec", "config", to="x")(cluster)
    assert states() == {INTERNAL: UNKNOWN, "patches": MANUAL, HYPERVISOR: MANUAL}


def test_a_line_break_in_a_name_stays_in_its_line(
    verify: Callable[..., CompletedProcess[bytes]], cluster: Cluster
) -> None:
    set_at(*ANNOTATIONS, NETWORKS, to="a\nok      all is well\x1b[2J|`b`")(cluster)
    for form in ("text", "markdown"):
        printed = verify("--format", form).stdout.decode()
        assert "\x1b" not in printed
        assert not [line for line in printed.splitlines() if line.startswith("ok      all")]
