"""Config + converted stream -> findings, by asking the rules that check.

`render` asks those that need nothing but the config and the TMM's document. `check` reads the whole stream and asks
all.
"""

from __future__ import annotations

from postrender import nodes, stream, target
from postrender.errors import UsageError
from postrender.finding import LEVELS
from postrender.rules import (
    hugepages_per_cpu,
    hugepages_variable,
    instance_namespace,
    instance_resources,
    mtu,
    network_namespace,
    ovn_bridge,
    pal_cpu_set,
    passthru_replicas,
    reserved_name,
    resource_units,
    runtime_class,
    self_ips,
    shared_master,
    sriov_leftovers,
)
from postrender.subject import Subject
from postrender.target import Found

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from postrender.config import Config
    from postrender.conversion import Conversion
    from postrender.finding import Finding

    Check = Callable[[Subject], Iterator[Finding]]

OF_THE_TMM: tuple[Check, ...] = (
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
    passthru_replicas.findings,
    network_namespace.findings,
    ovn_bridge.findings,
    instance_resources.findings,
    reserved_name.findings,
)


def of_the_stream() -> tuple[Check, ...]:
    """Return the rules that need more than the TMM's document, or only tell; a render does not load them."""
    from postrender.rules import (
        autoscaler,
        controller_variables,
        guaranteed_qos,
        interfaces,
        labs_only,
        resource_name,
        untagged_vlans,
    )

    rules = (autoscaler, controller_variables, guaranteed_qos, resource_name, untagged_vlans, interfaces, labs_only)
    return tuple(rule.findings for rule in rules)


def findings(converted: Conversion, config: Config, whole_stream: bool) -> tuple[Finding, ...]:
    """Return what is to be said of a conversion, the worst first; what the conversion itself said comes along."""
    tmm = converted.converted
    if tmm is None:
        return converted.findings
    found = Found(tmm.parsed, tmm.base, nodes.find(tmm.parsed.root, tmm.base) or tmm.parsed.root)
    objects = _objects(converted.output) if whole_stream else (found,)
    subject = Subject(config, tmm, found, objects)
    checks = (*OF_THE_TMM, *of_the_stream()) if whole_stream else OF_THE_TMM
    said = [finding for check in checks for finding in check(subject)]
    return tuple(sorted((*converted.findings, *said), key=lambda finding: LEVELS.index(finding.level)))


def _objects(data: bytes) -> tuple[Found, ...]:
    readable = stream.readable(data, stream.split(data))
    return tuple(found for parsed in readable for found in target.objects(parsed))


def require_known(rules: Iterable[str]) -> None:
    """Raise UsageError where a name is no rule's: leaving out what does not exist hides nothing."""
    checks = (*OF_THE_TMM, *of_the_stream())
    known = [check.__module__.rpartition(".")[2].replace("_", "-") for check in checks]
    for rule in rules:
        if rule not in (*known, "layout"):
            raise UsageError(f"--ignore {rule}: no such rule; there are {', '.join(known)}")
