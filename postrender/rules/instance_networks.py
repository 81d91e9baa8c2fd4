"""The TMM of a CNEInstance or BNKGatewayClass is attached to the macvlan networks.

What: `spec.networkAttachments` of the object is set to the names of the config's networks, in order. If
`spec.advanced.tmm.annotations` has Multus' annotation, the annotation is set to the same networks.

Why: the operator creates the TMM pod from the object: the first name becomes interface 1.1, the second 1.2. The names
have no namespace, so the definitions must be in the object's own namespace. An unchanged annotation would override the
names, and TMM would stay attached to the old networks.

Fix: no action is needed; the conversion handles this.

Source: public BIG-IP Next for Kubernetes 2.1 and 2.2 lab guides; for the annotation, one 2.3 lab.

Confidence: several labs; one lab for the annotation.

Failing:

    kind: CNEInstance
    spec:
      networkAttachments: [sriov-external, sriov-internal]

Passing:

    kind: CNEInstance
    spec:
      networkAttachments: [macvlan-internal, macvlan-external]
"""

from __future__ import annotations

from postrender.rules import CHANGE, INSTANCE
from postrender.rules.networks import ORDERED, attach
from postrender.yamledit.change import put

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.subject import Subject
    from postrender.yamledit.change import Change

ID = "instance-networks"
LEVEL = CHANGE
ORDER = 10
SUBJECTS = (INSTANCE,)


def apply(subject: Subject) -> Iterator[Change]:
    """Yield the changes that attach the TMM to the config's networks, and to no others."""
    names = [network.name for network in subject.config.networks]
    tmm = subject.tmm
    yield from put(tmm.parsed.root, tmm.networks, names, ID, ORDERED)
    annotation, _ = tmm.lists
    if tmm.at(annotation) is not None:
        yield from attach(subject, annotation, ID)
