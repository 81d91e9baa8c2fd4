"""Proposes a config from a chart's values file or rendered stream. The user adds the names of the nodes' NICs.

The TMM's networks are assumed to exist in the cluster and to use SR-IOV, unless the stream defines them with macvlan.
An SR-IOV network and a macvlan network cannot share a name, so each SR-IOV network gets a new name. The NIC (`master`)
is known only if the stream defines the network with macvlan; otherwise, it is a placeholder, which no verb accepts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender import config
from postrender.config import (
    CNI_VERSIONS,
    MODES,
    MTU,
    PLACEHOLDER,
    RESOURCES,
    Network,
    Tmm,
    network_definitions,
    template,
)
from postrender.config.template import PAGE, Proposal, named_masters, refuse_reversed
from postrender.errors import ConfigError, InputError, NoTarget, UsageError, full_name
from postrender.kubernetes.objects import objects
from postrender.limits import whole_number
from postrender.spk import (
    HUGEPAGES_VARIABLE,
    MTU_VARIABLE,
    TMM_NAME,
    VALUES_MTU,
    VALUES_SRIOV,
    VETHS_FLAG,
    attachments,
    is_sriov_variable,
    product,
    target,
    values_file,
    variables,
)
from postrender.spk.attachments import Attachment
from postrender.spk.kinds import CNF_VLAN
from postrender.yamledit import nodes, search, stream

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from postrender.errors import Failure
    from postrender.kubernetes.objects import Object
    from postrender.spk.target import Target
    from postrender.yamledit.stream import Stream

    Fields = dict[str, object]
    Known = dict[tuple[object, object], Fields]

RENDERED = "the output of `helm template` with that file"
DEFAULT_MTU = "1500"
ANY_NIC = "nic"
MAX_DIGITS = 9  #: the maximum number of digits in an amount


def propose(manifests: Stream, masters: Sequence[str]) -> Proposal:
    """Return a proposed config for a chart. `masters` are the values of --network: NAME=MASTER or NAME=NEW:MASTER.

    Raises NoTarget if a rendered stream has no TMM, InputError if the input cannot be used for another reason, and
    UsageError if `masters` are wrong, for example because they name an unknown network.
    """
    proposal = _of_chart(manifests)
    _require_config(proposal, "the chart has a value that a config does not accept", InputError)
    proposal = proposal._replace(networks=_with_masters(proposal, masters))
    _require_config(proposal, "--network", UsageError)
    return proposal


def _of_chart(manifests: Stream) -> Proposal:
    tmm = _tmm_of(manifests)
    mtu = _mtu(tmm)
    attachments = _attached(tmm) or tuple(map(Attachment, PAGE))
    known = _defined(manifests, tmm.namespace)
    networks = tuple(_network(attachment, mtu, known, tmm.namespace) for attachment in attachments)
    in_chart = tuple(attachment.name for attachment in attachments)
    repeated = _repeated(tmm)
    fields = tuple(_tmm_fields(tmm, repeated))
    return Proposal(networks, fields, in_chart, _product(manifests, tmm), tuple(repeated), is_of_chart=True)


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
    networks = tuple(
        {**fields, "master": ANY_NIC if fields["master"] == PLACEHOLDER else fields["master"]}
        for fields in proposal.networks
    )
    try:
        config.parse(template.fill(proposal._replace(networks=networks)).encode())
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


# Networks.


def _attached(tmm: Target) -> tuple[Attachment, ...]:
    try:
        return attachments.read(tmm)
    except ValueError:
        sentence = "the TMM's networks are not JSON that Multus accepts; correct them in the chart"
        raise InputError(sentence, tmm.parsed.place()) from None


def _network(attachment: Attachment, mtu: int | None, known: Known, namespace: str | None) -> Fields:
    """Return the fields of a network, in the order of the config reference."""
    place = attachment.namespace or namespace
    is_defined = (place, attachment.name) in known
    name = attachment.name if is_defined else attachments.on_macvlan(attachment.name)
    given = {"namespace": attachment.namespace, "interface": attachment.interface}
    fields: Fields = {"name": name, "master": PLACEHOLDER, **{key: it for key, it in given.items() if it is not None}}
    return fields | (known.get((place, name)) or ({"mtu": mtu} if mtu else {}))


def _defined(manifests: Stream, namespace: str | None) -> Known:
    """Return the fields of each macvlan network that the stream defines, by namespace (default: the TMM's) and name."""
    definitions: Known = {}
    for parsed in stream.readable(manifests, search.holding(manifests, network_definitions.KIND)):
        for item in filter(network_definitions.is_definition, objects(parsed)):
            identity = network_definitions.identity(item, namespace)
            text = network_definitions.written_config(item)
            fields = _macvlan(text)
            if fields and identity not in definitions:
                definitions[identity] = fields | _existing(text, str(identity[1]), fields)
    return definitions


def _existing(text: str, name: str, fields: Fields) -> Fields:
    """Return `create: false` if `fields` cannot express a network's whole CNI config, otherwise no fields."""
    given = {"cni_version" if key == "cniVersion" else key: value for key, value in fields.items()}
    return {} if network_definitions.means(text, Network(name, **given)) else {"create": False}  # type: ignore[arg-type]


def _macvlan(text: str) -> Fields:
    """Return a CNI config as a network's fields; no fields if it is not a valid CNI config for macvlan."""
    import json

    try:
        plugin: Any = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if not (isinstance(plugin, dict) and plugin.get("type") == "macvlan" and isinstance(plugin.get("master"), str)):
        return {}
    fields: Fields = {"master": plugin["master"]}
    fields |= {"mode": plugin["mode"]} if plugin.get("mode") in MODES[1:] else {}
    fields |= {"mtu": plugin["mtu"]} if _is_mtu(plugin.get("mtu")) else {}
    return fields | ({"cniVersion": plugin["cniVersion"]} if plugin.get("cniVersion") in CNI_VERSIONS else {})


def _is_mtu(value: object) -> bool:
    return isinstance(value, int) and MTU[0] <= value <= MTU[1]


def _with_masters(proposal: Proposal, masters: Sequence[str]) -> tuple[Fields, ...]:
    """Return the networks with their NICs from `masters`, which may use the new names or the chart's names."""
    given = dict(named_masters(masters))
    names = [str(fields["name"]) for fields in proposal.networks]
    refuse_reversed([(name, it) for name, it in given.items() if ":" not in it], [*names, *proposal.in_chart])
    for name in given:
        if name not in (*names, *proposal.in_chart):
            listed = ", ".join(names)
            raise UsageError(f"--network {full_name(name)}: not a network of the chart; use one of {listed}")
    return tuple(
        {**fields, **_renamed(given.get(name) or given.get(original) or "")}
        for name, original, fields in zip(names, proposal.in_chart, proposal.networks, strict=True)
    )


def _renamed(given: str) -> Fields:
    """Return the fields that --network sets. `given` is its part after `NAME=`: MASTER, or NEW:MASTER to rename it."""
    new, colon, master = given.rpartition(":")
    if colon:
        return {"name": new, "master": master or PLACEHOLDER}
    return {"master": given} if given else {}


# TMM.


def _mtu(tmm: Target) -> int | None:
    """Return TMM's MTU; None if it is not set, or is 1500, the usual MTU of a NIC."""
    written = [nodes.text(nodes.get(node, "value")) for _, name, node in variables.entries(tmm) if name == MTU_VARIABLE]
    found = nodes.text(tmm.at(VALUES_MTU)) or next(reversed(written), None) or ""
    mtu = whole_number(found, len(str(MTU[1])))
    return None if found == DEFAULT_MTU or not _is_mtu(mtu) else mtu


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


def _tmm_fields(tmm: Target, repeated: dict[str, str]) -> Iterator[tuple[str, object]]:
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
    if foreign:
        yield "unsetResources", [f"{domain}/*" for domain in sorted(foreign)]
    resources = _amounts(tmm)
    if resources:
        yield "resources", resources


def _resource_names(tmm: Target) -> Iterator[str]:
    for group in ("limits", "requests"):
        yield from nodes.keys(tmm.at((*tmm.resources, group)))
        yield from nodes.keys(tmm.at((*tmm.resources, group, VALUES_SRIOV)))


def _amounts(tmm: Target) -> Fields:
    """Return the TMM container's limits as fields of the config; no fields if a config cannot express them."""
    written = {name: nodes.text(tmm.at((*tmm.resources, "limits", name))) or "" for name in RESOURCES}
    cpus = whole_number(written["cpu"], MAX_DIGITS)
    amounts: Fields = {**written, "cpu": "" if cpus is None else cpus}
    any_config = Proposal(({"name": "any", "master": ANY_NIC},), (("resources", amounts),))
    try:
        config.parse(template.fill(any_config).encode())
    except ConfigError:
        return {}
    return amounts
