"""The cluster prerequisites from F5's "Macvlan Network Configuration", one row for each."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from postrender.spk import HUGEPAGES
from postrender.verify import kubectl, placement, rollout, rows
from postrender.verify.json_fields import at, maps, name_of, number, text
from postrender.verify.kubectl import Kind, Response
from postrender.verify.live import DAEMON_SETS, DEFINITIONS
from postrender.verify.rows import PREREQUISITES, Question

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from postrender.verify.json_fields import Object
    from postrender.verify.live import Live
    from postrender.verify.placement import Landing
    from postrender.verify.rows import Row

SECTION = "Prerequisites"
LIMITATIONS = "Limitations"
ARCHITECTURE = "Macvlan Architecture"

NETWORKS = Kind("config.openshift.io/v1", "networks")
NODE_STATES = Kind("nmstate.io/v1beta1", "nodenetworkstates")
WEBHOOKS = Kind("admissionregistration.k8s.io/v1", "mutatingwebhookconfigurations")
#: A part of the injector's name upstream, in the SR-IOV operator and in OpenShift Virtualization.
INJECTOR = "network-resources-injector"
INTERFACES = ("status", "currentState", "interfaces")
RESOURCE_NAME = "k8s.v1.cni.cncf.io/resourceName"
MULTUS = "multus"
OVN = "OVNKubernetes"
MOST = 96  #: the maximum number of kubelets whose configuration is read; each read runs the client program


def requests() -> list[kubectl.Request]:
    """Return the requests that are the same for every cluster."""
    kinds = (DAEMON_SETS, placement.NODES, NODE_STATES)
    return [*map(kubectl.of_every, kinds), kubectl.of_one(NETWORKS, "cluster")]


def rows_of(live: Live) -> Iterator[Row]:
    """Yield the rows about the prerequisites."""
    landing = placement.landing(live)
    yield _definitions_served(live)
    yield _multus_runs(live, landing)
    yield _cluster_network(live)
    yield _injector(live)
    yield from (_amount(live, landing, name) for name in placement.NEEDED)
    yield from _kubelets(live, landing)
    yield from _masters(live, landing)
    yield _hypervisor()


def _definitions_served(live: Live) -> Row:
    question = Question(PREREQUISITES, "Multus", f"{DEFINITIONS.plural} are served", ARCHITECTURE)
    if live.multus.unknown:
        return rows.unknown(question, live.multus.unknown)
    if not live.serves_definitions:
        return rows.differs(question, "not served", "install Multus")
    return rows.ok(question, "served")


def _multus_runs(live: Live, landing: Landing) -> Row:
    """Return the row about Multus' DaemonSets. Their names vary; older manifests have one for each architecture."""
    question = Question(PREREQUISITES, "Multus on the nodes", "ready on every node that TMM may run on", ARCHITECTURE)
    answer = kubectl.every(live.access, DAEMON_SETS)
    found = [item for item in answer.value or () if MULTUS in name_of(item) and "plugins" not in name_of(item)]
    if not found:
        why = answer.unknown or "no DaemonSet with multus in its name"
        return rows.unknown(question, why, "look for Multus with `kubectl get daemonsets -A`")
    return _covered(question, landing, found)


def _covered(question: Question, landing: Landing, obj: Sequence[Object]) -> Row:
    said = rows.shorten([f"{name_of(it)}: ready on {_ready(it)} of {_scheduled(it)} nodes" for it in obj])
    broken = [name_of(it) for it in obj if _ready(it) < _scheduled(it)]
    covered = sum(map(_ready, obj))
    if broken or not covered:
        return rows.differs(question, said, f"fix the DaemonSet {rows.shorten(broken or [name_of(obj[0])])}")
    if landing.unknown:
        return rows.unknown(question, f"{said}; TMM's nodes are unknown: {landing.unknown}")
    if covered < len(landing.likely):
        nodes = rows.shorten([name_of(node) for node in landing.likely])
        return rows.differs(question, said, f"let Multus run on every node that TMM may run on: {nodes}")
    return rows.ok(question, said)


def _ready(node: Object) -> int:
    return number(node, "status", "numberReady")


def _scheduled(node: Object) -> int:
    return number(node, "status", "desiredNumberScheduled")


def _cluster_network(live: Live) -> Row:
    question = Question(PREREQUISITES, "cluster network", OVN, SECTION)
    answer = kubectl.one(live.access, NETWORKS, "cluster")
    network = text(answer.value, "status", "networkType")
    if answer.unknown:
        return rows.unknown(question, answer.unknown)
    if answer.value is None:
        return rows.manual(question, "not OpenShift", "find ovnkube-node with `kubectl get pods -A`")
    if not network:
        return rows.unknown(question, "no network type", "run `oc get network.config cluster -o yaml`")
    if network != OVN:
        return rows.differs(question, network, "migrate the cluster to OVN-Kubernetes")
    return rows.ok(question, network)


def _injector(live: Live) -> Row:
    """Return the row about the webhook that requests an SR-IOV device for each network with a resource name."""
    expected = f"no network of the config has {RESOURCE_NAME}"
    question = Question(PREREQUISITES, "network resources injector", expected, SECTION)
    named = [name_of(it.value) for it in live.definitions if at(it.value, "metadata", "annotations", RESOURCE_NAME)]
    unseen = [answer.unknown for answer in live.definitions if answer.unknown]
    if not named and not unseen:
        return rows.ok(question, "no resource name")
    answer = kubectl.every(live.access, WEBHOOKS)
    installed = [name_of(it) for it in answer.value or () if INJECTOR in name_of(it)]
    if not installed:
        return rows.unknown(question, answer.unknown) if answer.unknown else rows.ok(question, "no injector")
    if not named:
        return rows.unknown(question, f"{installed[0]} is installed; a network could not be read: {unseen[0]}")
    said = f"{installed[0]} would request a device for {rows.shorten(named)}"
    return rows.differs(question, said, f"remove the annotation {RESOURCE_NAME}")


# Nodes.


def _amount(live: Live, landing: Landing, name: str) -> Row:
    """Return the row about a resource of the nodes: one node or, for a DaemonSet, every node must have enough of it."""
    amount = landing.needed.get(name)
    expected = f"{placement.format_amount(name, amount)} allocatable" if amount else "what the TMM pod needs"
    question = Question(PREREQUISITES, f"{'CPUs' if name == 'cpu' else name} of the nodes", expected, SECTION)
    amounts = {name_of(node): placement.allocatable(node, name) for node in landing.nodes}
    said = rows.shorten([f"{node}: {placement.format_amount(name, has)}" for node, has in amounts.items()])
    if landing.unknown or not amount:
        return rows.unknown(question, landing.unknown or "neither the config nor the workload sets a quantity")
    if not amounts:
        return rows.differs(question, "no node accepts the pod", "fix nodeSelector or tolerations, or uncordon a node")
    enough = [has >= amount for has in amounts.values()]
    if not all(enough) and (rollout.is_daemon_set(live.workload.value) or not any(enough)):
        return rows.differs(question, said, _more(name))
    if landing.is_apart:
        advice = "give one node both the CPUs and the hugepages, or reduce spec.tmm.resources"
        return rows.differs(question, f"{said}; no node has both", advice)
    return rows.ok(question, said)


def _more(name: str) -> str:
    if name == HUGEPAGES:
        return "configure more 2Mi hugepages on the node (on OpenShift, with a PerformanceProfile or kernel arguments)"
    return "use a node with more CPUs, or reduce spec.tmm.resources"


def _kubelets(live: Live, landing: Landing) -> Iterator[Row]:
    """Yield the rows about the configuration of the kubelets."""
    answers = _configurations(live, landing)
    static = Question(PREREQUISITES, "CPU manager policy", "static", SECTION)
    fix = "set cpuManagerPolicy: static in the node's kubelet configuration"
    yield _policies(static, landing, answers, "cpuManagerPolicy", fix)
    any_policy = Question(PREREQUISITES, "topology manager policy", "any; for information", SECTION)
    yield _policies(any_policy, landing, answers, "topologyManagerPolicy")


def _configurations(live: Live, landing: Landing) -> dict[str, Response]:
    """Return the kubelets' configurations. After a missing permission or a timeout, no more kubelets are read."""
    names = [name_of(node) for node in landing.likely]
    answers: dict[str, Response] = {}
    for first in range(0, min(len(names), MOST), kubectl.AT_ONCE):
        batch = names[first : first + kubectl.AT_ONCE]
        got = kubectl.get_all(live.access, [kubectl.of_kubelet(name) for name in batch])
        answers.update(zip(batch, got, strict=True))
        if failed := next((it for it in got if it.cause in (kubectl.FORBIDDEN, kubectl.TIMED_OUT)), None):
            return {**dict.fromkeys(names, failed), **answers}
    return {**dict.fromkeys(names, Response(unknown=f"not read: the limit is {MOST} kubelets")), **answers}


def _policies(question: Question, landing: Landing, answers: dict[str, Response], key: str, fix: str = "") -> Row:
    """Return the row that compares a policy of all kubelets. If `fix` is empty, any policy is correct."""
    policies = {name: text(it.value, "kubeletconfig", key) or "none" for name, it in answers.items() if it.value}
    unseen = [f"{name}: {it.unknown or 'not served'}" for name, it in answers.items() if not it.value]
    where = "check the kubelet's configuration on the node"
    said = rows.shorten([f"{name}: {policy}" for name, policy in policies.items()])
    if fix and set(policies.values()) - {question.expected}:
        return rows.differs(question, said, fix)
    if unseen or not policies:
        return rows.unknown(question, landing.unknown or next(iter(unseen), "no node"), where)
    return rows.ok(question, said)


# Network cards.


def _masters(live: Live, landing: Landing) -> Iterator[Row]:
    """Yield a row for each NIC that is the master of a network in the config."""
    ours = (it for it in live.config.networks if it.create and not dict(it.cni).get("linkInContainer"))
    masters = dict.fromkeys(network.master for network in ours)
    answer = kubectl.every(live.access, NODE_STATES) if masters else Response()
    states = (it for it in answer.value or () if isinstance(at(it, *INTERFACES), list))
    seen = {name_of(state): _interfaces(state) for state in states}
    unknown = landing.unknown or answer.unknown or ("" if answer.value else "cannot be seen without nmstate")
    for master in masters:
        yield _master(master, landing, seen, unknown)


def _interfaces(state: Object) -> set[str]:
    """Return the names of a node's interfaces, including alternative names."""
    found = maps(state, *INTERFACES)
    return {text(it, "name") for one in found for it in (one, *maps(one, "alt-names"))}


def _master(master: str, landing: Landing, seen: dict[str, set[str]], unknown: str) -> Row:
    question = Question(PREREQUISITES, f"NIC {master}", "on every node that TMM may run on", SECTION)
    nodes: Sequence[str] = [name_of(node) for node in landing.likely]
    without = [node for node in nodes if node in seen and master not in seen[node]]
    unseen = [node for node in nodes if node not in seen]
    if without:
        advice = (
            f"give a NIC of these nodes the alternative name {quote(master)}, or keep TMM off them with a nodeSelector"
        )
        return rows.differs(question, f"not on {rows.shorten(without)}", advice)
    if unknown or unseen or not nodes:
        why = unknown or (f"cannot be seen on {rows.shorten(unseen)}" if nodes else "no node")
        return rows.unknown(question, why, f"on the node, run `ip link show {quote(master)}`")
    return rows.ok(question, f"on {rows.shorten(nodes)}")


def _hypervisor() -> Row:
    what = "promiscuous mode and forged transmits"
    question = Question(PREREQUISITES, what, "accepted by the virtual networks of node VMs", LIMITATIONS)
    advice = "check the hypervisor's port group or switch; physical nodes need no change"
    return rows.manual(question, "cannot be seen from the cluster", advice)
