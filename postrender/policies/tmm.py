"""Expressions about the TMM: a workload, or the CNEInstance or BNKGatewayClass from which an operator creates it.

The policies' variables `env`, `limits` and `requests` are those of the TMM container. They are empty if that container
has none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender import spk
from postrender.kubernetes.admission import GUARD, INSTANCE_GUARD
from postrender.policies import cel
from postrender.record import NamedTuple
from postrender.spk.kinds import CNE_INSTANCE, DEPLOYMENT, INSTANCES, WORKLOADS

if TYPE_CHECKING:
    from postrender.config import Config, Network
    from postrender.policies.names import Names

PAGE = 2 * 1024 * 1024  #: bytes
CONTAINERS = "object.spec.template.spec.containers"
NAMED = cel.literal(spk.TMM_NAME)


def _container_name(name: str, given: str | None) -> str:
    """Return an expression for the TMM container's name, from the config, the annotation, or F5's default."""
    if given:
        return cel.literal(given)
    annotations = f"{name}.metadata.annotations"
    is_named = f"has({annotations}) && {NAMED} in {annotations} && {annotations}[{NAMED}] != ''"
    return f"({is_named} ? {annotations}[{NAMED}] : {cel.literal(spk.TMM)})"


def _is_on_its_own(expression: str) -> str:
    """Return the condition that no controller owns a workload: an operator's workloads are not examined."""
    owners = f"{expression}.metadata.ownerReferences"
    return f"(!has({owners}) || !{owners}.exists(o, has(o.controller) && o.controller))"


UNCLEAR = "its TMM container cannot be identified; exactly one container must have the name"
BY_DEFAULT = f"in the annotation {spk.TMM_NAME}, or {spk.TMM} if the annotation is missing"
ANNOTATIONS = "object.spec.template.metadata.annotations"


class Tmm(NamedTuple):
    """The API's names for the TMM, the conditions under which a policy examines it, and expressions for its fields."""

    guard: str  #: the name of the guard policy, without its common prefix
    group: str
    version: str
    resources: tuple[str, ...]  #: the API's names of its kinds, such as deployments
    conditions: dict[str, str]
    variables: dict[str, str]
    preconditions: tuple[tuple[str, str], ...]  #: conditions, each with the message if the condition is false
    attachments: tuple[str, ...]  #: expressions for its references to the networks
    is_attached: str
    devices: tuple[str, ...]  #: globs of resources that must not be requested
    dropped: tuple[str, ...]  #: globs of variables that must not be set
    keeps_sriov: bool  #: whether variables that name SR-IOV devices may stay
    container_name: str = ""  #: an expression for the TMM container's name
    has_hugepages: str = ""  #: the condition that the chart enables hugepages; '' if this is not known
    pages: bool = False  #: whether there is a variable `pages`: the number of 2Mi pages as text, or ''

    @property
    def has_one_container(self) -> str:
        """Return the condition that there is exactly one TMM container, without using the policy's variables."""
        return f"{CONTAINERS}.filter(c, c.name == ({self.container_name})).size() == 1"

    def is_device(self, name: str) -> str:
        """Return the condition that a resource comes from a device plugin; only such a resource's name has a domain."""
        return f"{name}.contains('/') && ({cel.either(cel.matches(name, glob) for glob in self.devices)})"

    def is_dropped(self, name: str) -> str:
        """Return the condition that a variable must be removed."""
        sriov = () if self.keeps_sriov else (_is_sriov(name),)
        return cel.either((*sriov, *(cel.matches(name, glob) for glob in self.dropped)))


def _is_sriov(name: str) -> str:
    numbered = f"{name}.matches('^({'|'.join(spk.SRIOV_NUMBERED)})[0-9]+$')"
    return f"{numbered} || {name}.startsWith({cel.literal(spk.SRIOV_PREFIX)})"


def _is_changed(given: str | None) -> str:
    """Return the condition that a request must be checked; one that only scales or labels TMM needs no check."""
    return cel.either(
        (
            "request.operation == 'CREATE'",
            "object.spec.template != oldObject.spec.template",
            f"{_container_name('object', given)} != {_container_name('oldObject', given)}",
            f"{_is_on_its_own('object')} != {_is_on_its_own('oldObject')}",
        )
    )


def workload(config: Config, names: Names) -> Tmm:
    """Return the TMM of SPK: a Deployment or DaemonSet that no controller owns."""
    tmm = config.tmm
    container = _container_name("object", tmm.container)
    return Tmm(
        guard=GUARD,
        group=DEPLOYMENT.group,
        version=DEPLOYMENT.version,
        resources=tuple(kind.plural for kind in WORKLOADS),
        conditions={
            # With `generateName`, the name does not exist yet.
            "tmm": f"has(object.metadata.name) && object.metadata.name == {cel.literal(tmm.workload)}",
            "on-its-own": _is_on_its_own("object"),
            "changed": _is_changed(tmm.container),
        },
        variables={**names.variables(), **_of_workload(container), **_pages(config)},
        preconditions=(
            ("variables.containers.size() == 1", f"{UNCLEAR} {tmm.container or BY_DEFAULT}"),
            (
                f"!({cel.literal(spk.ROBIN_NETWORKS)} in variables.annotations)",
                f"it has the annotation {spk.ROBIN_NETWORKS}, which attaches it to other networks",
            ),
        ),
        attachments=tuple(names.expression(network) for network in config.networks),
        is_attached=_is_attached(config, names),
        devices=(*spk.SRIOV_RESOURCES, *tmm.unset_resources),
        dropped=tmm.unset_env,
        keeps_sriov=False,
        container_name=container,
        has_hugepages=cel.either(_has_some(group) for group in ("limits", "requests")),
        pages=bool(_pages(config)),
    )


def _has_some(group: str) -> str:
    """Return the condition that a group (limits or requests) contains hugepages."""
    name = cel.literal(spk.HUGEPAGES)
    amount = f"quantity(string(variables.{group}[{name}]))"
    return f"{name} in variables.{group} && {amount}.isGreaterThan(quantity('0'))"


def _of_workload(container: str) -> dict[str, str]:
    """Return the policy's variables; those of the container are empty unless there is exactly one TMM container."""
    found = "variables.containers.size() == 1"
    key = cel.literal(spk.NETWORKS)
    one = "variables.containers[0]"
    return {
        "containers": f"{CONTAINERS}.filter(c, c.name == ({container}))",
        "env": f"{found} && has({one}.env) ? {one}.env : []",
        **{
            group: f"{found} && has({one}.resources) && has({one}.resources.{group}) ? {one}.resources.{group} : {{}}"
            for group in ("limits", "requests")
        },
        "annotations": f"has({ANNOTATIONS}) ? {ANNOTATIONS} : {{}}",
        # A reference without a namespace means the pod's own namespace.
        "networks": f"({key} in variables.annotations ? variables.annotations[{key}].split(',') : []).map(n, "
        "n.contains('/') ? n.trim() : request.namespace + '/' + n.trim())",
    }


def _is_attached(config: Config, names: Names) -> str:
    """Return the condition that the annotation lists the config's networks; they may have interface names of their own.

    The conversion keeps an interface name that the config does not set.
    """
    conditions = [f"variables.networks.size() == {len(config.networks)}"]
    for number, network in enumerate(config.networks):
        entry, name = f"variables.networks[{number}]", qualified_name(network, names)
        if network.interface is None:
            conditions.append(f"{entry}.split('@')[0] == {name}")
        elif network.interface == f"net{number + 1}":  # Multus' default
            conditions.append(f"{entry} in [{name}, {name} + '@{network.interface}']")
        else:
            conditions.append(f"{entry} == {name} + '@{network.interface}'")
    return " && ".join(conditions)


def qualified_name(network: Network, names: Names) -> str:
    """Return an expression for the name of a network's definition, with its namespace."""
    own = [] if network.namespace else ["/"]
    name = cel.joined([*own, *names.reference(network)])
    return name if network.namespace else f"request.namespace + {name}"


def _pages(config: Config) -> dict[str, str]:
    """Return the policy's variable for the number of pages that TMM must map, as in the rule `hugepages`."""
    if config.tmm.topology_manager or spk.HUGEPAGES_VARIABLE in dict(config.tmm.env):
        return {}
    name = cel.literal(spk.HUGEPAGES)
    amount = f"quantity(string(variables.limits[{name}]))"
    pages = f"{amount}.asInteger() / {PAGE}"
    return {"pages": f"{name} in variables.limits && {amount}.isInteger() && {pages} > 0 ? string({pages}) : ''"}


def instance(config: Config, names: Names) -> Tmm:
    """Return the TMM of BIG-IP Next for Kubernetes: a CNEInstance or BNKGatewayClass with any name."""
    attachments = tuple(cel.joined([names.name(network)]) for network in config.networks)
    tmm = config.tmm
    return Tmm(
        guard=INSTANCE_GUARD,
        group=CNE_INSTANCE.group,
        version="*",
        resources=tuple(kind.plural for kind in INSTANCES),
        conditions={"changed": "request.operation == 'CREATE' || object.spec != oldObject.spec"},
        variables={**names.variables(), **_of_instance()},
        preconditions=(),
        attachments=attachments,
        is_attached=f"variables.networks == [{', '.join(attachments)}]",
        devices=(),
        dropped=tmm.unset_env,
        keeps_sriov=True,
    )


def _of_instance() -> dict[str, str]:
    there = "has(object.spec.advanced) && has(object.spec.advanced.tmm)"
    tmm = "object.spec.advanced.tmm"
    resources = f"{there} && has({tmm}.resources)"
    return {
        "env": f"{there} && has({tmm}.env) ? {tmm}.env : []",
        **{
            group: f"{resources} && has({tmm}.resources.{group}) ? {tmm}.resources.{group} : {{}}"
            for group in ("limits", "requests")
        },
        "networks": "has(object.spec.networkAttachments) ? object.spec.networkAttachments : []",
    }
