"""Config + converted stream -> findings, by asking the rules that check.

`render` asks those that need nothing but the config and the TMM's document. `check` reads the whole stream and asks
all.
"""

from __future__ import annotations

from postrender.conversion.pipeline import Unchanged
from postrender.errors import UsageError
from postrender.kubernetes.objects import Found
from postrender.rules.finding import LEVELS
from postrender.rules.subject import Subject
from postrender.yamledit import nodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from postrender.config import Config, Network
    from postrender.conversion.pipeline import Conversion
    from postrender.rules.finding import Finding

    Check = Callable[[Subject], Iterator[Finding]]


def _always(_: Subject) -> bool:
    return True


def _on_an_instance(subject: Subject) -> bool:
    return subject.tmm.is_instance


def _where_any_network(concerns: Callable[[Network], object]) -> Callable[[Subject], bool]:
    return lambda subject: any(concerns(network) for network in subject.config.networks)


def _where_written(word: str) -> Callable[[Subject], bool]:
    """Tell whether the TMM's document holds a word, or an escape that could spell it."""
    return lambda subject: word in subject.tmm.parsed.text or "\\" in subject.tmm.parsed.text


#: Each rule that needs nothing but the TMM and the config, and when it can find anything at all: a render loads no
#: other. Loading all of them would take longer than the rest of the checking.
OF_THE_TMM: dict[str, Callable[[Subject], bool]] = {
    "resource_units": _always,
    "pal_cpu_set": _where_written("PAL_CPU_SET"),
    "sriov_leftovers": _always,
    "mtu": _where_any_network(lambda network: network.mtu),
    "shared_master": _where_any_network(lambda network: network.mode == "passthru"),
    "self_ips": _where_any_network(lambda network: network.vlan),
    "instance_namespace": _on_an_instance,
    "hugepages_per_cpu": _always,
    "hugepages_variable": _always,
    "runtime_class": _where_written("performance-"),
    "passthru_replicas": _where_any_network(lambda network: network.mode == "passthru"),
    "network_namespace": _where_any_network(lambda network: network.namespace not in (None, "default")),
    "ovn_bridge": _where_any_network(lambda network: network.master == "br-ex"),
    "instance_resources": _on_an_instance,
    "reserved_name": _on_an_instance,
}
#: The rules that need more than the TMM's document, or only tell.
OF_THE_STREAM = (
    "autoscaler",
    "controller_variables",
    "guaranteed_qos",
    "resource_name",
    "untagged_vlans",
    "interfaces",
    "labs_only",
)


def loaded(rule: str) -> Check:
    """Return a rule's check."""
    check: Check = __import__(f"postrender.rules.{rule}", fromlist=["findings"]).findings
    return check


def _id(rule: str) -> str:
    return rule.replace("_", "-")


def findings(
    converted: Conversion, config: Config, whole_stream: bool, ignored: Sequence[str] = ()
) -> tuple[Finding, ...]:
    """Return what is to be said of a conversion, the worst first; what the conversion itself said comes along.

    Rules that are ignored are not asked.
    """
    if isinstance(converted, Unchanged):
        return ()
    own = [finding for finding in converted.findings if finding.rule not in ignored]
    tmm = converted.tmm
    found = Found(tmm.parsed, tmm.base, nodes.find(tmm.parsed.root, tmm.base) or tmm.parsed.root)
    subject = Subject(config, tmm, found, converted.after if whole_stream else None, converted.rendered)
    rules = [rule for rule, concerns in OF_THE_TMM.items() if concerns(subject)]
    rules += OF_THE_STREAM if whole_stream else ()
    asked = [rule for rule in rules if _id(rule) not in ignored]
    said = [finding for rule in asked for finding in loaded(rule)(subject)]
    return tuple(sorted((*own, *said), key=lambda finding: LEVELS.index(finding.level)))


def require_known(rules: Iterable[str]) -> None:
    """Raise UsageError where a name is no rule's: leaving out what does not exist hides nothing."""
    known = [_id(rule) for rule in (*OF_THE_TMM, *OF_THE_STREAM)]
    for rule in rules:
        if rule not in (*known, "layout"):
            raise UsageError(f"--ignore {rule}: no such rule; there are {', '.join(known)}")
