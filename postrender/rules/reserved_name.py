"""The network's name is not reserved.

What: no network of a CNEInstance is named `macvlan-internal`.

Why: BIG-IP Next for Kubernetes 2.4 reserves that name for a definition that its controller creates.

Fix: choose another name.

Source: a public plan for release 2.4.

Failing:

    networks:
    - {name: macvlan-internal, master: ens224}
    ---
    kind: CNEInstance

Passing:

    networks:
    - {name: lab-internal, master: ens224}
    ---
    kind: CNEInstance
"""

from __future__ import annotations

from postrender.rules import INSTANCE, NetworkHas
from postrender.rules.finding import WARNING
from postrender.rules.subject import on_config

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "reserved-name"
LEVEL = WARNING
ORDER = 350
SUBJECTS = (INSTANCE,)
WHEN = NetworkHas("name", "macvlan-internal")


def apply(subject: Subject) -> Iterator[Finding]:
    """Check the names."""
    for number, network in enumerate(subject.config.networks):
        if network.name == "macvlan-internal":
            message = "macvlan-internal is reserved for the controller in BIG-IP Next for Kubernetes 2.4 and later"
            yield on_config(ID, LEVEL, f"spec.networks[{number}].name", message, "choose another name")
