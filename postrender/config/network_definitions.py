"""NetworkAttachmentDefinitions: which object is one, what its CNI config says, and that of a network of the config."""

from __future__ import annotations

from postrender.yamledit import emit, nodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from postrender.config import Network
    from postrender.kubernetes.objects import Found

API_VERSION = "k8s.cni.cncf.io/v1"
KIND = "NetworkAttachmentDefinition"


def is_definition(found: Found) -> bool:
    """Tell whether an object is a NetworkAttachmentDefinition."""
    return (found.kind, found.api_version) == (KIND, API_VERSION)


def identity(found: Found, namespace: str | None) -> tuple[str | None, str]:
    """Return a definition's namespace and name. Without a namespace of its own, it is in the TMM's."""
    return found.namespace or namespace, found.name


def written_config(found: Found) -> str:
    """Return the CNI config of a definition, as it is written."""
    return nodes.text(nodes.find(found.node, ("spec", "config"))) or ""


def means(text: str, network: Network) -> bool:
    """Tell whether a CNI config means what the config says of a network."""
    return meaning(text, network.name) == meaning(emit.flow(cni_config(network)), network.name)


def meaning(text: str, name: str) -> object:
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
