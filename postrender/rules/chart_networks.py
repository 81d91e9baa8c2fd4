"""A values file lists the networks in the config's order.

What: `cniNetworks` under `tmm` lists the config's networks as `namespace/name[@interface]`. `robinNetworks` (unless it
is `"false"`), and the networks annotations under `pod.annotations`, are removed. Only the verb `values` does this.

Why: the chart copies the list into the annotation that Multus reads, or into Robin's annotation. If `pod.annotations`
also contained that annotation, the chart would render the annotation twice.

Fix: no action is needed; the conversion handles this. A network without a `namespace` gets `spec.tmm.namespace`. If
neither is set, only the network's name is written, and Multus looks for the network in the TMM's namespace.

Source: F5, Macvlan Network Configuration; F5, Networking Overview.

Confidence: F5's page.

Failing:

    f5-tmm:
      tmm:
        cniNetworks: default/sriov-internal,default/sriov-external

Passing:

    f5-tmm:
      tmm:
        cniNetworks: default/macvlan-internal,default/macvlan-external
"""

from __future__ import annotations

from postrender.rules import CHANGE, VALUES
from postrender.rules.networks import attach
from postrender.spk import VALUES_ROBIN
from postrender.yamledit import nodes
from postrender.yamledit.change import REMOVE, Change

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.subject import Subject

ID = "chart-networks"
LEVEL = CHANGE
ORDER = 10
SUBJECTS = (VALUES,)
OFF = "false"


def apply(subject: Subject) -> Iterator[Change]:
    """Yield the changes that make the values file list the config's networks, and no others."""
    tmm = subject.tmm
    yield from attach(subject, tmm.networks, ID)
    robin = (*tmm.base, VALUES_ROBIN)
    if (nodes.text(tmm.at(robin)) or OFF).lower() != OFF:
        reason = "robinNetworks makes the chart use Robin's annotation, which Multus does not read"
        yield Change(REMOVE, robin, None, ID, reason)
    for annotation in tmm.lists[1:]:
        if tmm.at(annotation) is not None:
            reason = "cniNetworks already lists the networks, so the chart would render the annotation twice"
            yield Change(REMOVE, annotation, None, ID, reason)
