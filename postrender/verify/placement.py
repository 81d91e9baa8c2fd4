"""The nodes on which the TMM pod may be scheduled, and the resources that the pod needs there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from postrender.kubernetes import quantity, requirement
from postrender.limits import whole_number
from postrender.record import NamedTuple
from postrender.spk import HUGEPAGES
from postrender.verify import kubectl, rollout
from postrender.verify.json_fields import at, maps, name_of, strings, text, texts
from postrender.verify.kubectl import Kind
from postrender.verify.live import tmm_container

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from postrender.verify.json_fields import Object
    from postrender.verify.live import Live

NODES = Kind("v1", "nodes")
AFFINITY = ("spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")
MAX_DIGITS = 19  #: the maximum number of digits in a label that is compared as a number, as in an int64
REPELLING = ("NoSchedule", "NoExecute")
#: The tolerations that the DaemonSet controller adds to its pods, by effect.
OF_DAEMONS = {
    "NoExecute": ("not-ready", "unreachable"),
    "NoSchedule": ("disk-pressure", "memory-pressure", "pid-pressure", "unschedulable"),
}
NEEDED = ("cpu", HUGEPAGES)


class Landing(NamedTuple):
    """The nodes that the pod may run on, the nodes with enough CPUs and hugepages, and the needed quantities."""

    nodes: tuple[Object, ...]
    fitting: tuple[Object, ...]
    needed: dict[str, int]
    unknown: str = ""

    @property
    def likely(self) -> tuple[Object, ...]:
        """Return the nodes with enough CPUs and hugepages; if there are none, all nodes that the pod may run on."""
        return self.fitting or self.nodes

    @property
    def is_apart(self) -> bool:
        """Report whether every quantity is available on some node, but no node has all of them."""
        amounts = self.needed.items()
        return not self.fitting and all(any(fits(it, {name: has}) for it in self.nodes) for name, has in amounts)


def landing(live: Live) -> Landing:
    """Return the nodes that the pod may run on; unknown if the workload or the nodes cannot be read."""
    if live.workload.value is None and live.workload.unknown:
        return Landing((), (), {}, live.workload.unknown)
    needed = need(live)
    answer = kubectl.every(live.access, NODES)
    if answer.unknown:
        return Landing((), (), needed, answer.unknown)
    _spend(live, answer.value or ())
    nodes = candidates(answer.value or (), live.template, daemon=rollout.is_daemon_set(live.workload.value))
    return Landing(tuple(nodes), tuple(node for node in nodes if fits(node, needed)), needed)


def _spend(live: Live, nodes: Sequence[Object]) -> None:
    """Count the comparisons of nodes with the pod; raise TooLarge if there are too many."""
    taints = sum(len(maps(node, "spec", "taints")) for node in nodes)
    rules = json.dumps([at(live.template, *AFFINITY), at(live.template, "spec", "nodeSelector")]).count(",")
    steps = taints * len(maps(live.template, "spec", "tolerations")) + len(nodes) * rules
    live.access.work.spend(steps, "comparing the nodes with TMM's pod template")


def candidates(nodes: Sequence[Object], template: Object, *, daemon: bool = False) -> list[Object]:
    """Return the nodes that a pod's selector, affinity and tolerations allow; for a DaemonSet, also cordoned nodes."""
    tolerations = [*maps(template, "spec", "tolerations"), *(_of_daemons() if daemon else ())]
    usable = [node for node in nodes if daemon or not at(node, "spec", "unschedulable")]
    return [node for node in usable if _allows(node, template, tolerations)]


def _of_daemons() -> Iterator[Object]:
    for effect, names in OF_DAEMONS.items():
        for name in names:
            yield {"key": f"node.kubernetes.io/{name}", "operator": "Exists", "effect": effect}


def _allows(node: Object, template: Object, tolerations: Sequence[Object]) -> bool:
    labels = strings(node, "metadata", "labels")
    wanted = strings(template, "spec", "nodeSelector")
    terms = at(template, *AFFINITY)
    taints = [taint for taint in maps(node, "spec", "taints") if text(taint, "effect") in REPELLING]
    return (
        all(labels.get(name) == value for name, value in wanted.items())
        and (terms is None or any(_meets(node, labels, term) for term in maps(terms)))
        and all(any(_tolerates(toleration, taint) for toleration in tolerations) for taint in taints)
    )


def _meets(node: Object, labels: dict[str, str], term: Object) -> bool:
    fields = {"metadata.name": name_of(node)}
    by_label, by_field = maps(term, "matchExpressions"), maps(term, "matchFields")
    return (
        bool(by_label or by_field)
        and all(_matches(labels, wanted) for wanted in by_label)
        and all(_matches(fields, wanted) for wanted in by_field)
    )


def _matches(labels: dict[str, str], wanted: Object) -> bool:
    """Report whether labels satisfy one requirement of an affinity."""
    value, values = labels.get(text(wanted, "key")), texts(wanted, "values")
    operator = text(wanted, "operator")
    known = requirement.holds(value, operator, values)
    if known is not None:
        return known
    found, bound = (whole_number(written, MAX_DIGITS) for written in (value or "", (*values, "")[0]))
    return found is not None and bound is not None and (found > bound if operator == "Gt" else found < bound)


def _tolerates(toleration: Object, taint: Object) -> bool:
    same = text(toleration, "operator") == "Exists" or text(toleration, "value") == text(taint, "value")
    return same and all(text(toleration, name) in ("", text(taint, name)) for name in ("key", "effect"))


def need(live: Live) -> dict[str, int]:
    """Return the CPUs and hugepages that the pod needs, in thousandths; unknown quantities are not included.

    The TMM container needs the larger of the config's quantity and its current one, which an operator may have raised;
    its sidecars need their current quantities.
    """
    config = dict(live.config.tmm.resources)
    containers = maps(live.template, "spec", "containers") or [{}]
    tmm = tmm_container(live, live.workload.value) if live.workload.value else ""
    needed = {}
    for name in NEEDED:
        wanted = _parsed(config.get(name))
        amounts = [max(_own(it, name), wanted if text(it, "name") == tmm else 0) for it in containers]
        if total := sum(amounts):
            needed[name] = total
    return needed


def _own(container: Object, name: str) -> int:
    requested = at(container, "resources", "requests", name)
    return _parsed(at(container, "resources", "limits", name) if requested is None else requested)


def _parsed(amount: object) -> int:
    return quantity.parse(str(amount)) or 0


def allocatable(node: Object, name: str) -> int:
    """Return a node's allocatable amount of a resource, in thousandths."""
    return _parsed(at(node, "status", "allocatable", name))


def fits(node: Object, needed: dict[str, int]) -> bool:
    """Report whether a node has enough CPUs and hugepages for the pod."""
    return all(allocatable(node, name) >= amount for name, amount in needed.items())


def format_amount(name: str, amount: int) -> str:
    """Return a quantity in Kubernetes' notation: CPUs or millicores, or mebibytes of hugepages."""
    if name == HUGEPAGES:
        return f"{amount // quantity.THOUSANDTHS['Mi']}Mi"
    return f"{amount}m" if amount % quantity.ONE else str(amount // quantity.ONE)
