"""The address pools of Infra, the object that gives TMM its self IPs in BIG-IP Next for Kubernetes 2.4 and later.

Sources: public tools and labs for 2.4. F5's own documentation and schema were not available.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from postrender.errors import full_name
from postrender.record import NamedTuple
from postrender.spk.kinds import INFRA
from postrender.yamledit import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from postrender.yamledit.nodes import Node, Path

    Address = ipaddress.IPv4Address | ipaddress.IPv6Address

GROUP = f"{INFRA.group}/"
API_VERSION, KIND = INFRA.api_version, INFRA.name
NAME = "infra"  #: the usual name of an Infra object; each CNEInstance has one Infra
EGRESS: Path = ("spec", "egressDefaults", "subnet")
EGRESS_SUBNET = "10.0.0.0/16"  #: the default subnet for egress tunnels
FEWEST = 5  #: the size of the smallest pool that may work: the product refused pools of 1 and 4 addresses
USUAL = 31  #: the size of the smallest pool that is known to work


class Pool(NamedTuple):
    """A range of addresses, its name, and its path in the Infra object."""

    name: str
    first: Address
    last: Address
    path: Path = ()

    @property
    def size(self) -> int:
        """Return the number of addresses."""
        return int(self.last) - int(self.first) + 1

    def overlaps(self, other: Pool) -> bool:
        """Report whether two ranges have an address in common."""
        if self.first.version != other.first.version:
            return False
        return int(self.first) <= int(other.last) and int(other.first) <= int(self.last)


def pools(infra: Node) -> Iterator[Pool]:
    """Yield the pools of an Infra object; skip invalid ranges, which the product itself refuses."""
    for number, ipam in enumerate(nodes.items(nodes.find(infra, ("spec", "ipams")))):
        name = nodes.text(nodes.get(ipam, "name")) or ""
        for index, entry in enumerate(nodes.items(nodes.get(ipam, "ipPools"))):
            path: Path = ("spec", "ipams", number, "ipPools", index)
            yield from _pool(name, entry, path)


def _pool(name: str, entry: Node, path: Path) -> Iterator[Pool]:
    first, last, cidr = (nodes.text(nodes.get(entry, key)) for key in ("rangeStart", "rangeEnd", "cidr"))
    try:
        if cidr:
            yield of_subnet(name, cidr, path)
        elif first and last:
            yield of_range(name, first, last, path)
    except ValueError:
        return


def of_range(name: str, first: str, last: str, path: Path = ()) -> Pool:
    """Return the pool from one address to another; raise ValueError if the addresses are not a range."""
    pool = Pool(name, ipaddress.ip_address(first), ipaddress.ip_address(last), path)
    if pool.first.version != pool.last.version or pool.size < 1:
        raise ValueError(f"{first} is not before {last}")
    return pool


def of_subnet(name: str, subnet: str, path: Path = ()) -> Pool:
    """Return a subnet as a pool; raise ValueError if the text is not a subnet."""
    network = ipaddress.ip_network(subnet, strict=False)
    return Pool(name, network[0], network[-1], path)


def egress(subnet: str | None) -> Pool:
    """Return the egress subnet (by default, the product's) as a pool; raise ValueError if the text is not a subnet."""
    return of_subnet(
        "the egress subnet" if subnet else f"the egress subnet (by default {EGRESS_SUBNET})", subnet or EGRESS_SUBNET
    )


def small(pool: Pool) -> str:
    """Return a message about a pool with few addresses."""
    number = "1 address" if pool.size == 1 else f"{pool.size} addresses"
    problem = "which may be too few: the product refused pools of 1 and 4 addresses"
    return f"the pool of {full_name(pool.name)} has {number}, {problem}"


def overlapping(pools: Sequence[Pool]) -> Iterator[tuple[Pool, Pool]]:
    """Yield pairs of overlapping pools, in the order of `pools`. Every overlapping pool is in at least one pair."""
    ordered = sorted(enumerate(pools), key=lambda it: (it[1].first.version, int(it[1].first)))
    widest: tuple[int, Pool] | None = None
    for place in ordered:
        if widest and widest[1].overlaps(place[1]):
            (_, first), (_, second) = sorted((widest, place), key=lambda it: it[0])
            yield first, second
        if widest is None or place[1].first.version != widest[1].first.version or place[1].last > widest[1].last:  # type: ignore[operator]
            widest = place
