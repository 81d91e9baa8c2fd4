"""The macvlan networks are defined.

What: for each network of the config one NetworkAttachmentDefinition, unless it says `create: false` or the stream
already holds it. It has no `k8s.v1.cni.cncf.io/resourceName`.

Why: Multus looks the networks up by name. With a resource name the network resources injector would ask for an SR-IOV
device again. `ipam` is empty because TMM's self IPs come from F5SPKVlan objects. `name` is the definition's own: the
CNI specification requires one. An existing definition of the same name with another config is never overwritten.

Fix: nothing to do; the conversion does it.

Source: F5, Macvlan Network Configuration; CNI specification; the macvlan plugin; the network resources injector.

Failing:

    # config: networks: [{name: macvlan-internal, master: ens224}]

Passing:

    apiVersion: k8s.cni.cncf.io/v1
    kind: NetworkAttachmentDefinition
    metadata: {name: macvlan-internal}
    spec:
      config: '{"cniVersion": "0.3.1", "name": "macvlan-internal", "type": "macvlan",
        "master": "ens224", "mode": "bridge", "ipam": {}}'
"""

from __future__ import annotations

from postrender.errors import InputError, cut
from postrender.spk.target import namespace as namespace_of
from postrender.yamledit import emit, nodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from postrender.config import Config, Network
    from postrender.spk.target import Found

ID = "definitions"
LEVEL = "change"
API_VERSION = "k8s.cni.cncf.io/v1"
KIND = "NetworkAttachmentDefinition"
ABSENT = object()


def missing(config: Config, namespace: str | None, present: Sequence[Found]) -> tuple[Network, ...]:
    """Return the networks to define; raise InputError where the stream defines one of them differently."""
    _require_distinct(config, namespace)
    defined = {identity(found, namespace): found for found in reversed(present)}  # of repeated ones the first
    return tuple(
        network for network in config.networks if network.create and not _is_defined(network, namespace, defined)
    )


def _require_distinct(config: Config, namespace: str | None) -> None:
    """Refuse two networks that turn out to be one, since the TMM's namespace is also what one of them says."""
    seen = set()
    for network in config.networks:
        place = network.namespace or namespace
        if (place, network.name) in seen:
            same = f"two networks of the config are both {place}/{network.name}"
            raise InputError(f"{same}; rename one, or give it a namespace")
        seen.add((place, network.name))


def has_name_of(config: Config, found: Found) -> bool:
    """Tell whether an object has the name of one of the config's networks."""
    name = nodes.text(nodes.find(found.node, ("metadata", "name")))
    return any(network.name == name for network in config.networks)


def is_definition(found: Found) -> bool:
    """Tell whether an object is a NetworkAttachmentDefinition."""
    return (
        nodes.text(nodes.get(found.node, "kind")) == KIND
        and nodes.text(nodes.get(found.node, "apiVersion")) == API_VERSION
    )


def identity(found: Found, namespace: str | None) -> tuple[str | None, str | None]:
    """Return a definition's namespace and name. Without a namespace of its own, it is in the TMM's."""
    return namespace_of(found.node) or namespace, nodes.text(nodes.find(found.node, ("metadata", "name")))


def _is_defined(
    network: Network, namespace: str | None, defined: Mapping[tuple[str | None, str | None], Found]
) -> bool:
    found = defined.get((network.namespace or namespace, network.name))
    if found is not None:
        _require_same(network, found)
    return found is not None


def _require_same(network: Network, found: Found) -> None:
    text = written_config(found)
    if not means(text, network):
        node = nodes.get(found.node, "spec") or found.node
        place = found.parsed.place_of(node, "spec.config")
        sentence = f"the stream already defines {network.name}, {_difference(text, network)}"
        raise InputError(f"{sentence}; make them equal, or set `create: false`", place)


def _difference(text: str, network: Network) -> str:
    """Say what is not the same in the stream's definition: the first key that differs, in the config's order."""
    found, wanted = _meaning(text, network.name), _meaning(emit.flow(cni_config(network)), network.name)
    if not isinstance(found, dict) or not isinstance(wanted, dict):
        return f"and its config is not a JSON object: {cut(text) or 'empty'}"
    key = next(key for key in (*wanted, *found) if found.get(key, ABSENT) != wanted.get(key, ABSENT))
    theirs, ours = (cut(emit.flow(it[key])) if key in it else "absent" for it in (found, wanted))
    return f"with another CNI config: {cut(key)} is {theirs} there, and {ours} in spk-macvlan's config"


def written_config(found: Found) -> str:
    """Return the CNI config of a definition, as it is written."""
    return nodes.text(nodes.find(found.node, ("spec", "config"))) or ""


def means(text: str, network: Network) -> bool:
    """Tell whether a CNI config means what the config says of a network."""
    return _meaning(text, network.name) == _meaning(emit.flow(cni_config(network)), network.name)


def _meaning(text: str, name: str) -> object:
    """Return what a CNI config means: as JSON, with Multus' default name, an empty `ipam` the same as none."""
    import json

    try:
        config = json.loads(text)
    except ValueError:
        return None
    if not isinstance(config, dict):
        return None
    config["name"] = config.get("name") or name
    return {key: value for key, value in config.items() if (key, value) != ("ipam", {})}


def cni_config(network: Network) -> dict[str, Any]:
    """Return the CNI config of a network. Further keys are sorted: kustomize would sort them anyway."""
    config: dict[str, Any] = {"cniVersion": network.cni_version, "name": network.name, "type": "macvlan"}
    config |= {"master": network.master, "mode": network.mode}
    if network.mtu is not None:
        config["mtu"] = network.mtu
    config |= {"ipam": {}, **_sorted(dict(network.cni))}
    return config


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(entry) for entry in value] if isinstance(value, list) else value


def definition(network: Network, namespace: str | None, annotations: dict[str, str]) -> dict[str, Any]:
    """Return the NetworkAttachmentDefinition of a network, with the annotations that its stream asks for."""
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
