"""TMM's VLANs, from the config and from the stream's F5SPKVlan and F5BigNetVlan objects, as one type.

Source for the fields: F5, VLAN custom resource; F5, CNF VLAN custom resource.
"""

from __future__ import annotations

from postrender.errors import full_name
from postrender.limits import whole_number
from postrender.record import NamedTuple
from postrender.rules.subject import on_config, on_object
from postrender.yamledit import nodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.config import Network
    from postrender.config.vlans import Vlan as OfConfig
    from postrender.kubernetes.objects import Object
    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject
    from postrender.yamledit.nodes import Path

MAX_DIGITS = 5  #: the maximum number of digits in an MTU, a tag or a prefix length
#: The fields of a VLAN: each field's path in a network of the config, and in a VLAN object.
FIELDS: dict[str, tuple[Path, Path]] = {
    "internal": (("vlan", "internal"), ("spec", "internal")),
    "interfaces": ((), ("spec", "interfaces")),
    "mtu": (("mtu",), ("spec", "mtu")),
    "v4": (("vlan", "selfIPv4"), ("spec", "selfip_v4s")),
    "v6": (("vlan", "selfIPv6"), ("spec", "selfip_v6s")),
}


class SelfIps(NamedTuple):
    """The self IPs of a VLAN in one address family, and their prefix length, if the VLAN has one."""

    field: str  #: the key in FIELDS
    addresses: tuple[str, ...]
    prefix_length: int | None


class Vlan(NamedTuple):
    """One VLAN of TMM. `interfaces` are TMM's names, such as 1.1; `mtu` is in bytes."""

    name: str
    interfaces: tuple[str, ...]
    internal: bool
    tag: str  #: "0" for an untagged VLAN
    mtu: int | None
    self_ips: tuple[SelfIps, ...]
    number: int | None = None  #: the index of the network in the config; None for an object
    object: Object | None = None
    identity: str = ""  #: the name; for an object that is a network's VLAN under another name, the network's name

    @property
    def title(self) -> str:
        """Return the VLAN's name for messages: the network's name, or the object's kind and name."""
        return f"{self.object.kind} {full_name(self.name)}" if self.object else self.name

    def name_of(self, field: str) -> str:
        """Return the name of a field as the user wrote it, such as selfIPv4 or selfip_v4s."""
        return str(FIELDS[field][self.object is not None][-1])

    def finding(self, rule: str, level: str, place: Path, message: str, fix: str) -> Finding:
        """Return a finding about a field of the VLAN. `place` is the key in FIELDS, perhaps with an item's index."""
        field, *rest = place
        of_config, of_object = FIELDS[str(field)]
        if self.object:
            return on_object(rule, level, self.object, (*of_object, *rest), message, fix)
        path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in (*of_config, *rest))
        return on_config(rule, level, f"spec.networks[{self.number}]{path}", message, fix)


def read(subject: Subject) -> Iterator[Vlan]:
    """Yield the VLANs of the config, then those of the objects in the TMM's namespace, if the stream is examined."""
    of_config: dict[object, str] = {}
    for number, network in enumerate(subject.config.networks):
        if network.vlan:
            vlan = _of_network(number, network, network.vlan)
            of_config.setdefault(_content(vlan), vlan.name)
            yield vlan._replace(identity=vlan.name)
    for obj in subject.vlans():
        vlan = _of_object(obj)
        yield vlan._replace(identity=of_config.get(_content(vlan), vlan.name))


def _content(vlan: Vlan) -> object:
    """Return what makes two VLANs the same, whatever their names; without self IPs, this is the name."""
    addresses = tuple(tuple(sorted(it.addresses)) for it in vlan.self_ips)
    return (vlan.interfaces, vlan.internal, vlan.tag, addresses) if any(addresses) else vlan.name


def _of_network(number: int, network: Network, vlan: OfConfig) -> Vlan:
    self_ips = (
        SelfIps("v4", vlan.self_ipv4, vlan.prefix_length_v4),
        SelfIps("v6", vlan.self_ipv6, vlan.prefix_length_v6),
    )
    interfaces = (f"1.{number + 1}",)
    return Vlan(network.name, interfaces, vlan.internal, str(vlan.tag), network.mtu, self_ips, number)


def _of_object(obj: Object) -> Vlan:
    tag = _text(obj, "spec", "tag") or "0"
    self_ips = tuple(
        SelfIps(family, _texts(obj, *FIELDS[family][1]), number(_text(obj, "spec", f"prefixlen_{family}")))
        for family in ("v4", "v6")
    )
    is_internal = _text(obj, *FIELDS["internal"][1]) == "true"
    interfaces, mtu = _texts(obj, *FIELDS["interfaces"][1]), number(_text(obj, *FIELDS["mtu"][1]))
    return Vlan(obj.name, interfaces, is_internal, tag, mtu, self_ips, object=obj)


def number(written: str | None) -> int | None:
    """Return an MTU, a tag or a prefix length as a number; None if the text is not such a number."""
    return whole_number(written or "", MAX_DIGITS)


def _text(obj: Object, *path: str | int) -> str:
    return nodes.text(nodes.find(obj.node, path)) or ""


def _texts(obj: Object, *path: str | int) -> tuple[str, ...]:
    return tuple(nodes.text(node) or "" for node in nodes.items(nodes.find(obj.node, path)))
