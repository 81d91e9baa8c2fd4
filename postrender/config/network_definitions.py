"""NetworkAttachmentDefinitions: how to recognize one in a stream, and how to write and compare CNI configs."""

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
    """Return a definition's namespace and name. If it has no namespace, `namespace` (the TMM's) is used."""
    return obj.namespace or namespace, obj.name


def written_config(obj: Object) -> str:
    """Return the text of a definition's CNI config; an empty string if it has none."""
    return nodes.text(nodes.find(obj.node, ("spec", "config"))) or ""


def means(text: str, network: Network) -> bool:
    """Report whether a CNI config is equivalent to the CNI config that this program writes for a network."""
    return meaning(text, network.name) == meaning(emit.flow(cni_config(network)), network.name)


def meaning(text: str, name: str) -> object:
    """Return a parsed CNI config, or None if it is not valid. Equivalent CNI configs give equal values.

    If the CNI config has no name, `name` is added, as Multus does; an empty `ipam` is removed.
    """
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
    """Return the CNI config of a network. Additional keys are sorted, because kustomize sorts them too."""
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
