"""A pool of self IPs is large enough.

What: each pool (in an Infra object of the stream, or in the config's `vlan`) has at least 31 addresses. Fewer than 5
are an error, 5 to 30 a warning.

Why: the controller splits a pool into blocks, so it needs more addresses than TMM uses. In one lab, the controller
refused a single address and a /30, and assigned an address to TMM from a pool of 31. Nothing is known about sizes from
5 to 30, so `check` only warns about them.

Fix: use 32 addresses (a /27) or more; 31 addresses were enough in one lab.

Source: one public lab that runs BIG-IP Next for Kubernetes 2.4.

Confidence: one lab.

Failing:

    networks:
    - name: lab
      master: ens224
      vlan: {pool: {rangeStart: 10.1.1.64, rangeEnd: 10.1.1.67}}
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

from postrender.rules import INSTANCE, STREAM
from postrender.rules.finding import ERROR, WARNING
from postrender.rules.infra_plans import plans
from postrender.spk import infra

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "infra-pools"
LEVEL = ERROR
SUBJECTS = (INSTANCE,)
SCOPE = STREAM


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each pool that has too few addresses, or may have too few."""
    for plan in plans(subject):
        for pool in plan.pools:
            if pool.size < infra.USUAL:
                level = ERROR if pool.size < infra.FEWEST else WARNING
                yield plan.report(ID, level, pool, infra.small(pool), "use 32 addresses or more")
