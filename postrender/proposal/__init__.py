"""Proposes a config from a chart's values file or rendered stream. The user adds the names of the nodes' NICs.

For a TMM that is on macvlan already, the config reproduces what is there, so that a conversion changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender import config
from postrender.config import MTU, RESOURCES, Tmm, template
from postrender.config.template import Proposal
from postrender.errors import ConfigError, InputError, NoTarget, UsageError, full_name
from postrender.kubernetes import quantity
from postrender.kubernetes.objects import objects
from postrender.limits import whole_number
from postrender.proposal import networks, vlans
from postrender.spk import (
    HUGEPAGES,
    HUGEPAGES_VARIABLE,
    MTU_VARIABLE,
    TMM_NAME,
    VALUES_MTU,
    VALUES_SRIOV,
    VETHS_FLAG,
    is_sriov_variable,
    product,
    target,
    values_file,
    variables,
)
from postrender.spk.kinds import CNF_VLAN
from postrender.yamledit import nodes, search, stream

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from postrender.errors import Failure
    from postrender.kubernetes.objects import Object
    from postrender.spk.target import Target
    from postrender.yamledit.stream import Stream

    Fields = dict[str, object]

RENDERED = "the output of `helm template` with that file"
DEFAULT_MTU = "1500"
MAX_DIGITS = 9  #: the maximum number of digits in a quantity


def propose(manifests: Stream, masters: Sequence[str]) -> Proposal:
    """Return a proposed config for a chart. `masters` are the values of --network: NAME=MASTER or NAME=NEW:MASTER.

    Raises NoTarget if a rendered stream has no TMM, InputError if the input cannot be used for another reason, and
    UsageError if `masters` are wrong, for example because they name an unknown network.
    """
    tmm = _tmm_of(manifests)
    proposal = _of_chart(manifests, tmm)
    _require_config(proposal, "the chart has a value that a config does not accept", InputError)
    proposal = proposal._replace(networks=networks.with_masters(proposal, masters))
    _require_config(proposal, "--network", UsageError)
    return vlans.add(proposal, manifests, tmm.namespace)


def _of_chart(manifests: Stream, tmm: Target) -> Proposal:
    is_on_macvlan = _is_on_macvlan(tmm)
    in_chart, proposed = networks.propose(manifests, tmm, _mtu(tmm), is_on_macvlan=is_on_macvlan)
    repeated = _repeated(tmm)
    settable = {} if is_on_macvlan else {name: it for name, it in repeated.items() if "$(" not in it}
    fields = tuple(_tmm_fields(tmm, settable, is_on_macvlan=is_on_macvlan))
    remarks = tuple(_of_repetition(name, is_set=name in settable) for name in repeated)
    return Proposal(
        tuple(proposed), fields, tuple(in_chart), _product(manifests, tmm), env_remarks=remarks, is_of_chart=True
    )


def _is_on_macvlan(tmm: Target) -> bool:
    """Report whether TMM already takes kernel interfaces, and no SR-IOV devices.

    An instance may need its SR-IOV settings even then, for example with host-device networks.
    """
    flags = [nodes.text(nodes.get(node, "value")) for _, name, node in variables.entries(tmm) if name == VETHS_FLAG]
    uses_devices = any(is_sriov_variable(name) for _, name, _ in variables.entries(tmm)) or any(
        "/" in name for name in _resource_names(tmm)
    )
    return flags[-1:] == ["TRUE"] and (tmm.is_instance or not uses_devices)


def _of_repetition(name: str, *, is_set: bool) -> str:
    """Return the comment about a variable that the chart lists twice.

    A value with `$(...)` depends on the entries before it, and so does a TMM that already runs with its variables.
    """
    done = "setting the variable here leaves one entry" if is_set else "remove one entry in the chart's values"
    return f"The chart lists {full_name(name)} twice, but Helm 4 (server-side apply) refuses duplicates; {done}."


def _product(manifests: Stream, tmm: Target) -> str:
    """Return the product (for BNK, with its version), or an empty string if the stream does not show it.

    SPK and CNFs render the same TMM, so only another object of the stream can show that the product is a CNF.
    """
    if not tmm.is_instance:
        cnf = any(found.kind == CNF_VLAN.name for found in _objects(manifests))
        return product.CNF if cnf else ""
    found = product.of_instance(tmm.kind, tmm.at(tmm.base) or tmm.parsed.root)
    return str(found) if found.release else ""


def _require_config(proposal: Proposal, blamed: str, error_of: type[Failure]) -> None:
    """Raise an error of type `error_of` if the proposal, apart from its placeholders, is not a valid config."""
    try:
        config.parse(template.fill(template.with_any_nic(proposal)).encode())
    except ConfigError as error:
        raise error_of(
            f"{blamed}: {error.place.path}: {error.sentence}; fix it, or use `init` without --from"
        ) from None


def _tmm_of(manifests: Stream) -> Target:
    """Return the TMM of a rendered stream, or the TMM fields of a values file."""
    tmms = [obj for obj in _objects(manifests) if _is_tmm(obj)]
    if tmms:
        return target.locate(target.choose(tmms, "pass manifests with only one TMM"))
    early = [obj for obj in _objects(manifests) if obj.kind in target.EARLY]
    if early:
        raise target.not_found(Tmm().workload, None, similar=early)
    if any(obj.kind for obj in _objects(manifests)):
        sought = f"no Deployment or DaemonSet named {Tmm().workload} or annotated {TMM_NAME}, and no CNEInstance"
        raise NoTarget(f"the stream has {sought}; pass the SPK chart's manifests or values file")
    return values_file.locate(values_file.only(manifests, RENDERED), None, RENDERED)


def _objects(manifests: Stream) -> Iterator[Object]:
    """Yield the objects of a stream one at a time: all parsed documents would take 90 times the space of their text."""
    for parsed in stream.readable(manifests, search.holding(manifests, "apiVersion")):
        yield from objects(parsed)


def _is_tmm(obj: Object) -> bool:
    """Report whether an object is a TMM. A workload that is not named f5-tmm is recognized by its annotation."""
    named = target.is_workload(obj) and obj.annotation(TMM_NAME) is not None
    return named or target.is_target(obj, Tmm().workload, None, include_hooks=False)


# TMM.


def _mtu(tmm: Target) -> int | None:
    """Return TMM's MTU; None if it is not set, or is 1500, the usual MTU of a NIC."""
    written = [nodes.text(nodes.get(node, "value")) for _, name, node in variables.entries(tmm) if name == MTU_VARIABLE]
    found = nodes.text(tmm.at(VALUES_MTU)) or next(reversed(written), None) or ""
    mtu = whole_number(found, len(str(MTU[1])))
    return None if found == DEFAULT_MTU or not networks.is_mtu(mtu) else mtu


def _repeated(tmm: Target) -> dict[str, str]:
    """Return the variables that a workload's TMM container lists more than once, each with its last value.

    The last value is the one that takes effect. Variables that the conversion always sets or removes are left out.
    """
    values: dict[str, str | None] = {}
    repeated = []
    for _, name, node in variables.entries(tmm) if tmm.annotations else ():
        repeated += [name] if name in values else []
        values[name] = nodes.text(nodes.get(node, "value"))
    ours = (VETHS_FLAG, HUGEPAGES_VARIABLE)
    kept = {name: values[name] for name in repeated if name not in ours and not is_sriov_variable(name)}
    return {name: value for name, value in kept.items() if value is not None}


def _tmm_fields(tmm: Target, repeated: dict[str, str], *, is_on_macvlan: bool) -> Iterator[tuple[str, object]]:
    """Yield the fields of the config's `spec.tmm`."""
    workload = tmm.name if tmm.annotations else nodes.text(tmm.at((*tmm.base, "name")))
    if workload and workload != Tmm().workload and not tmm.is_instance:
        yield "workload", workload
    if tmm.namespace:
        yield "namespace", tmm.namespace
    mtu = _mtu(tmm)
    if mtu or repeated:
        yield "env", {**({MTU_VARIABLE: str(mtu)} if mtu else {}), **repeated}
    foreign = {name.partition("/")[0] for name in _resource_names(tmm) if "/" in name} - {"openshift.io"}
    if foreign and not is_on_macvlan:
        yield "unsetResources", [f"{domain}/*" for domain in sorted(foreign)]
    if is_on_macvlan and tmm.annotations and not _maps_pages(tmm):
        yield "topologyManager", True  # otherwise, the conversion would set TMM_MAPRES_HUGEPAGES
    resources = _amounts(tmm, is_on_macvlan=is_on_macvlan)
    if resources:
        yield "resources", resources


def _maps_pages(tmm: Target) -> bool:
    """Report whether the variable for the number of 2Mi pages fits the amount of hugepages, or there are none."""
    amount = quantity.parse(nodes.text(tmm.at((*tmm.resources, "limits", HUGEPAGES)))) or 0
    values = [
        nodes.text(nodes.get(it, "value")) for _, name, it in variables.entries(tmm) if name == HUGEPAGES_VARIABLE
    ]
    return not amount or values == [str(amount // quantity.PAGE)]


def _resource_names(tmm: Target) -> Iterator[str]:
    for group in ("limits", "requests"):
        yield from nodes.keys(tmm.at((*tmm.resources, group)))
        yield from nodes.keys(tmm.at((*tmm.resources, group, VALUES_SRIOV)))


def _amounts(tmm: Target, *, is_on_macvlan: bool) -> Fields:
    """Return the TMM container's limits as fields of the config; no fields if a config cannot express them.

    The amounts of an instance stay, because its operator may override them.
    """
    written, requests = (
        {name: nodes.text(tmm.at((*tmm.resources, group, name))) or "" for name in RESOURCES}
        for group in ("limits", "requests")
    )
    if tmm.is_instance or (is_on_macvlan and written != requests):
        return {}
    cpus = whole_number(written["cpu"], MAX_DIGITS)
    amounts: Fields = {**written, "cpu": "" if cpus is None else cpus}
    any_config = Proposal(({"name": "any", "master": template.ANY_NIC},), (("resources", amounts),))
    try:
        config.parse(template.fill(any_config).encode())
    except ConfigError:
        return {}
    return amounts
