"""Every TMM has its own self IP.

What: a network's `vlan` lists at least one address for each replica (`replicas` of the workload, `tmmReplicas` of a
CNEInstance) in each address family that it uses. For a DaemonSet, and with `wholeCluster`, the number of replicas
depends on the nodes, so the number of addresses is not checked. `check` also reads the stream's VLAN objects
(F5SPKVlan, for a CNF F5BigNetVlan) and compares the addresses: each occurs only once, and all addresses of a VLAN are
in one subnet. An object with the same interface, side, tag and addresses as a network's `vlan`, but with another name,
is a warning: the verb `vlans` prints the same VLAN under the network's name.

Why: an F5SPKVlan assigns its addresses in order, one to each TMM; a TMM without an address does not answer. If an
address is on two VLANs, or outside its VLAN's subnet, the wrong TMM answers, or none.

Fix: list one address for each replica in `selfIPv4` and `selfIPv6` of the config, or in `selfip_v4s` and `selfip_v6s`
of the object; each only once, and all in the VLAN's subnet. If the config and the stream contain the same VLAN, apply
only one of them.

Source: F5, VLAN custom resource.

Confidence: F5's page.

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

from postrender.errors import brief
from postrender.rules import INSTANCE, VALUES, WORKLOAD, MayHaveVlans
from postrender.rules.finding import ERROR, WARNING
from postrender.rules.vlans import read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject
    from postrender.rules.vlans import SelfIps, Vlan

ID = "self-ips"
LEVEL = ERROR
SUBJECTS = (WORKLOAD, INSTANCE, VALUES)
WHEN = MayHaveVlans()
ONCE = "use each address once"


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield findings about the number of addresses and, if the stream is given, about the addresses themselves."""
    vlans = [*read(subject)]
    for vlan in vlans:
        yield from _too_few(vlan, subject.replicas)
    if subject.stream is not None:
        yield from (finding for vlan in vlans for self_ips in vlan.self_ips for finding in _outside(vlan, self_ips))
        yield from _repeated(vlans)
        yield from _renamed(vlans)


def _too_few(vlan: Vlan, replicas: int) -> Iterator[Finding]:
    for self_ips in vlan.self_ips:
        number = len(self_ips.addresses)
        if 0 < number < replicas:
            field = f"{vlan.name_of(self_ips.field)} of {vlan.title}"
            message = f"{field} has too few addresses: {number} for {replicas} replicas"
            yield vlan.finding(ID, LEVEL, (self_ips.field,), message, "list one address for each replica")


def _outside(vlan: Vlan, self_ips: SelfIps) -> Iterator[Finding]:
    """Yield a finding for each address that is not in the subnet of its VLAN's first address."""
    subnets = [_subnet(address, self_ips.prefix_length) for address in self_ips.addresses]
    for at, (address, subnet) in enumerate(zip(self_ips.addresses, subnets, strict=True)):
        if None not in (subnet, subnets[0]) and subnet != subnets[0]:
            message = f"{brief(address)} is not in {subnets[0]}, the subnet of {brief(self_ips.addresses[0])}"
            fix = "use addresses in one subnet, or correct the prefix length"
            yield vlan.finding(ID, LEVEL, (self_ips.field, at), message, fix)


def _subnet(address: str, prefix_length: int | None) -> object:
    """Return the subnet of an address; None if the address, or its prefix length, is missing or invalid."""
    import ipaddress

    try:
        return ipaddress.ip_interface(f"{address}/{prefix_length}").network
    except ValueError:
        return None


def _repeated(vlans: Sequence[Vlan]) -> Iterator[Finding]:
    """Yield a finding for each address that a VLAN lists twice, or that two VLANs list."""
    owners: dict[object, Vlan] = {}
    for vlan in vlans:
        for self_ips in vlan.self_ips:
            own: set[object] = set()
            for at, address in enumerate(self_ips.addresses):
                key = _same(address)
                owner = owners.setdefault(key, vlan)
                if key in own or owner.identity != vlan.identity:
                    message = _shared(brief(address), owner.title, vlan.title)
                    yield vlan.finding(ID, LEVEL, (self_ips.field, at), message, ONCE)
                own.add(key)


def _renamed(vlans: Sequence[Vlan]) -> Iterator[Finding]:
    """Yield a finding for each object that is the VLAN of one of the config's networks, under another name."""
    for vlan in vlans:
        if vlan.identity != vlan.name:
            message = f"{vlan.title} is the vlan of {vlan.identity}, under another name"
            fix = "apply only one: remove the object, or do not apply the output of `spk-macvlan vlans`"
            yield vlan.finding(ID, WARNING, ("interfaces",), message, fix)


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
