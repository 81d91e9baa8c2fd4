"""A network of the config as a NetworkAttachmentDefinition: its CNI config, and how to recognize it among objects."""

from __future__ import annotations

from postrender.yamledit import emit, nodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from postrender.config import Network
    from postrender.kubernetes.objects import Object

API_VERSION = "k8s.cni.cncf.io/v1"
KIND = "NetworkAttachmentDefinition"


def is_definition(obj: Object) -> bool:
    """Report whether an object is a NetworkAttachmentDefinition."""
    return (obj.kind, obj.api_version) == (KIND, API_VERSION)


def identity(obj: Object, namespace: str | None) -> tuple[str | None, str]:
    """Return a definition's namespace and name. Without a namespace, it is in the TMM's namespace."""
    return obj.namespace or namespace, obj.name


def written_config(obj: Object) -> str:
    """Return the CNI config of a definition, as it is written."""
    return nodes.text(nodes.find(obj.node, ("spec", "config"))) or ""


def means(text: str, network: Network) -> bool:
    """Report whether a CNI config is equivalent to the CNI config of a configured network."""
    return meaning(text, network.name) == meaning(emit.flow(cni_config(network)), network.name)


def meaning(text: str, name: str) -> object:
    """Parse a CNI config so that equivalent configs are equal: add Multus' default name, drop an empty `ipam`."""
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
    """Return the CNI config of a network. Additional keys are sorted, because kustomize would sort them anyway."""
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
