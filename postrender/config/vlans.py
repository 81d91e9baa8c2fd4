"""A network's `vlan`: TMM's self IPs on the network, either fixed or from a pool."""

from __future__ import annotations

from postrender.config import strict
from postrender.errors import brief
from postrender.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


PARTS, BITS, DIGITS = 4, 8, 3  #: the number of parts in an IPv4 address, and of bits and digits in each part
RESERVED = "a reserved or multicast address"
LOOPBACK, MULTICAST = 127, 224  #: the first part of a loopback address, and of the lowest multicast address


class Pool(NamedTuple):
    """The first and last IPv4 address of the range from which BIG-IP Next for Kubernetes takes self IPs (from 2.4)."""

    start: str
    end: str


class Vlan(NamedTuple):
    """TMM's VLAN on a network. Tag 0 means untagged.

    There is one fixed address for each TMM replica, written without a prefix length.
    """

    internal: bool = False
    tag: int = 0
    self_ipv4: tuple[str, ...] = ()
    prefix_length_v4: int | None = None
    self_ipv6: tuple[str, ...] = ()
    prefix_length_v6: int | None = None
    pool: Pool | None = None


def read(item: strict.Item) -> Vlan:
    """Return the VLAN in a network's `vlan`; raise ConfigError with the line and column of a mistake."""
    vlan = Vlan(**strict.record(item, VLAN))
    fields = strict.members(item, tuple(VLAN))
    for family, addresses, length in (
        ("V4", vlan.self_ipv4, vlan.prefix_length_v4),
        ("V6", vlan.self_ipv6, vlan.prefix_length_v6),
    ):
        if not addresses:
            continue
        field = fields[f"selfIP{family.lower()}"]
        if length is None:
            raise strict.wrong(field, f"requires prefixLength{family}; set it as well")
        for entry in strict.entries(field):
            _require_usable(entry, length)
    for name in FIXED:
        if vlan.pool and name in fields:
            raise strict.wrong(
                fields[name], "cannot be combined with pool, which replaces fixed addresses; remove one of them"
            )
    return vlan


def subnet(item: strict.Item) -> str:
    """Return an IPv4 subnet such as 198.18.0.0/16; refuse any other text."""
    import ipaddress

    value = strict.string(item)
    try:
        network = ipaddress.IPv4Network(value)
    except ValueError:
        network = None
    if network is None or str(network) != value:
        raise strict.wrong(item, f"must be an IPv4 subnet such as 198.18.0.0/16, not {brief(value) or 'empty'}")
    return value


def _pool(item: strict.Item) -> Pool:
    pool = Pool(**strict.record(item, POOL, tuple(POOL)))
    if _parts(pool.end) < _parts(pool.start):
        raise strict.wrong(item, f"ends at {brief(pool.end)}, before its start at {brief(pool.start)}; swap them")
    return pool


def _addresses(version: int) -> Callable[[strict.Item], tuple[str, ...]]:
    def read_addresses(item: strict.Item) -> tuple[str, ...]:
        if not strict.entries(item):
            raise strict.wrong(item, "is empty; list an address for each TMM replica")
        return strict.each(strict.entries(item), lambda entry: _address(entry, version))

    return read_addresses


def _address(item: strict.Item, version: int = 4) -> str:
    value = strict.string(item)
    found = 4 if _parts(value) else _version(value)
    if found is None:
        raise strict.wrong(item, f"must be an IP address without a prefix length, not {brief(value)}")
    if found != version:
        raise strict.wrong(item, f"must be an IPv{version} address{strict.not_value(item.node)}")
    return value


def _parts(value: str) -> tuple[int, ...]:
    """Return the four numbers of an IPv4 address; `()` for any other text. Importing `ipaddress` would be slow."""
    parts = value.split(".")
    plain = [it for it in parts if it.isascii() and it.isdigit() and (it == "0" or it[0] != "0") and len(it) <= DIGITS]
    numbers = tuple(map(int, plain))
    return numbers if len(parts) == len(numbers) == PARTS and max(numbers) < 1 << BITS else ()


def _require_usable(entry: strict.Item, length: int) -> None:
    """Refuse an address that is not a host address in a subnet of this prefix length."""
    address = str(entry.node.value)
    parts = _parts(address)
    problem = _of_v4(parts, length) if parts else _of_v6(address)
    if problem:
        raise strict.wrong(entry, f"{brief(address)} is {problem}; use a host address")


def _of_v6(address: str) -> str:
    import ipaddress

    found = ipaddress.IPv6Address(address)
    if found.is_unspecified or found.is_multicast:
        return RESERVED
    return "a loopback address" if found.is_loopback else ""


def _of_v4(parts: Sequence[int], length: int) -> str:
    """Return the kind of a special IPv4 address, such as loopback; an empty string for a host address."""
    if parts[0] == LOOPBACK:
        return "a loopback address"
    if parts[0] == 0 or parts[0] >= MULTICAST:
        return RESERVED
    hosts = (1 << PARTS * BITS - length) - 1  # RFC 3021: both addresses of a /31 subnet are host addresses
    host = int.from_bytes(parts, "big") & hosts
    ends = {0: f"the network address of its /{length} subnet", hosts: f"the broadcast address of its /{length} subnet"}
    return ends.get(host, "") if hosts > 1 else ""


def _version(value: str) -> int | None:
    """Return the IP version of an address that is not plain IPv4; None if the text is not an address."""
    import ipaddress

    try:
        return ipaddress.ip_address(value.replace("%", "/")).version  # an address with a zone (%) is refused
    except ValueError:
        return None


VLAN: strict.Readers = {
    "internal": ("internal", strict.boolean),
    "tag": ("tag", strict.integer(0, 4094)),
    "selfIPv4": ("self_ipv4", _addresses(4)),
    "prefixLengthV4": ("prefix_length_v4", strict.integer(0, 32)),
    "selfIPv6": ("self_ipv6", _addresses(6)),
    "prefixLengthV6": ("prefix_length_v6", strict.integer(0, 128)),
    "pool": ("pool", _pool),
}
FIXED = ("selfIPv4", "prefixLengthV4", "selfIPv6", "prefixLengthV6")
POOL: strict.Readers = {"rangeStart": ("start", _address), "rangeEnd": ("end", _address)}
