"""MTUs agree.

What: a network's `mtu` and `TMM_DEFAULT_MTU` are the same wherever both are given.

Why: the F5SPKVlan has the network's MTU and must equal TMM's. A TMM that sends larger frames than its interface takes
loses them.

Fix: set `mtu` on every network, and `TMM_DEFAULT_MTU` in `spec.tmm.env` (and on the controller).

Source: F5, VLAN custom resource; the macvlan plugin, which refuses an mtu above the master's.

Failing:

    networks:
    - {name: macvlan-internal, master: ens224, mtu: 1500}
    tmm:
      env: {TMM_DEFAULT_MTU: "9000"}

Passing:

    networks:
    - {name: macvlan-internal, master: ens224, mtu: 9000}
    tmm:
      env: {TMM_DEFAULT_MTU: "9000"}
"""

from __future__ import annotations

from postrender.finding import ERROR
from postrender.subject import on_config

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.finding import Finding
    from postrender.subject import Subject

ID = "mtu"
LEVEL = ERROR


def findings(subject: Subject) -> Iterator[Finding]:
    """Compare each network's MTU with TMM's."""
    written = subject.variable("TMM_DEFAULT_MTU") or ""
    if not written.isdigit():
        return
    for number, network in enumerate(subject.config.networks):
        if network.mtu is not None and network.mtu != int(written):
            message = f"mtu of {network.name} is {network.mtu}, and TMM_DEFAULT_MTU is {written}"
            yield on_config(
                ID, LEVEL, f"spec.networks[{number}].mtu", message, "make them equal; spec.tmm.env can set it"
            )
