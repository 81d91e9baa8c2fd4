"""What the page asks of the cluster before anything is installed."""

from __future__ import annotations

from postrender.hosts.cluster import kubectl, placement, rows
from postrender.hosts.cluster.fields import at, maps, name_of, number, text
from postrender.hosts.cluster.kubectl import Answer, Kind
from postrender.hosts.cluster.live import DAEMON_SETS, DEFINITIONS
from postrender.hosts.cluster.rows import PREREQUISITES, Question
from postrender.record import NamedTuple
from postrender.spk import HUGEPAGES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from postrender.hosts.cluster.fields import Object
    from postrender.hosts.cluster.live import Live
    from postrender.hosts.cluster.rows import Row

SECTION = "Prerequisites"
LIMITATIONS = "Limitations"
ARCHITECTURE = "Macvlan Architecture"

NODES = Kind("v1", "nodes")
NETWORKS = Kind("config.openshift.io/v1", "networks")
NODE_STATES = Kind("nmstate.io/v1beta1", "nodenetworkstates")
WEBHOOKS = Kind("admissionregistration.k8s.io/v1", "mutatingwebhookconfigurations")
INJECTOR = "network-resources-injector-config"
RESOURCE_NAME = "k8s.v1.cni.cncf.io/resourceName"
MULTUS = "multus"
OVN = "OVNKubernetes"


class Landing(NamedTuple):
    """The nodes that the pod may land on; those of them with enough CPUs and hugepages; and the need itself."""

    nodes: tuple[Object, ...]
    fitting: tuple[Object, ...]
    needed: dict[str, int]
    unknown: str = ""

    @property
    def likely(self) -> tuple[Object, ...]:
        """Return the nodes that the scheduler would take; where none is large enough, those that are allowed."""
        return self.fitting or self.nodes


def rows_of(live: Live) -> Iterator[Row]:
    """Yield the rows of the group."""
    landing = _landing(live)
    yield _definitions_served(live)
    yield _multus_runs(live)
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
        return rows.differs(question, "no such kind", "install Multus")
    return rows.ok(question, "served")


def _multus_runs(live: Live) -> Row:
    """Look for Multus' DaemonSet; it has no name that is the same everywhere."""
    question = Question(PREREQUISITES, "Multus on the nodes", "a DaemonSet that is ready everywhere", ARCHITECTURE)
    answer = kubectl.every(live.access, DAEMON_SETS)
    found = [item for item in answer.value or () if MULTUS in name_of(item) and "plugins" not in name_of(item)]
    if not found:
        why = answer.unknown or "no DaemonSet of that name"
        return rows.unknown(question, why, "look for it with `kubectl get daemonsets -A`")
    wanted, ready = (number(found[0], "status", key) for key in ("desiredNumberScheduled", "numberReady"))
    said = f"{name_of(found[0])}: ready on {ready} of {wanted} nodes"
    if not wanted or ready < wanted:
        return rows.differs(question, said, f"mend the DaemonSet {name_of(found[0])}")
    return rows.ok(question, said)


def _cluster_network(live: Live) -> Row:
    question = Question(PREREQUISITES, "cluster network", OVN, SECTION)
    answer = kubectl.one(live.access, NETWORKS, "cluster")
    found = text(answer.value, "status", "networkType")
    if answer.unknown:
        return rows.unknown(question, answer.unknown)
    if not found:
        return rows.unknown(question, "not OpenShift", "look for ovnkube-node with `kubectl get pods -A`")
    if found != OVN:
        return rows.differs(question, found, "move the cluster to OVN-Kubernetes")
    return rows.ok(question, found)


def _injector(live: Live) -> Row:
    """Look for the webhook that asks for SR-IOV devices; it does nothing for definitions without a resource name."""
    expected = f"no network of ours has {RESOURCE_NAME}"
    question = Question(PREREQUISITES, "network resources injector", expected, SECTION)
    answer = kubectl.one(live.access, WEBHOOKS, INJECTOR)
    if answer.unknown:
        return rows.unknown(question, answer.unknown)
    if answer.value is None:
        return rows.ok(question, "no injector")
    named = [name_of(it.value) for it in live.definitions if at(it.value, "metadata", "annotations", RESOURCE_NAME)]
    if named:
        advice = f"remove the annotation {RESOURCE_NAME}"
        return rows.differs(question, f"the injector would ask for a device for {rows.listed(named)}", advice)
    unseen = [answer.unknown for answer in live.definitions if answer.unknown]
    return rows.unknown(question, f"networks: {unseen[0]}") if unseen else rows.ok(question, "present, harmless")


# Nodes.


def _landing(live: Live) -> Landing:
    needed = placement.need(live)
    answer = kubectl.every(live.access, NODES)
    if answer.unknown:
        return Landing((), (), needed, answer.unknown)
    nodes = placement.candidates(answer.value or (), live.template)
    return Landing(tuple(nodes), tuple(node for node in nodes if placement.fits(node, needed)), needed)


def _amount(live: Live, landing: Landing, name: str) -> Row:
    """Compare what the nodes have with what the pod needs; a DaemonSet needs it on each of them."""
    amount = landing.needed.get(name)
    expected = f"{placement.shown(name, amount)} allocatable" if amount else "what the TMM pod needs"
    question = Question(PREREQUISITES, f"{'CPUs' if name == 'cpu' else name} of the nodes", expected, SECTION)
    found = {name_of(node): placement.allocatable(node, name) for node in landing.nodes}
    said = rows.listed([f"{node}: {placement.shown(name, has)}" for node, has in found.items()])
    if landing.unknown or not amount:
        return rows.unknown(question, landing.unknown or "neither the config nor the workload says how much")
    if not found:
        return rows.differs(question, "no node takes the pod", "mend nodeSelector, tolerations, or cordoned nodes")
    enough = [has >= amount for has in found.values()]
    if all(enough) or (any(enough) and at(live.workload.value, "kind") != "DaemonSet"):
        return rows.ok(question, said)
    return rows.differs(question, said, _more(name))


def _more(name: str) -> str:
    if name == HUGEPAGES:
        return "set more hugepages of 2Mi on the node (OpenShift: a PerformanceProfile or the kernel's arguments)"
    return "use a node with more CPUs, or less in spec.tmm.resources"


def _kubelets(live: Live, landing: Landing) -> Iterator[Row]:
    """Yield what the kubelets are configured to do."""
    answers = _configurations(live, landing)
    static = Question(PREREQUISITES, "CPU manager policy", "static", SECTION)
    fix = "set cpuManagerPolicy: static in the kubelet's configuration of the node"
    yield _policies(static, landing, answers, "cpuManagerPolicy", lambda policy: policy == "static", fix)
    any_policy = Question(PREREQUISITES, "topology manager policy", "any; for information", SECTION)
    yield _policies(any_policy, landing, answers, "topologyManagerPolicy", bool, "")


def _configurations(live: Live, landing: Landing) -> dict[str, Answer]:
    """Return the kubelets' configurations. Where a right or time is missing for one, it is for the next."""
    answers: dict[str, Answer] = {}
    failed = None
    for name in map(name_of, landing.likely):
        path = f"{NODES.root}/{NODES.plural}/{name}/proxy/configz"
        answers[name] = failed or kubectl.get(live.access, path, "get on nodes/proxy")
        failed = answers[name] if answers[name].unknown.startswith((kubectl.FORBIDDEN, kubectl.TIMED_OUT)) else None
    return answers


def _policies(  # noqa: PLR0913, PLR0917
    question: Question,
    landing: Landing,
    answers: dict[str, Answer],
    key: str,
    is_good: Callable[[str], bool],
    advice: str,
) -> Row:
    policies = {name: text(it.value, "kubeletconfig", key) or "none" for name, it in answers.items() if it.value}
    unseen = [f"{name}: {it.unknown or 'not served'}" for name, it in answers.items() if not it.value]
    where = "look at the kubelet's configuration on the node"
    said = rows.listed([f"{name}: {policy}" for name, policy in policies.items()])
    if not all(map(is_good, policies.values())):
        return rows.differs(question, said, advice)
    if unseen or not policies:
        return rows.unknown(question, landing.unknown or next(iter(unseen), "no node"), where)
    return rows.ok(question, said)


# Network cards.


def _masters(live: Live, landing: Landing) -> Iterator[Row]:
    """Yield a row for each network card that a definition of ours is made on."""
    ours = (it for it in live.config.networks if it.create and not dict(it.cni).get("linkInContainer"))
    masters = dict.fromkeys(network.master for network in ours)
    answer = kubectl.every(live.access, NODE_STATES) if masters else Answer()
    seen = {name_of(state): _interfaces(state) for state in answer.value or ()}
    unknown = landing.unknown or answer.unknown or ("" if answer.value else "cannot be seen without nmstate")
    for master in masters:
        yield _master(master, landing, seen, unknown)


def _interfaces(state: Object) -> set[str]:
    """Return the names of a node's interfaces, alternative ones too."""
    found = maps(state, "status", "currentState", "interfaces")
    return {text(it, "name") for one in found for it in (one, *maps(one, "alt-names"))}


def _master(master: str, landing: Landing, seen: dict[str, set[str]], unknown: str) -> Row:
    question = Question(PREREQUISITES, f"NIC {master}", "on every node that TMM may land on", SECTION)
    nodes: Sequence[str] = [name_of(node) for node in landing.likely]
    without = [node for node in nodes if node in seen and master not in seen[node]]
    unseen = [node for node in nodes if node not in seen]
    if without:
        advice = "add the NIC, name the right one as `master`, or keep TMM off with a nodeSelector"
        return rows.differs(question, f"not on {rows.listed(without)}", advice)
    if unknown or unseen or not nodes:
        why = unknown or (f"cannot be seen on {rows.listed(unseen)}" if nodes else "no node")
        return rows.unknown(question, why, f"look at the node: `ip link show {master}`")
    return rows.ok(question, f"on {rows.listed(nodes)}")


def _hypervisor() -> Row:
    what = "promiscuous mode and forged transmits"
    question = Question(PREREQUISITES, what, "accepted by the virtual networks of node VMs", LIMITATIONS)
    advice = "look at the port group or switch of the hypervisor; nodes that are no VMs need nothing"
    return rows.unknown(question, "cannot be seen from the cluster", advice)
