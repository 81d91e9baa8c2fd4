"""The macvlan networks are defined.

What: each network of the config gets a NetworkAttachmentDefinition, unless it has `create: false` or the stream
already defines it. The definition has no `k8s.v1.cni.cncf.io/resourceName`.

Why: Multus looks the networks up by name. With a resource name, the network resources injector would request an SR-IOV
device again. `ipam` is empty because TMM's self IPs come from F5SPKVlan objects. `name` is the definition's own: the
CNI specification requires one. An existing definition of the same name with another config is never overwritten.

Fix: nothing to do; the conversion does it.

Source: F5, Macvlan Network Configuration; CNI specification; the macvlan plugin; the network resources injector.

Failing:

    networks:
    - {name: macvlan-internal, master: ens224}

Passing:

    networks:
    - {name: macvlan-internal, master: ens224}
    ---
    apiVersion: k8s.cni.cncf.io/v1
    kind: NetworkAttachmentDefinition
    metadata: {name: macvlan-internal}
    spec:
      config: '{"cniVersion": "0.3.1", "name": "macvlan-internal", "type": "macvlan",
        "master": "ens224", "mode": "bridge", "ipam": {}}'
"""

from __future__ import annotations

from postrender.config.network_definitions import (
    API_VERSION,
    KIND,
    cni_config,
    identity,
    meaning,
    means,
    written_config,
)
from postrender.errors import InputError, quoted
from postrender.yamledit import emit, nodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from postrender.config import Config, Network
    from postrender.kubernetes.objects import Object

ID = "definitions"
LEVEL = "change"
ABSENT = object()


def missing(config: Config, namespace: str | None, present: Sequence[Object]) -> tuple[Network, ...]:
    """Return the networks to define; raise InputError where the stream defines one of them differently."""
    _require_distinct(config, namespace)
    defined = {identity(wanted, namespace): wanted for wanted in reversed(present)}  # the first of repeated ones
    return tuple(
        network for network in config.networks if network.create and not _is_defined(network, namespace, defined)
    )


def _require_distinct(config: Config, namespace: str | None) -> None:
    """Refuse two networks that are the same, because one names the TMM's namespace and the other has none."""
    seen = set()
    for network in config.networks:
        place = network.namespace or namespace
        if (place, network.name) in seen:
            same = f"{place}/{network.name} is listed twice in the config"
            raise InputError(f"{same}; rename one, or set its namespace")
        seen.add((place, network.name))


def has_name_of(config: Config, obj: Object) -> bool:
    """Report whether an object has the name of one of the config's networks."""
    return any(network.name == obj.name for network in config.networks)


def _is_defined(network: Network, namespace: str | None, defined: Mapping[tuple[str | None, str], Object]) -> bool:
    obj = defined.get((network.namespace or namespace, network.name))
    if obj is not None:
        _require_same(network, obj)
    return obj is not None


def _require_same(network: Network, obj: Object) -> None:
    text = written_config(obj)
    if not means(text, network):
        node = nodes.get(obj.node, "spec") or obj.node
        place = obj.parsed.place_of(node, "spec.config")
        sentence = f"the stream already defines {network.name}, {_difference(text, network)}"
        raise InputError(f"{sentence}; make them equal, or set `create: false`", place)


def _difference(text: str, network: Network) -> str:
    """Describe the first key that differs in the stream's definition, in the config's order."""
    value, wanted = meaning(text, network.name), meaning(emit.flow(cni_config(network)), network.name)
    if not isinstance(value, dict) or not isinstance(wanted, dict):
        return f"and its config is not a JSON object: {quoted(text) or 'empty'}"
    key = next(key for key in (*wanted, *value) if value.get(key, ABSENT) != wanted.get(key, ABSENT))
    theirs, ours = (quoted(emit.flow(it[key])) if key in it else "absent" for it in (value, wanted))
    return f"with another CNI config: {quoted(key)} is {theirs} there, and {ours} in spk-macvlan's config"


def definition(network: Network, namespace: str | None, annotations: dict[str, str]) -> dict[str, Any]:
    """Return the NetworkAttachmentDefinition of a network, with the annotations that its stream requires."""
    metadata: dict[str, Any] = {"name": network.name}
    if network.namespace or namespace:
        metadata["namespace"] = network.namespace or namespace
    if network.labels:
        metadata["labels"] = dict(sorted(network.labels))
    if network.annotations or annotations:
        metadata["annotations"] = dict(sorted({**dict(network.annotations), **annotations}.items()))
    return {
        "apiVersion": API_VERSION,
        "kind": KIND,
        "metadata": metadata,
        "spec": {"config": emit.flow(cni_config(network))},
    }
