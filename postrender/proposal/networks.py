"""Proposes the networks: names that nothing else in the input uses, and what the input says of their definitions.

Networks of a TMM that is not on macvlan yet are assumed to use SR-IOV, unless the stream defines them with macvlan. An
SR-IOV network and a macvlan network cannot share a name, so each SR-IOV network gets a new name. The networks of a TMM
that is on macvlan already keep their names. The NIC (`master`) is known only if the stream defines the network;
otherwise, it is a placeholder, which no verb accepts.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from postrender.config import CNI_VERSIONS, MODES, MTU, PLACEHOLDER, Network, network_definitions
from postrender.config.template import PAGE, named_masters, refuse_reversed
from postrender.errors import InputError, UsageError, brief, full_name
from postrender.kubernetes import LABEL_LENGTH
from postrender.kubernetes.objects import objects
from postrender.limits import DEFAULTS as LIMITS
from postrender.spk import attachments, product
from postrender.spk.attachments import Attachment
from postrender.yamledit import nodes, search, stream

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from typing import Any

    from postrender.config.template import Proposal
    from postrender.spk.target import Target
    from postrender.yamledit.stream import Stream

    Fields = dict[str, object]
    Identity = tuple[object, object]

MOST = LIMITS.networks
NUMBERS = tuple(f"-{number}" for number in range(2, 10 * MOST))


def propose(manifests: Stream, tmm: Target, mtu: int | None, *, is_on_macvlan: bool) -> tuple[list[str], list[Fields]]:
    """Return the names of the chart's networks and, for each of them, the fields of a network of the config."""
    attached = _attached(tmm) or tuple(map(Attachment, PAGE))
    if len(attached) > MOST:
        raise InputError(f"the TMM has {len(attached):,} networks, but a config has at most {MOST}", tmm.parsed.place())
    configs = _defined(manifests, tmm.namespace)
    kept = [_kept(configs, (it.namespace or tmm.namespace, it.name), is_on_macvlan=is_on_macvlan) for it in attached]
    names = [it.name for it, fields in zip(attached, kept, strict=True) if fields is not None]
    names += _reserved(tmm)
    proposed: list[Fields] = []
    for attachment, known in zip(attached, kept, strict=True):
        name, fields = attachment.name, known
        if fields is None:
            name = _new_name(manifests, attachments.on_macvlan(attachment.name), names)
            names.append(name)
            fields = {}
        given = {"namespace": attachment.namespace, "interface": attachment.interface}
        own = {key: it for key, it in given.items() if it is not None}
        usual = {"mtu": mtu} if mtu and "create" not in fields and "master" not in fields else {}
        proposed.append({"name": name, "master": PLACEHOLDER, **own} | usual | fields)
    return [attachment.name for attachment in attached], proposed


def _kept(configs: Mapping[Identity, str], identity: Identity, *, is_on_macvlan: bool) -> Fields | None:
    """Return the fields of a network that TMM keeps, or None if a new network must replace it.

    A TMM that is on macvlan already also keeps networks of other plugins, such as host-device, and networks that the
    stream does not define, because these exist in the cluster.
    """
    text = configs.get(identity, "")
    plugin = _plugin(text)
    if plugin.get("type") == "macvlan" and isinstance(plugin.get("master"), str):
        fields = _macvlan(plugin)
        return fields | _existing(text, str(identity[1]), fields)
    if identity in configs and (plugin.get("type") == "sriov" or not is_on_macvlan):
        return None
    if is_on_macvlan:
        nic = next((it for it in (plugin.get("master"), plugin.get("device")) if isinstance(it, str)), PLACEHOLDER)
        return {"master": nic, "create": False}
    return {} if attachments.MACVLAN in str(identity[1]) else None


def with_masters(proposal: Proposal, masters: Sequence[str]) -> tuple[Fields, ...]:
    """Return the networks with their NICs from `masters`, which may use the new names or the chart's names.

    Raise UsageError for a name of another network, or for a NIC that contradicts the stream's definition of a network.
    """
    given = dict(named_masters(masters))
    names = [str(fields["name"]) for fields in proposal.networks]
    refuse_reversed([(name, it) for name, it in given.items() if ":" not in it], [*names, *proposal.in_chart])
    for name in given:
        if name not in (*names, *proposal.in_chart):
            listed = ", ".join(names)
            raise UsageError(f"--network {full_name(name)}: not a network of the chart; use one of {listed}")
    return tuple(
        _with_master(fields, given.get(name) or given.get(original) or "")
        for name, original, fields in zip(names, proposal.in_chart, proposal.networks, strict=True)
    )


def _with_master(fields: Fields, given: str) -> Fields:
    """Return a network with the NIC and name of --network. `given` is MASTER, or NEW:MASTER to rename the network."""
    new, colon, master = given.rpartition(":")
    if colon:
        kept = {key: value for key, value in fields.items() if key != "create"}  # a network of that name is new
        return {**kept, "name": new, "master": master or PLACEHOLDER}
    known = str(fields["master"])
    if given and given != known != PLACEHOLDER:
        name = full_name(str(fields["name"]))
        sentence = f"the stream defines {name} on {brief(known)}; leave out the option, or rename the network"
        raise UsageError(f"--network {name}={brief(given)}: {sentence} ({name}=NEW:{brief(given)})")
    return {**fields, "master": given} if given else fields


def _attached(tmm: Target) -> tuple[Attachment, ...]:
    try:
        return attachments.read(tmm)
    except ValueError:
        sentence = "the TMM's networks are not JSON that Multus accepts; correct them in the chart"
        raise InputError(sentence, tmm.parsed.place()) from None


# Names.


def _new_name(manifests: Stream, name: str, taken: Collection[str]) -> str:
    """Return a name for a new network: `name`, or else `name` with a number that makes it unique in the input."""
    candidates = (name, *(f"{name[: LABEL_LENGTH - len(end)].rstrip('-')}{end}" for end in NUMBERS))
    unused = (it for it in candidates if it not in taken and not _is_used(manifests, it))
    found = next(unused, None)
    if found is None:
        raise InputError(f"the input already uses {full_name(name)} and its variants; use `init` without --from")
    return found


def _reserved(tmm: Target) -> list[str]:
    """Return the names of networks that the TMM's product may create itself."""
    found = product.of_instance(tmm.kind, tmm.at(tmm.base) or tmm.parsed.root) if tmm.is_instance else None
    return [product.RESERVED_NAME] if found and found.takes_infra is not False else []


def _is_used(manifests: Stream, name: str) -> bool:
    """Report whether a value or key of the input contains a name as a word; comments do not count."""
    word = re.compile(rf"(?<![a-z0-9-]){re.escape(name)}(?![a-z0-9-])")
    likely = stream.readable(manifests, search.holding(manifests, name))
    return any(nodes.is_scalar(node) and word.search(node.value) for it in likely for node in nodes.walk(it.root))


# Definitions.


def _defined(manifests: Stream, namespace: str | None) -> dict[Identity, str]:
    """Return the CNI config of each network that the stream defines; the first definition of a network counts."""
    configs: dict[Identity, str] = {}
    for parsed in stream.readable(manifests, search.holding(manifests, network_definitions.KIND)):
        for item in filter(network_definitions.is_definition, objects(parsed)):
            identity = network_definitions.identity(item, namespace)
            configs.setdefault(identity, network_definitions.written_config(item))
    return configs


def _plugin(text: str | None) -> dict[str, Any]:
    """Return a CNI config as a map, which is empty if the text is not a JSON object."""
    try:
        plugin = json.loads(text or "")
    except (ValueError, RecursionError):
        return {}
    return plugin if isinstance(plugin, dict) else {}


def _existing(text: str, name: str, fields: Fields) -> Fields:
    """Return `create: false` if `fields` cannot express a network's whole CNI config, otherwise no fields."""
    given = {"cni_version" if key == "cniVersion" else key: value for key, value in fields.items()}
    return {} if network_definitions.means(text, Network(name, **given)) else {"create": False}  # type: ignore[arg-type]


def _macvlan(plugin: dict[str, Any]) -> Fields:
    """Return the CNI config of a macvlan network as fields of the config."""
    fields: Fields = {"master": plugin["master"]}
    fields |= {"mode": plugin["mode"]} if plugin.get("mode") in MODES[1:] else {}
    fields |= {"mtu": plugin["mtu"]} if is_mtu(plugin.get("mtu")) else {}
    return fields | ({"cniVersion": plugin["cniVersion"]} if plugin.get("cniVersion") in CNI_VERSIONS else {})


def is_mtu(value: object) -> bool:
    """Report whether the config accepts a value as an MTU."""
    return isinstance(value, int) and MTU[0] <= value <= MTU[1]
