"""Which nodes the TMM pod may land on, as the scheduler would say, and what it needs there."""

from __future__ import annotations

from postrender import quantity
from postrender.hosts.cluster.fields import at, maps, name_of, strings, text, texts
from postrender.hosts.cluster.live import tmm_container
from postrender.spk import HUGEPAGES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from postrender.hosts.cluster.fields import Object
    from postrender.hosts.cluster.live import Live

AFFINITY = ("spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")
MAX_DIGITS = 19  #: of a label that is compared as a number: those of an int64
REPELLING = ("NoSchedule", "NoExecute")
NEEDED = ("cpu", HUGEPAGES)


def candidates(nodes: Sequence[Object], template: Object) -> list[Object]:
    """Return the nodes that take pods and that this pod's selector, affinity and tolerations allow."""
    return [node for node in nodes if not at(node, "spec", "unschedulable") and _allows(node, template)]


def _allows(node: Object, template: Object) -> bool:
    labels = strings(node, "metadata", "labels")
    wanted = strings(template, "spec", "nodeSelector")
    terms = at(template, *AFFINITY)
    taints = [taint for taint in maps(node, "spec", "taints") if text(taint, "effect") in REPELLING]
    tolerations = maps(template, "spec", "tolerations")
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
    """Tell whether labels meet one requirement of an affinity."""
    value, values = labels.get(text(wanted, "key")), texts(wanted, "values")
    operator = text(wanted, "operator")
    if operator in ("Exists", "DoesNotExist"):
        return (value is not None) == (operator == "Exists")
    if operator in ("In", "NotIn"):
        return (value in values) == (operator == "In")
    numbers = [int(it) for it in (value or "", *values) if it.isascii() and it.isdigit() and len(it) < MAX_DIGITS]
    return len(numbers) > 1 and (numbers[0] > numbers[1] if operator == "Gt" else numbers[0] < numbers[1])


def _tolerates(toleration: Object, taint: Object) -> bool:
    same = text(toleration, "operator") == "Exists" or text(toleration, "value") == text(taint, "value")
    return same and all(text(toleration, name) in ("", text(taint, name)) for name in ("key", "effect"))


def need(live: Live) -> dict[str, int]:
    """Return what the pod needs of CPUs and hugepages, in thousandths; what nobody says is not in it.

    The config's amounts are for the TMM container; its sidecars need what they have.
    """
    config = {name: str(amount) for name, amount in live.config.tmm.resources}
    containers = maps(live.template, "spec", "containers") or [{}]
    tmm = tmm_container(live.workload.value) if live.workload.value else ""
    needed = {}
    for name in NEEDED:
        written = [(config if text(it, "name") == tmm else {}).get(name) or _amount(it, name) for it in containers]
        amounts = [quantity.parse(str(amount)) for amount in written if amount is not None]
        if total := sum(amount or 0 for amount in amounts):
            needed[name] = total
    return needed


def _amount(container: Object, name: str) -> Any:
    requested = at(container, "resources", "requests", name)
    return at(container, "resources", "limits", name) if requested is None else requested


def allocatable(node: Object, name: str) -> int:
    """Return what a node has for pods, in thousandths."""
    return quantity.parse(str(at(node, "status", "allocatable", name))) or 0


def fits(node: Object, needed: dict[str, int]) -> bool:
    """Tell whether a node has as much as the pod needs."""
    return all(allocatable(node, name) >= amount for name, amount in needed.items())


def shown(name: str, amount: int) -> str:
    """Return an amount as a person writes it: whole CPUs or thousandths, mebibytes."""
    if name == HUGEPAGES:
        return f"{amount // quantity.THOUSANDTHS['Mi']}Mi"
    return f"{amount}m" if amount % quantity.ONE else str(amount // quantity.ONE)
