"""Proposes the networks' `vlan` from the stream's F5SPKVlan, F5BigNetVlan and Infra objects.

Each proposed `vlan` is tried: `spk-macvlan vlans` must give back what the object contains. What a config cannot express
becomes a comment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender import config
from postrender.config import template
from postrender.conversion import self_ips
from postrender.errors import ConfigError, UsageError, brief, full_name
from postrender.kubernetes.objects import objects
from postrender.limits import whole_number
from postrender.spk import infra
from postrender.spk.kinds import CNF_VLAN, VLAN
from postrender.yamledit import nodes, search, stream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.config.template import Proposal
    from postrender.kubernetes.objects import Object
    from postrender.yamledit.nodes import Node
    from postrender.yamledit.stream import Stream

    Fields = dict[str, object]

MAX_DIGITS = 5  #: the maximum number of digits in a tag or a prefix length
MOST_REMARKS = 20
KINDS = (VLAN.name, CNF_VLAN.name, infra.KIND)


def add(proposal: Proposal, manifests: Stream, namespace: str | None) -> Proposal:
    """Return a proposal with the VLANs of the stream, and with remarks about what the config cannot express."""
    remarks: list[str] = []
    for obj in _objects(manifests, namespace):
        add_one = _add_infra if obj.kind == infra.KIND else _add_vlan
        proposal, said = add_one(proposal, obj)
        remarks += said
    if len(remarks) > MOST_REMARKS:
        remarks = [*remarks[:MOST_REMARKS], f"… and {len(remarks) - MOST_REMARKS} more"]
    return proposal._replace(remarks=tuple(remarks))


def _objects(manifests: Stream, namespace: str | None) -> Iterator[Object]:
    """Yield the VLAN and Infra objects in the TMM's namespace; an unknown namespace counts as the same."""
    documents = sorted({document for kind in KINDS for document in search.holding(manifests, kind)})
    for parsed in stream.readable(manifests, documents):
        for obj in objects(parsed):
            if obj.kind in KINDS and len({namespace, obj.namespace} - {None}) <= 1:
                yield obj


def _try_config(proposal: Proposal) -> config.Config:
    """Return the proposal as a config, with a name in place of each unknown NIC; raise ConfigError if it is none."""
    return config.parse(template.fill(template.with_any_nic(proposal)).encode())


def _with(proposal: Proposal, index: int, fields: Fields) -> Proposal:
    networks = list(proposal.networks)
    networks[index] = {**networks[index], **fields}
    return proposal._replace(networks=tuple(networks))


# F5SPKVlan and F5BigNetVlan.


def _add_vlan(proposal: Proposal, obj: Object) -> tuple[Proposal, list[str]]:
    title = f"{obj.kind} {full_name(obj.name)}"
    spec = nodes.get(obj.node, "spec")
    index = _index_of(nodes.get(spec, "interfaces"), len(proposal.networks))
    if index is None:
        return proposal, [f"{title} is left out: its interfaces are not exactly one of TMM's networks"]
    if "vlan" in proposal.networks[index]:
        return proposal, [f"{title} is left out: a network has at most one vlan, and 1.{index + 1} has one already"]
    vlan = {key: value for key, value in _vlan_fields(spec) if value not in (None, [])}
    tried = _with(proposal, index, {"vlan": vlan})
    try:
        settings = _try_config(tried)
        (made,) = (it for it in self_ips.objects(settings) if it["spec"]["interfaces"] == [f"1.{index + 1}"])
    except (ConfigError, UsageError) as error:
        return proposal, [f"{title} is left out: {error.sentence}"]
    network = settings.networks[index].name
    return tried, [*_renamed(title, obj.name, network), *_differences(title, spec, made["spec"])]


def _index_of(interfaces: Node | None, count: int) -> int | None:
    """Return the index of the network whose TMM interface a VLAN uses; None if it uses none or several."""
    names = [nodes.text(it) or "" for it in nodes.items(interfaces)]
    number = whole_number(names[0].removeprefix("1."), MAX_DIGITS) if len(names) == 1 and names[0][:2] == "1." else None
    return number - 1 if number and number <= count else None


def _vlan_fields(spec: Node | None) -> Iterator[tuple[str, object]]:
    yield "internal", nodes.text(nodes.get(spec, "internal")) == "true"
    yield "tag", _number(nodes.get(spec, "tag")) or 0
    for family in ("4", "6"):
        addresses = [nodes.text(it) or "" for it in nodes.items(nodes.get(spec, f"selfip_v{family}s"))]
        yield f"selfIPv{family}", addresses
        yield f"prefixLengthV{family}", _number(nodes.get(spec, f"prefixlen_v{family}")) if addresses else None


def _number(node: Node | None) -> int | None:
    return whole_number(nodes.text(node) or "", MAX_DIGITS)


def _differences(title: str, spec: Node | None, made: Fields) -> Iterator[str]:
    """Yield a remark for each field that `vlans` would leave out, add or change."""
    for key in dict.fromkeys((*nodes.keys(spec), *made)):
        there, here = _plain(nodes.get(spec, key)), _plain_value(made.get(key))
        if key != "name" and there != here and (key, there or "") not in (("internal", ""), ("tag", "")):
            yield _of_difference(title, full_name(key), brief(there), here)


def _of_difference(title: str, key: str, there: str, here: str) -> str:
    has = f"has {key} {there}" if there else f"has no {key}"
    return f"{title} {has}, but `vlans` writes {here or 'none'}"


def _plain(node: Node | None) -> str:
    """Return a value as text to compare and to show: a scalar, or the items of a list."""
    if nodes.is_mapping(node):
        return "{…}"
    return ", ".join(nodes.text(it) or "…" for it in nodes.items(node)) or nodes.text(node) or ""


def _plain_value(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


# Infra.


def _add_infra(proposal: Proposal, obj: Object) -> tuple[Proposal, list[str]]:
    remarks: list[str] = []
    spec = nodes.get(obj.node, "spec")
    definitions = {
        nodes.text(nodes.get(it, "name")): [
            nodes.text(nodes.get(entry, "name")) for entry in nodes.items(nodes.get(it, "networkAttachmentDefinitions"))
        ]
        for it in nodes.items(nodes.get(spec, "networkAttachments"))
    }
    inside = nodes.text(nodes.find(spec, ("egressDefaults", "networkRef", "name")))
    for entry in nodes.items(nodes.get(spec, "networks")):
        name = nodes.text(nodes.get(entry, "name")) or ""
        title = f"Infra {full_name(obj.name)}: network {full_name(name)}"
        attachment = nodes.text(nodes.find(entry, ("vlan", "networkAttachmentRef", "name")))
        index = _index_of_definitions(proposal, definitions.get(attachment, []))
        if index is None or "vlan" in proposal.networks[index]:
            remarks.append(f"{title} is left out: it needs exactly one of TMM's networks, without another vlan")
            continue
        pool = _pool(spec, entry)
        if pool is None:
            remarks.append(f"{title} is left out: a vlan has one pool with rangeStart and rangeEnd")
            continue
        tag = _number(nodes.find(entry, ("vlan", "tag"))) or 0
        tried = _with(proposal, index, {"vlan": {"internal": name == inside, "tag": tag, "pool": pool}})
        try:
            settings = _try_config(tried)
            self_ips.require_fitting(settings)
        except (ConfigError, UsageError) as error:
            remarks.append(f"{title} is left out: {error.sentence}")
            continue
        proposal = tried
        remarks += _renamed(title, name, settings.networks[index].name)
        remarks += _of_mtu(title, _number(nodes.find(entry, ("vlan", "mtu"))), settings.networks[index].mtu)
    return _with_egress(proposal, obj, remarks), remarks


def _index_of_definitions(proposal: Proposal, names: list[str | None]) -> int | None:
    """Return the index of the network that an attachment of an Infra object refers to by name."""
    if len(names) != 1 or names[0] not in proposal.in_chart:
        return None
    return proposal.in_chart.index(names[0])


def _pool(spec: Node | None, network: Node) -> Fields | None:
    """Return the pool of an Infra's network; None unless it has exactly one, given by its first and last address."""
    refs = {nodes.text(nodes.get(it, "name")) for it in nodes.items(nodes.find(network, ("vlan", "ipamRefs")))}
    ipams = [it for it in nodes.items(nodes.get(spec, "ipams")) if nodes.text(nodes.get(it, "name")) in refs]
    pools = [pool for it in ipams for pool in nodes.items(nodes.get(it, "ipPools"))]
    found: Fields = (
        {key: nodes.text(nodes.get(pools[0], key)) or "" for key in ("rangeStart", "rangeEnd")} if pools else {}
    )
    return found if len(pools) == 1 and all(found.values()) else None


def _renamed(title: str, name: str, network: str) -> list[str]:
    """Return a remark about an object that `vlans` would write under another name, so that both could be applied."""
    if name == network:
        return []
    return [f"{title}: `vlans` writes it under the name {full_name(network)}; apply only one of them"]


def _of_mtu(title: str, there: int | None, here: int | None) -> list[str]:
    return [] if there == here else [_of_difference(title, "mtu", str(there or ""), str(here or ""))]


def _with_egress(proposal: Proposal, obj: Object, remarks: list[str]) -> Proposal:
    subnet = nodes.text(nodes.find(obj.node, infra.EGRESS))
    if not subnet or not any("vlan" in network for network in proposal.networks):
        return proposal
    tried = proposal._replace(egress_subnet=subnet)
    try:
        _try_config(tried)
    except ConfigError as error:
        remarks.append(f"Infra {full_name(obj.name)}: egressDefaults.subnet is left out: {error.sentence}")
        return proposal
    return tried
