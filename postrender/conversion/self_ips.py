"""The config's networks -> F5SPKVlan objects, which give TMM its self IPs.

They are applied after the release, since SPK's webhook, which validates them, is not available before. Interfaces
are quoted, since `1.1` is a number to YAML. Source: F5, VLAN custom resource.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.errors import UsageError
from postrender.yamledit import emit

if TYPE_CHECKING:
    from typing import Any

    from postrender.config import Config, Network, Vlan

API_VERSION = "k8s.f5net.com/v1"
KIND = "F5SPKVlan"


def text(config: Config) -> str:
    """Return the objects as a stream; raise UsageError where no network has a `vlan`."""
    found = objects(config)
    if not found:
        raise UsageError("no network of the config has a vlan; set spec.networks[].vlan")
    return "".join(f"---\n{chr(10).join(emit.block(vlan, 0))}\n" for vlan in found)


def objects(config: Config) -> list[dict[str, Any]]:
    """Return the objects, in the order of the networks; raise UsageError where two have one name."""
    found = [
        _vlan(network, network.vlan, number, config.tmm.namespace)
        for number, network in enumerate(config.networks, 1)
        if network.vlan is not None
    ]
    names = [vlan["metadata"]["name"] for vlan in found]
    if len(set(names)) < len(names):
        raise UsageError("two networks with a vlan have the same name; rename one, since each names an F5SPKVlan")
    return found


def _vlan(network: Network, vlan: Vlan, number: int, namespace: str | None) -> dict[str, Any]:
    """Return one network's object. Tag 0 is untagged; the MTU must equal the interface's."""
    metadata = {"name": network.name, **({"namespace": namespace} if namespace else {})}
    spec: dict[str, Any] = {"name": network.name, "tag": vlan.tag, "interfaces": [f"1.{number}"]}
    spec["internal"] = vlan.internal
    for family, addresses, length in (
        ("v4", vlan.self_ipv4, vlan.prefix_length_v4),
        ("v6", vlan.self_ipv6, vlan.prefix_length_v6),
    ):
        if addresses:
            spec |= {f"selfip_{family}s": list(addresses), f"prefixlen_{family}": length}
    if network.mtu is not None:
        spec["mtu"] = network.mtu
    return {"apiVersion": API_VERSION, "kind": KIND, "metadata": metadata, "spec": spec}
