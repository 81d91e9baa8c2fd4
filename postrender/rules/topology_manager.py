"""A values file turns topology manager off.

What: `topologyManager` under `tmm` is `false`, and `customEnvVars` has no `TMM_MAPRES_HUGEPAGES`, unless `spec.tmm.env`
sets it. With `spec.tmm.topologyManager: true`, neither is changed. Only the verb `values` does this.

Why: with topology manager off, the chart computes `TMM_MAPRES_HUGEPAGES` from the hugepages in `resources`, and an
entry in `customEnvVars` would override the result. The chart treats the quoted `"false"` as true.

Fix: no action is needed; the conversion handles this.

Source: F5, Macvlan Network Configuration; a chart of the 2.1 era, whose templates read the key.

Confidence: F5's page; F5's definition or chart.

Failing:

    f5-tmm:
      tmm:
        topologyManager: "false"

Passing:

    f5-tmm:
      tmm:
        topologyManager: false
"""

from __future__ import annotations

from postrender.rules import CHANGE, VALUES
from postrender.spk import HUGEPAGES_VARIABLE, VALUES_TOPOLOGY_MANAGER, variables
from postrender.yamledit.change import put

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.subject import Subject
    from postrender.yamledit.change import Change

ID = "topology-manager"
LEVEL = CHANGE
ORDER = 20
SUBJECTS = (VALUES,)


def apply(subject: Subject) -> Iterator[Change]:
    """Yield the changes that turn topology manager off, so that the chart computes the number of hugepages."""
    if subject.config.tmm.topology_manager:
        return
    path = (*subject.tmm.base, VALUES_TOPOLOGY_MANAGER)
    yield from put(subject.tmm.parsed.root, path, False, ID, "the chart then computes the number of 2Mi pages")
    if HUGEPAGES_VARIABLE not in dict(subject.config.tmm.env):
        reason = "the variable would override the number of pages that the chart computes"
        yield from variables.drop(subject.tmm, HUGEPAGES_VARIABLE.__eq__, ID, reason)
