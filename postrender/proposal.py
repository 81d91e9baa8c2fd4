"""A chart's values file or rendered stream -> what its config could say. What only the nodes know is left to a person.

Networks of SR-IOV and of macvlan cannot share a name, so `sriov` in a name becomes `macvlan`. A master is known only
where the stream defines the network on macvlan; the others are a placeholder, which no verb accepts.
"""

from __future__ import annotations

from postrender import config, nodes, search, starter, stream, target, values, variables
from postrender.config import CNI_VERSIONS, MODES, MTU, PLACEHOLDER, RESOURCES, Tmm
from postrender.errors import ConfigError, InputError, UsageError
from postrender.rules import definitions
from postrender.spk import MTU_VARIABLE, ROBIN_NETWORKS, VALUES_MTU, VALUES_SRIOV
from postrender.starter import PAGE, Proposal, named_master

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from postrender.target import Target

    Fields = dict[str, object]

DEFAULT_MTU = "1500"
MAX_DIGITS = 9  #: of an amount


def proposed(data: bytes, masters: Sequence[str]) -> Proposal:
    """Return what a config for a chart could say; `masters` are NAME=MASTER, for networks that were found.

    Raises InputError where there is neither a TMM nor a values file, UsageError where a named network is not there.
    """
    tmm = _tmm_of(data)
    mtu = _mtu(tmm)
    found = [*_references(tmm)] or [(name.partition("=")[0], {}) for name in PAGE]
    known = _defined(data)
    networks = [_network(name, fields, mtu, known) for name, fields in found]
    _set_masters(networks, masters)
    remarks = tuple(
        f"stands for {name}" if name not in fields.values() else ""
        for (name, _), fields in zip(found, networks, strict=True)
    )
    return _checked(Proposal(tuple(networks), tuple(_tmm_fields(tmm)), remarks))


def _checked(proposal: Proposal) -> Proposal:
    """Return a proposal that is a config but for its placeholders; a chart can say what no config may."""
    try:
        config.parse(starter.proposed(proposal).replace(PLACEHOLDER, "nic").encode())
    except ConfigError as error:
        sentence = f"what the chart says makes no config: {error.place.path}: {error.sentence}"
        raise InputError(f"{sentence}; write it with `spk-macvlan init`") from None
    return proposal


def _tmm_of(data: bytes) -> Target:
    """Return the TMM of a rendered stream, or the fields of TMM in a values file."""
    candidates = search.holding(data, stream.split(data), "apiVersion")
    objects = (found for parsed in stream.readable(data, candidates) for found in target.objects(parsed))
    tmms = [found for found in objects if target.is_target(found, Tmm(), include_hooks=False)]
    return target.located(target.choose(tmms)) if tmms else values.located(values.only(data), None)


# Networks.


def _references(tmm: Target) -> Iterator[tuple[str, Fields]]:
    """Yield the name of each network that the TMM refers to, and what else the reference says."""
    node = tmm.at(tmm.networks) or tmm.at((*tmm.annotations, ROBIN_NETWORKS))
    written = nodes.text(node) or ""
    if nodes.is_sequence(node):  # of an instance: bare names
        references = [nodes.text(item) or "" for item in nodes.items(node)]
    elif written[:1] in ("[", "{"):
        yield from _json_references(written, tmm)
        return
    else:
        references = written.split(",")
    for reference in filter(None, map(str.strip, references)):
        place, _, rest = reference.rpartition("/")
        name, _, interface = rest.partition("@")
        yield name, _said({"namespace": place or None, "interface": interface or None})


def _json_references(written: str, tmm: Target) -> Iterator[tuple[str, Fields]]:
    """Yield the networks of Multus' longer form."""
    import json

    try:
        listed = json.loads(written)
    except (ValueError, RecursionError):
        raise InputError("the networks are no JSON that Multus reads; mend the chart", tmm.parsed.place()) from None
    for entry in listed if isinstance(listed, list) else [listed]:
        if isinstance(entry, dict) and isinstance(entry.get("name"), str):
            texts = {key: entry.get(key) for key in ("namespace", "interface")}
            yield entry["name"], _said({key: value for key, value in texts.items() if isinstance(value, str)})


def _said(fields: Fields) -> Fields:
    return {key: value for key, value in fields.items() if value is not None}


def _network(name: str, reference: Fields, mtu: int | None, known: dict[str, Fields]) -> Fields:
    """Return the fields of a network, in the order in which people read them."""
    new = name.replace("sriov", "macvlan")
    fields: Fields = {"name": new, "master": PLACEHOLDER, **reference}
    return fields | (known.get(new) or ({"mtu": mtu} if mtu else {}))


def _defined(data: bytes) -> dict[str, Fields]:
    """Return what the stream's own macvlan networks say, by name."""
    found = {}
    for parsed in stream.readable(data, search.holding(data, stream.split(data), definitions.KIND)):
        for item in filter(definitions.is_definition, target.objects(parsed)):
            name = nodes.text(nodes.find(item.node, ("metadata", "name"))) or ""
            fields = _macvlan(nodes.text(nodes.find(item.node, ("spec", "config"))) or "")
            if fields:
                found[name] = fields
    return found


def _macvlan(text: str) -> Fields:
    """Return the fields of a macvlan CNI config that differ from what the config says by itself."""
    import json

    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if not (isinstance(found, dict) and found.get("type") == "macvlan" and isinstance(found.get("master"), str)):
        return {}
    fields: Fields = {"master": found["master"]}
    fields |= {"mode": found["mode"]} if found.get("mode") in MODES[1:] else {}
    fields |= {"mtu": found["mtu"]} if _is_mtu(found.get("mtu")) else {}
    return fields | ({"cniVersion": found["cniVersion"]} if found.get("cniVersion") in CNI_VERSIONS else {})


def _is_mtu(value: object) -> bool:
    return isinstance(value, int) and MTU[0] <= value <= MTU[1]


def _set_masters(networks: Sequence[Fields], masters: Sequence[str]) -> None:
    by_name = {str(fields["name"]): fields for fields in networks}
    for name, master in map(named_master, masters):
        if name not in by_name:
            raise UsageError(f"--network {name}: not among the networks that were found: {', '.join(by_name)}")
        by_name[name]["master"] = master


# TMM.


def _mtu(tmm: Target) -> int | None:
    """Return TMM's MTU, where it is given and not what a NIC usually has."""
    written = [nodes.text(nodes.get(node, "value")) for _, name, node in variables.entries(tmm) if name == MTU_VARIABLE]
    found = nodes.text(tmm.at(VALUES_MTU)) or next(reversed(written), None) or ""
    if not (found.isascii() and found.isdigit() and len(found) <= len(str(MTU[1]))) or found == DEFAULT_MTU:
        return None
    return int(found) if _is_mtu(int(found)) else None


def _tmm_fields(tmm: Target) -> Iterator[tuple[str, object]]:
    """Yield what the config's `tmm` is to say."""
    workload = tmm.name if tmm.annotations else nodes.text(tmm.at((*tmm.base, "name")))
    if workload and workload != Tmm().workload and not tmm.is_instance:
        yield "workload", workload
    if tmm.namespace:
        yield "namespace", tmm.namespace
    mtu = _mtu(tmm)
    if mtu:
        yield "env", {MTU_VARIABLE: str(mtu)}
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
    """Return the TMM container's amounts, where each is one that a config can say."""
    amounts: Fields = {}
    for name in RESOURCES:
        written = nodes.text(tmm.at((*tmm.resources, "limits", name))) or ""
        if not _is_sayable(name, written):
            return {}
        amounts[name] = int(written) if name == "cpu" else written
    return amounts


def _is_sayable(name: str, written: str) -> bool:
    digits = written if name == "cpu" else written[:-2]
    unit = name == "cpu" or written[-2:] in ("Mi", "Gi")
    return unit and digits.isascii() and digits.isdigit() and len(digits) <= MAX_DIGITS
