"""Config + converted stream -> findings, by asking the rules that check."""

from __future__ import annotations

from postrender import prefilter, stream, target
from postrender.finding import LEVELS
from postrender.rules import (
    autoscaler,
    controller_variables,
    guaranteed_qos,
    hugepages_per_cpu,
    hugepages_variable,
    instance_namespace,
    instance_resources,
    interfaces,
    labs_only,
    mtu,
    network_namespace,
    ovn_bridge,
    pal_cpu_set,
    passthru_replicas,
    reserved_name,
    resource_name,
    resource_units,
    runtime_class,
    self_ips,
    shared_master,
    sriov_leftovers,
    untagged_vlans,
)
from postrender.subject import Subject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from postrender.config import Config
    from postrender.conversion import Conversion
    from postrender.finding import Finding
    from postrender.stream import Document

    Check = Callable[[Subject], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    guaranteed_qos.findings,
    resource_units.findings,
    pal_cpu_set.findings,
    sriov_leftovers.findings,
    mtu.findings,
    shared_master.findings,
    self_ips.findings,
    instance_namespace.findings,
    hugepages_per_cpu.findings,
    hugepages_variable.findings,
    runtime_class.findings,
    controller_variables.findings,
    passthru_replicas.findings,
    network_namespace.findings,
    ovn_bridge.findings,
    autoscaler.findings,
    resource_name.findings,
    untagged_vlans.findings,
    instance_resources.findings,
    reserved_name.findings,
    interfaces.findings,
    labs_only.findings,
)


def of_all(converted: Conversion, config: Config, include_hooks: bool) -> tuple[Finding, ...]:
    """Return what is to be said of the whole converted stream, the worst first."""
    return _findings(converted, config, include_hooks, stream.split(converted.output))


def of_the_tmm(converted: Conversion, config: Config, include_hooks: bool) -> tuple[Finding, ...]:
    """Return what is to be said of the TMM and the config alone: only the documents that concern them are read."""
    documents = stream.split(converted.output)
    chosen = prefilter.candidates(converted.output, documents, config.tmm.workload)
    return _findings(converted, config, include_hooks, chosen)


def _findings(
    converted: Conversion, config: Config, include_hooks: bool, documents: Iterable[Document]
) -> tuple[Finding, ...]:
    """Ask every rule; what the conversion itself had to say comes along."""
    readable = stream.readable(converted.output, documents)
    objects = tuple(found for parsed in readable for found in target.objects(parsed))
    tmm = next((found for found in objects if target.is_target(found, config.tmm, include_hooks)), None)
    if tmm is None:
        return converted.findings
    subject = Subject(config, target.located(tmm), tmm, objects)
    found = [finding for check in CHECKS for finding in check(subject)]
    return tuple(sorted((*converted.findings, *found), key=lambda finding: LEVELS.index(finding.level)))
