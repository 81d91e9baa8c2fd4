"""TMM's MTU is not larger than that of any network.

What: `TMM_DEFAULT_MTU` is at most the `mtu` of each network.

Why: the interface in the pod has the network's MTU. Packets larger than an interface's MTU are dropped.

Fix: raise `mtu` on the network, or lower `TMM_DEFAULT_MTU` in `spec.tmm.env` (and on the controller).

Source: F5, VLAN custom resource; the macvlan plugin, which refuses an mtu above the master's.

Confidence: F5's page; documentation of Kubernetes, the kernel or another program.

Failing:

    networks:
    - {name: macvlan-internal, master: ens224, mtu: 1500}
    tmm: {env: {TMM_DEFAULT_MTU: "9000"}}

Passing:

    networks:
    - {name: macvlan-internal, master: ens224, mtu: 9000}
    tmm: {env: {TMM_DEFAULT_MTU: "1500"}}
"""

from __future__ import annotations

from postrender.limits import whole_number
from postrender.rules import INSTANCE, VALUES, WORKLOAD, NetworkHas
from postrender.rules.finding import ERROR
from postrender.rules.subject import on_config
from postrender.spk import MTU_VARIABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "mtu"
LEVEL = ERROR
SUBJECTS = (WORKLOAD, INSTANCE, VALUES)
WHEN = NetworkHas("mtu")
MAX_DIGITS = 5  #: the maximum number of digits in an MTU


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each network whose MTU is smaller than TMM's."""
    ours = number(subject.mtu)
    for index, network in enumerate(subject.config.networks):
        if network.mtu is not None and ours is not None and ours > network.mtu:
            message = f"mtu of {network.name} is {network.mtu}, but {MTU_VARIABLE} is {ours}"
            path = f"spec.networks[{index}].mtu"
            fix = f"raise mtu, or set {MTU_VARIABLE} to at most {network.mtu} in spec.tmm.env"
            yield on_config(ID, LEVEL, path, message, fix)


def number(written: str | None) -> int | None:
    """Return an MTU as a number; None if the text is not a number."""
    return whole_number(written or "", MAX_DIGITS)
