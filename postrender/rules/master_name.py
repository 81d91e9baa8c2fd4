"""A master is the name of a NIC.

What: `check` warns about a `master` with more than 15 characters, and about a network that is named like a NIC while
its master is not. It also warns about a master that looks like something else: an interface in the pod (`net1`), an
SR-IOV resource, or a placeholder (`<nic>`, `your-nic`, or any name with a character that NIC names do not have).

Why: the kernel's interface names have at most 15 characters. A longer `master` works only if it is an alternative name
of the NIC. More often, the network's `name` and `master` are swapped. On a node that has no NIC with the master's name,
no TMM pod starts.

Fix: swap the two names, or set the name that `ip link` shows on a node. `ip link show MASTER` also finds a NIC by its
alternative name.

Source: Linux, `IFNAMSIZ` in if.h; ip-link(8), `altname`.

Confidence: documentation of Kubernetes, the kernel or another program.

Failing:

    networks:
    - {name: ens224, master: macvlan-internal}
    - {name: macvlan-external, master: ens256}

Passing:

    networks:
    - {name: macvlan-internal, master: ens224}
    - {name: macvlan-external, master: ens256}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.config import INTERFACE_CHARS, INTERFACE_LENGTH
from postrender.rules import INSTANCE, STREAM, VALUES, WORKLOAD
from postrender.rules.finding import WARNING
from postrender.rules.subject import on_config
from postrender.spk import is_usual_nic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "master-name"
LEVEL = WARNING
SUBJECTS = (WORKLOAD, INSTANCE, VALUES)
SCOPE = STREAM
PLACEHOLDERS = ("your", "fill-in")  #: the first letters of common placeholders


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each master that may not be the name of a NIC."""
    for index, network in enumerate(subject.config.networks):
        path = f"spec.networks[{index}].master"
        if is_usual_nic(network.name) and not is_usual_nic(network.master):
            message = f"network {network.name} is named like a NIC, but its master {network.master} is not"
            yield on_config(ID, LEVEL, path, message, f"swap them: name: {network.master}, master: {network.name}")
        elif len(network.master) > INTERFACE_LENGTH:
            length = len(network.master)
            message = f"{network.master} has {length} characters, so it can only be a NIC's alternative name"
            yield on_config(ID, LEVEL, path, message, "check that `ip link show` on a node lists it as an altname")
        elif _is_like(network.master):
            message = f"{network.master} looks like {_is_like(network.master)}, not like a NIC of the node"
            yield on_config(ID, LEVEL, path, message, "set the name that `ip link` shows on a node")


def _is_like(master: str) -> str:
    """Return what the value of `master` appears to name, or an empty string if it may be a NIC."""
    if not INTERFACE_CHARS.issuperset(master.replace("@", "").replace("+", "")):
        return "a placeholder"
    if master.startswith("net") and master[3:].isdigit():
        return "an interface in the pod"
    if "sriov" in master.lower().replace("-", ""):
        return "an SR-IOV resource"
    return "a placeholder" if master.lower().startswith(PLACEHOLDERS) else ""
