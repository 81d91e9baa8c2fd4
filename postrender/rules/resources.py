"""The TMM container gets the config's resources.

What: each quantity in `spec.tmm.resources` is written to both limits and requests. Hugepages are left out if the chart
has turned them off, that is, if neither limits nor requests have any.

Why: a lab node is often smaller than the chart's default of 2 CPUs and 3Gi of hugepages. Limits and requests must be
equal; otherwise, the pod loses Guaranteed QoS, and TMM loses its pinned CPU. A chart with hugepages turned off also
leaves out their volume and variables. The quantity alone would keep the pod Pending, or reserve pages that TMM does
not use.

Fix: no action is needed; the conversion handles this. For a BNKGatewayClass, leave out `spec.tmm.resources`: that kind
has no field for resources.

Source: F5, Macvlan Network Configuration (cpu 1, hugepages-2Mi 1572Mi, memory 2Gi); F5, SPK TMM resources; F5's
definition of BNKGatewayClass in 2.1, published in one lab's repository.

Confidence: F5's page; F5's definition or chart for a BNKGatewayClass.

Failing:

    tmm: {resources: {cpu: 1}}
    ---
    limits: {cpu: 2, memory: 2Gi}
    requests: {cpu: 2, memory: 2Gi}

Passing:

    tmm: {resources: {cpu: 1}}
    ---
    limits: {cpu: 1, memory: 2Gi}
    requests: {cpu: 1, memory: 2Gi}
"""

from __future__ import annotations

from postrender.errors import InputError
from postrender.kubernetes import quantity
from postrender.rules import CHANGE, INSTANCE, VALUES, WORKLOAD, TmmHas
from postrender.spk import kinds
from postrender.yamledit import nodes
from postrender.yamledit.change import put

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.subject import Subject
    from postrender.yamledit.change import Change

ID = "resources"
LEVEL = CHANGE
ORDER = 90
SUBJECTS = (WORKLOAD, INSTANCE, VALUES)
WHEN = TmmHas("resources")


def apply(subject: Subject) -> Iterator[Change]:
    """Yield the changes that write the quantities. An equal one in another spelling, such as 2048Mi for 2Gi, stays."""
    tmm = subject.tmm
    kind = kinds.of_name(tmm.kind)
    if kind and not kind.has_resources:  # in a BNKGatewayClass, `advanced.tmm` has only `env`
        advice = "remove spec.tmm.resources, and set deploymentSize or demoMode in the object"
        raise InputError(f"a {kind.name} has no field for TMM's resources; {advice}", subject.object.place())
    for group in ("limits", "requests"):
        for name, amount in subject.resources:
            path = (*tmm.resources, group, name)
            present = quantity.parse(nodes.text(tmm.at(path)))
            if present is None or present != quantity.parse(str(amount)):
                yield from put(
                    tmm.parsed.root, path, amount, ID, "spec.tmm.resources applies to both limits and requests"
                )
