"""No pool overlaps another pool or the egress subnet.

What: no pool (in an Infra object of the stream, or in the config's `vlan`) overlaps another pool or
`egressDefaults.subnet`, which is 10.0.0.0/16 by default.

Why: if a pool overlaps the subnet, the controller does not program everything: the condition `Programmed` is `False`
(`PartiallyInvalid`), with the reason `EgressDefaultsSubnetConflict`. Presumably, pools must not overlap each other
either.

Fix: set the egress subnet (`spec.egressSubnet` in the config) to a subnet that nothing else uses, such as
198.18.0.0/16. If two pools overlap, change the range of one pool.

Source: one public tool for BIG-IP Next for Kubernetes 2.4, which was run on a live cluster.

Confidence: one lab.

Failing:

    networks:
    - name: lab
      master: ens224
      vlan: {pool: {rangeStart: 10.0.1.64, rangeEnd: 10.0.1.95}}
    ---
    kind: CNEInstance
    spec: {manifestVersion: 2.4.0}

Passing:

    networks:
    - name: lab
      master: ens224
      vlan: {pool: {rangeStart: 10.1.1.64, rangeEnd: 10.1.1.95}}
    ---
    kind: CNEInstance
    spec: {manifestVersion: 2.4.0}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.errors import full_name
from postrender.rules import INSTANCE, STREAM
from postrender.rules.finding import ERROR
from postrender.rules.infra_plans import plans
from postrender.spk import infra

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "egress-subnet"
LEVEL = ERROR
SUBJECTS = (INSTANCE,)
SCOPE = STREAM


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each pool that overlaps the egress subnet or an earlier pool."""
    for plan in plans(subject):
        try:
            egress = [infra.egress(plan.subnet)]
        except ValueError:  # the subnet in an Infra object is not valid: compare only the pools
            egress = []
        for other, pool in infra.overlapping((*egress, *plan.pools)):
            fix = "choose another egress subnet" if other in egress else "use ranges that do not overlap"
            yield plan.report(
                ID, LEVEL, pool, f"the pool of {full_name(pool.name)} overlaps {full_name(other.name)}", fix
            )
