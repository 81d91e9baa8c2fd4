"""Every TMM has its own self IP.

What: a network's `vlan` lists at least one address for each replica (`replicas` of the workload, `tmmReplicas` of a
CNEInstance) in each address family that it uses. With `wholeCluster`, the number of replicas depends on the nodes, so
the number of addresses is not checked. `check` also compares the addresses: each occurs only once in the config and in
no other network's VLAN object, and all addresses of a network are in one subnet.

Why: an F5SPKVlan assigns its addresses in order, one to each TMM; a TMM without an address does not answer. If an
address is on two VLANs, or outside its VLAN's subnet, the wrong TMM answers, or none.

Fix: list one address for each replica in `selfIPv4` (and `selfIPv6`), each only once, and all in the network's subnet.

Source: F5, VLAN custom resource.

Failing:

    networks:
    - name: lab
      master: ens224
      vlan: {selfIPv4: [10.1.1.100], prefixLengthV4: 24}
    ---
    replicas: 2

Passing:

    networks:
    - name: lab
      master: ens224
      vlan: {selfIPv4: [10.1.1.100, 10.1.1.101], prefixLengthV4: 24}
    ---
    replicas: 2
"""

from __future__ import annotations

from postrender.errors import brief, full_name
from postrender.rules import INSTANCE, WORKLOAD, NetworkHas
from postrender.rules.finding import ERROR
from postrender.rules.subject import on_config, on_object
from postrender.yamledit import nodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.config import Network
    from postrender.config.vlans import Vlan
    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "self-ips"
LEVEL = ERROR
SUBJECTS = (WORKLOAD, INSTANCE)
WHEN = NetworkHas("vlan")
OF_OBJECT = ("selfip_v4s", "selfip_v6s")  #: the lists of addresses in a VLAN object


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield findings about the number of addresses and, if the stream is given, about the addresses themselves."""
    for number, network in enumerate(subject.config.networks):
        for field, addresses, _ in _families(network.vlan):
            if addresses and len(addresses) < subject.replicas:
                message = (
                    f"{field} of {network.name} has too few addresses: {len(addresses)} for {subject.replicas} replicas"
                )
                path = f"spec.networks[{number}].vlan.{field}"
                yield on_config(ID, LEVEL, path, message, "list one address for each replica")
    if subject.stream is not None:
        yield from _outside(subject.config.networks)
        yield from _repeated(subject)


def _families(vlan: Vlan | None) -> tuple[tuple[str, tuple[str, ...], int | None], ...]:
    """Return the name, the addresses and the prefix length of each field with self IPs."""
    if vlan is None:
        return ()
    return ("selfIPv4", vlan.self_ipv4, vlan.prefix_length_v4), ("selfIPv6", vlan.self_ipv6, vlan.prefix_length_v6)


def _outside(networks: tuple[Network, ...]) -> Iterator[Finding]:
    """Yield a finding for each address that is not in the subnet of its network's first address."""
    import ipaddress

    for number, network in enumerate(networks):
        for field, addresses, length in _families(network.vlan):
            subnets = [ipaddress.ip_interface(f"{it}/{length}").network for it in addresses]
            for at, (address, subnet) in enumerate(zip(addresses, subnets, strict=True)):
                if subnet != subnets[0]:
                    path = f"spec.networks[{number}].vlan.{field}[{at}]"
                    message = f"{address} is not in {subnets[0]}, the subnet of {addresses[0]}"
                    yield on_config(
                        ID, LEVEL, path, message, "use addresses in one subnet, or correct the prefix length"
                    )


def _repeated(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each address that is in the config twice, or is also in another network's VLAN object."""
    owners: dict[object, str] = {}
    for number, network in enumerate(subject.config.networks):
        for field, addresses, _ in _families(network.vlan):
            for at, address in enumerate(addresses):
                owner = owners.setdefault(_same(address), network.name)
                if owner != network.name or address in addresses[:at]:
                    path = f"spec.networks[{number}].vlan.{field}[{at}]"
                    yield on_config(ID, LEVEL, path, _shared(address, owner, network.name), "use each address once")
    for obj in subject.vlans():
        for field in OF_OBJECT:
            for at, node in enumerate(nodes.items(nodes.find(obj.node, ("spec", field)))):
                address = nodes.text(node) or ""
                owner = owners.get(_same(address), obj.name)
                if owner != obj.name:
                    message = _shared(brief(address), owner, f"{obj.kind} {full_name(obj.name)}")
                    yield on_object(ID, LEVEL, obj, ("spec", field, at), message, "use each address once")


def _shared(address: str, one: str, other: str) -> str:
    twice = f"{address} is listed twice in {one}"
    return twice if one == other else f"{address} is a self IP of both {one} and {other}"


def _same(address: str) -> object:
    """Return a value that is equal for all spellings of an address; for other text, return the text itself."""
    import ipaddress

    try:
        return ipaddress.ip_address(address)
    except ValueError:
        return address
