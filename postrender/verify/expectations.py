"""The rules that apply to the live TMM, and the text of the row for a rule that would change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.kubernetes import quantity
from postrender.record import NamedTuple
from postrender.rules import (
    device_plugins,
    environment,
    hugepages,
    instance_networks,
    networks,
    resources,
    sriov_variables,
    unset_variables,
    veths,
)
from postrender.rules.subject import Subject
from postrender.spk import HUGEPAGES, HUGEPAGES_VARIABLE, VETHS_FLAG
from postrender.spk import NETWORKS as ANNOTATION
from postrender.yamledit import nodes

if TYPE_CHECKING:
    from postrender.config import Config
    from postrender.spk.target import Target


class ExpectedRule(NamedTuple):
    """The title of a rule's row, and the expected value: None if the config does not use the rule."""

    what: str
    expected: str | None


def expected_rules(config: Config, target: Target | None) -> dict[str, ExpectedRule]:
    """Return the rules that apply, by id, in the order of F5's macvlan guide; without a target, for a workload."""
    tmm = config.tmm
    order = ", ".join(network.name for network in config.networks)
    given = tmm.resources if target is None else Subject(config, target).resources
    amounts = ", ".join(f"{name} {amount}" for name, amount in given)
    unset = ", ".join(tmm.unset_env)
    common = {
        veths.ID: ExpectedRule(f"variable {VETHS_FLAG}", "TRUE"),
        unset_variables.ID: ExpectedRule("variables to remove", f"none of {unset}" if unset else None),
        environment.ID: ExpectedRule("variables in spec.tmm.env", ", ".join(map("=".join, tmm.env)) or None),
        resources.ID: ExpectedRule("limits and requests", amounts or None),
    }
    if target is not None and target.is_instance:
        return {instance_networks.ID: ExpectedRule("networkAttachments", order), **common}
    return {
        networks.ID: ExpectedRule(f"annotation {ANNOTATION}", order),
        **common,
        hugepages.ID: ExpectedRule(f"variable {HUGEPAGES_VARIABLE}", _pages(config, target)),
        sriov_variables.ID: ExpectedRule("variables of SR-IOV devices", "none"),
        device_plugins.ID: ExpectedRule("resources of device plugins", "none"),
    }


def _pages(config: Config, target: Target | None) -> str | None:
    """Return a description of the expected number of hugepages; None if any number is correct."""
    own = HUGEPAGES_VARIABLE in dict(config.tmm.env)
    if config.tmm.topology_manager or own or (target is not None and not _has_hugepages(config, target)):
        return None
    return "the number of 2Mi pages in hugepages-2Mi"


def _has_hugepages(config: Config, target: Target) -> bool:
    """Report whether the config's amount of hugepages or, if it is not set, the current quantity is above 0."""
    there = (nodes.text(target.at((*target.resources, group, HUGEPAGES))) for group in ("limits", "requests"))
    amounts = (dict(Subject(config, target).resources).get(HUGEPAGES), *there)
    return bool(quantity.parse(str(next(filter(None, amounts), 0))))
