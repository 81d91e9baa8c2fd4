"""Makes the objects that give TMM its self IPs: an F5SPKVlan for each network with a `vlan`, or one Infra for all.

Install the release before you apply these objects: its webhook validates each F5SPKVlan, and its controller installs
the definition of Infra. Interfaces are quoted, because YAML reads `1.1` as a number.
Sources: F5, VLAN custom resource; F5, CNF VLAN custom resource; for Infra, see `postrender.spk.infra`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.errors import UsageError, brief, dotted, full_name
from postrender.rules.infra_plans import of_config
from postrender.spk import infra
from postrender.spk.kinds import CNF_VLAN, VLAN
from postrender.spk.product import CNF, CONTROLLER_ENV, SETTINGS_FLAG
from postrender.yamledit import join

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from postrender.config import Config, Network
    from postrender.config.vlans import Vlan
    from postrender.yamledit.stream import Stream

API_VERSION = VLAN.api_version
VXLAN_PORT = 4789  #: the port of the egress tunnels
UNKNOWN_NETMASK = "the netmask of a self IP from a pool"
UNKNOWN_TAG = "whether TMM accepts a tagged network"


def stream_of(config: Config) -> Stream:
    """Return the objects as a stream; raise UsageError if no network has a `vlan` that fits the product."""
    made = objects(config)
    if not made:
        raise UsageError("no network in the config has a vlan; set spec.networks[].vlan")
    return join.write(made, _remarks(config) if made[0]["kind"] == infra.KIND else ())


def objects(config: Config) -> list[dict[str, Any]]:
    """Return the objects (none if no network has a `vlan`); raise UsageError if a `vlan` does not fit the product."""
    require_fitting(config)
    networks = [network for network in config.networks if network.vlan is not None]
    if config.has_pools:
        return [_infra(config, networks)]
    return [
        _vlan(kind(config), network, network.vlan, number, config.tmm.namespace)
        for number, network in enumerate(config.networks, 1)
        if network.vlan is not None
    ]


def kind(config: Config) -> str:
    """Return the kind of object for a VLAN with fixed addresses; both kinds have the same fields."""
    return (CNF_VLAN if config.product and config.product.name == CNF else VLAN).name


def require_fitting(config: Config) -> None:
    """Raise UsageError if a vlan does not fit the product or the other vlans, or repeats an address or a name."""
    for number, network in enumerate(config.networks):
        problem = misfit(config, network)
        if problem:
            raise UsageError(f"spec.networks[{number}].vlan: {problem}")
    _refuse_repeated_addresses(config)
    names = [network.name for network in config.networks if network.vlan]
    if len(set(names)) < len(names):
        raise UsageError("two networks with a vlan have the same name; rename one, because their objects would clash")


def _refuse_repeated_addresses(config: Config) -> None:
    seen: dict[str, str] = {}
    for network in config.networks:
        for address in (*network.vlan.self_ipv4, *network.vlan.self_ipv6) if network.vlan else ():
            if address in seen:
                both = f"{full_name(seen[address])} and {full_name(network.name)}"
                raise UsageError(f"{brief(address)} is a self IP of both {both}; change one")
            seen[address] = network.name


def misfit(config: Config, network: Network) -> str:
    """Return why a network's vlan does not fit the config's product or other vlans; an empty string if it fits."""
    if network.vlan is None:
        return ""
    product = config.product
    if product and product.takes_infra and not network.vlan.pool:
        return f"{product} takes self IPs from a pool, but this vlan has fixed ones; set pool instead"
    if product and product.takes_infra is False and network.vlan.pool:
        return f"{product} does not support pools (BNK 2.4 and later do); set selfIPv4 instead"
    if config.has_pools and not network.vlan.pool:
        return "another network's vlan has a pool, but this vlan does not; set a pool for all networks or for none"
    return ""


def _vlan(made: str, network: Network, vlan: Vlan, number: int, namespace: str | None) -> dict[str, Any]:
    """Return the object for one network. Tag 0 means untagged; the MTU must not exceed the interface's."""
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
    return {"apiVersion": API_VERSION, "kind": made, "metadata": _metadata(network.name, namespace), "spec": spec}


def _metadata(name: str, namespace: str | None) -> dict[str, str]:
    return {"name": name, **({"namespace": namespace} if namespace else {})}


# Infra.


def _infra(config: Config, networks: Sequence[Network]) -> dict[str, Any]:
    """Return the one Infra object for all networks; raise UsageError if the product would refuse its addresses."""
    _require_usable(config)
    spec: dict[str, Any] = {
        "networkAttachments": [
            {"name": it.name, "networkAttachmentDefinitions": [{"name": it.name}]} for it in config.networks
        ],
        "ipams": [{"name": f"{it.name}-self-ips", "ipPools": [_range(it)]} for it in networks],
        "networks": [_network(it) for it in networks],
    }
    if config.egress_subnet:
        spec["egressDefaults"] = _egress(config.egress_subnet, networks)
    metadata = _metadata(infra.NAME, config.tmm.namespace)
    return {"apiVersion": infra.API_VERSION, "kind": infra.KIND, "metadata": metadata, "spec": spec}


def _egress(subnet: str, networks: Sequence[Network]) -> dict[str, Any]:
    inside = next((it.name for it in networks if it.vlan and it.vlan.internal), networks[0].name)
    return {"networkRef": {"name": inside}, "subnet": subnet, "port": VXLAN_PORT}


def _range(network: Network) -> dict[str, str]:
    pool = network.vlan.pool if network.vlan else None
    return {"rangeStart": pool.start, "rangeEnd": pool.end} if pool else {}


def _network(network: Network) -> dict[str, Any]:
    vlan: dict[str, Any] = {"networkAttachmentRef": {"name": network.name}}
    vlan["ipamRefs"] = [{"name": f"{network.name}-self-ips"}]
    vlan["tag"] = network.vlan.tag if network.vlan else 0
    if network.mtu is not None:
        vlan["mtu"] = network.mtu
    return {"name": network.name, "type": "vlan", "vlan": vlan}


def _require_usable(config: Config) -> None:
    names = [network.name for network in config.networks]
    if len(set(names)) < len(names):
        raise UsageError("two networks have the same name, but Infra refers to networks by name; rename one")
    _require_usable_addresses(config)
    outside = [it for it in config.networks if it.namespace not in (None, config.tmm.namespace)]
    if outside and config.tmm.namespace:
        problem = f"network {full_name(outside[0].name)} is in namespace {full_name(outside[0].namespace)}"
        sentence = f"{problem}, but Infra refers only to networks in its own namespace"
        raise UsageError(f"{sentence}; remove the network's namespace, or set it to {full_name(config.tmm.namespace)}")


def _require_usable_addresses(config: Config) -> None:
    given = [*of_config(config)]
    for pool in given:
        if pool.size < infra.FEWEST:
            raise UsageError(f"{infra.small(pool)}; use 32 or more")
    egress = infra.egress(config.egress_subnet)
    for other, pool in infra.overlapping([egress, *given]):
        advice = "set spec.egressSubnet to a subnet that nothing else uses" if other == egress else "separate the pools"
        raise UsageError(f"the pool of {full_name(pool.name)} overlaps {full_name(other.name)}; {advice}")


def _remarks(config: Config) -> Sequence[str]:
    """Return the comments to write above the Infra object, which also list what F5 does not document."""
    is_tagged = any(network.vlan and network.vlan.tag for network in config.networks)
    unknown = UNKNOWN_NETMASK + (f", and {UNKNOWN_TAG}" if is_tagged else "")
    flag = f'{SETTINGS_FLAG} to "true" in {dotted(CONTROLLER_ENV)}'
    return (
        "# For BIG-IP Next for Kubernetes from 2.4 on. Apply Infra after the controller has accepted its GatewayClass.",
        f"# The controller reads Infra only if the CNEInstance sets {flag}.",
        f"# Not known from any public source: {unknown}.",
    )
