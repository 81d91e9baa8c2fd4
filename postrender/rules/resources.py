"""The TMM container gets the config's resources.

What: each amount of `spec.tmm.resources` is written to limits and requests alike.

Why: a lab node is smaller than the chart's default of 2 CPUs and 3Gi of hugepages. Limits and requests must be equal,
or the pod loses Guaranteed QoS, and TMM its pinned CPU.

Fix: nothing to do; the conversion does it.

Source: F5, Macvlan Network Configuration (cpu 1, hugepages-2Mi 1572Mi, memory 2Gi); F5, SPK TMM resources.

Failing:

    limits: {cpu: 2, memory: 2Gi}
    requests: {cpu: 2, memory: 2Gi}  # config: tmm: {resources: {cpu: 1}}

Passing:

    limits: {cpu: 1, memory: 2Gi}
    requests: {cpu: 1, memory: 2Gi}
"""

from __future__ import annotations

from postrender.yamledit import nodes
from postrender.yamledit.change import put

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.config import Config
    from postrender.spk.target import Target
    from postrender.yamledit.change import Change

ID = "resources"
LEVEL = "change"


def changes(target: Target, config: Config) -> Iterator[Change]:
    """Write the amounts to limits and requests. A quantity is the same with and without quotes."""
    for group in ("limits", "requests"):
        for name, amount in config.tmm.resources:
            path = (*target.resources, group, name)
            if nodes.text(target.at(path)) != str(amount):
                yield from put(
                    target.parsed.root, path, amount, ID, "limits and requests alike, from spec.tmm.resources"
                )
