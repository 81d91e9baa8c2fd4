"""MTUs agree.

What: a network's `mtu`, `TMM_DEFAULT_MTU` and the `mtu` of an F5SPKVlan on its interface are equal if they are set.

Why: the F5SPKVlan has the network's MTU and must equal TMM's. Frames that are larger than TMM's
interface allows are lost.

Fix: set `mtu` on every network, and `TMM_DEFAULT_MTU` in `spec.tmm.env` (and on the controller).

Source: F5, VLAN custom resource; the macvlan plugin, which refuses an mtu above the master's.

Failing:

    networks:
    - {name: macvlan-internal, master: ens224, mtu: 1500}
    tmm: {env: {TMM_DEFAULT_MTU: "9000"}}

Passing:

    networks:
    - {name: macvlan-internal, master: ens224, mtu: 9000}
    tmm: {env: {TMM_DEFAULT_MTU: "9000"}}
"""

from __future__ import annotations

from postrender.rules import INSTANCE, WORKLOAD, NetworkHas
from postrender.rules.finding import ERROR
from postrender.rules.subject import on_config, on_object
from postrender.yamledit import nodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "mtu"
LEVEL = ERROR
ORDER = 240
SUBJECTS = (WORKLOAD, INSTANCE)
WHEN = NetworkHas("mtu")


def apply(subject: Subject) -> Iterator[Finding]:
    """Compare each network's MTU with TMM's, and with those of the F5SPKVlan objects on its interface."""
    written = subject.variable("TMM_DEFAULT_MTU") or ""
    for number, network in enumerate(subject.config.networks, 1):
        if network.mtu is None:
            continue
        if written.isascii() and written.isdigit() and str(network.mtu) != written.lstrip("0"):
            message = f"mtu of {network.name} is {network.mtu}, and TMM_DEFAULT_MTU is {written}"
            path = f"spec.networks[{number - 1}].mtu"
            yield on_config(ID, LEVEL, path, message, "make them equal; spec.tmm.env can set it")
        yield from _vlans(subject, f"1.{number}", network.mtu)


def _vlans(subject: Subject, interface: str, mtu: int) -> Iterator[Finding]:
    for found in subject.of_kind("F5SPKVlan"):
        interfaces = map(nodes.text, nodes.items(nodes.find(found.node, ("spec", "interfaces"))))
        written = nodes.text(nodes.find(found.node, ("spec", "mtu")))
        if interface in interfaces and written not in (None, str(mtu)):
            message = f"mtu on interface {interface} is {written}, and the network's is {mtu}"
            yield on_object(ID, LEVEL, found, ("spec", "mtu"), message, "make them equal")
