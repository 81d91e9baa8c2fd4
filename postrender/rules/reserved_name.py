"""No network has a name that the product uses itself.

What: no network of a CNEInstance of version 2.4 or later, or of an unknown version, is named `macvlan-internal`.

Why: on IBM Cloud, BIG-IP Next for Kubernetes 2.4 itself creates a NetworkAttachmentDefinition of that name, so the
config's definition would conflict with it. On other platforms, and in earlier versions, no such conflict is known.

Fix: choose another name.

Source: one public tool for version 2.4, which was run on IBM Cloud. The tool's own pages disagree about who owns the
object.

Confidence: one lab.

Failing:

    networks:
    - {name: macvlan-internal, master: ens224}
    ---
    kind: CNEInstance
    spec: {manifestVersion: 2.4.0}

Passing:

    networks:
    - {name: macvlan-internal, master: ens224}
    ---
    kind: CNEInstance
    spec: {manifestVersion: 2.3.0}
"""

from __future__ import annotations

from postrender.rules import INSTANCE, NetworkHas
from postrender.rules.finding import WARNING
from postrender.rules.subject import on_config
from postrender.spk.product import RESERVED_NAME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "reserved-name"
LEVEL = WARNING
SUBJECTS = (INSTANCE,)
WHEN = NetworkHas("name", RESERVED_NAME)


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each network with the reserved name."""
    if subject.product.takes_infra is False:
        return
    for number, network in enumerate(subject.config.networks):
        if network.name == RESERVED_NAME:
            message = f"on IBM Cloud, BIG-IP Next for Kubernetes 2.4 itself creates a network named {RESERVED_NAME}"
            yield on_config(ID, LEVEL, f"spec.networks[{number}].name", message, "choose another name for the network")
