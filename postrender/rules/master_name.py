"""A master is the name of a NIC.

What: warns of a `master` of more than 15 characters, and of a network that is called like a NIC while its master is
not.

Why: the kernel's names of interfaces have at most 15 characters. A longer one can only be an alternative name, which
somebody has given to the NIC; more often, name and master are swapped.

Fix: swap them, or check with `ip link show MASTER` on a node that the alternative name is there.

Source: Linux, `IFNAMSIZ` in if.h; ip-link(8), `altname`.

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

from postrender.config import INTERFACE_LENGTH
from postrender.rules import INSTANCE, STREAM, WORKLOAD
from postrender.rules.finding import WARNING
from postrender.rules.subject import on_config
from postrender.spk import is_usual_nic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "master-name"
LEVEL = WARNING
SUBJECTS = (WORKLOAD, INSTANCE)
SCOPE = STREAM


def apply(subject: Subject) -> Iterator[Finding]:
    """Look at both names of each network."""
    for index, network in enumerate(subject.config.networks):
        path = f"spec.networks[{index}].master"
        if is_usual_nic(network.name) and not is_usual_nic(network.master):
            message = f"the network is called {network.name}, like a NIC, and its master is {network.master}"
            yield on_config(ID, LEVEL, path, message, f"swap them: name: {network.master}, master: {network.name}")
        elif len(network.master) > INTERFACE_LENGTH:
            length = len(network.master)
            message = f"{network.master} has {length} characters, so it can only be an alternative name of a NIC"
            yield on_config(ID, LEVEL, path, message, "check on a node: `ip link show` lists it as altname")
