"""TMM takes over kernel interfaces.

What: `TMM_MAPRES_ADDL_VETHS_ON_DP` is `"TRUE"` on the TMM container.

Why: without this variable, TMM looks only for PCI devices and does not use the macvlan interfaces `net1` and `net2`.

Fix: no action is needed; the conversion handles this.

Source: F5, Macvlan Network Configuration; the same variable in a public SPK 1.5.0 macvlan values file.

Confidence: F5's page; F5's definition or chart.

Failing:

    env:
    - {name: TMM_MAPRES_ADDL_VETHS_ON_DP, value: "FALSE"}

Passing:

    env:
    - {name: TMM_MAPRES_ADDL_VETHS_ON_DP, value: "TRUE"}
"""

from __future__ import annotations

from postrender.rules import CHANGE, INSTANCE, VALUES, WORKLOAD
from postrender.spk import VETHS_FLAG, variables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.subject import Subject
    from postrender.yamledit.change import Change

ID = "veths"
LEVEL = CHANGE
ORDER = 30
SUBJECTS = (WORKLOAD, INSTANCE, VALUES)


def apply(subject: Subject) -> Iterator[Change]:
    """Return the changes that set the variable that makes TMM take over kernel interfaces."""
    return variables.assign(
        subject.tmm, ((VETHS_FLAG, "TRUE"),), ID, "lets TMM take over kernel interfaces, such as macvlan's"
    )
