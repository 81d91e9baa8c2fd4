"""TMM does not prepare a SmartNIC.

What: the pod has no init container `init-f5-tmm-smartnic` or `init-f5-tmm-findvfs`.

Why: judging by their names, these containers configure the virtual functions of a SmartNIC before TMM starts. A lab on
macvlan has no SmartNIC.

Fix: set `platformSmartnic.enabled: false` in the chart's values.

Source: a chart of the 2.1 era.

Confidence: F5's definition or chart.

Failing:

    initContainers:
    - {name: init-f5-tmm-findvfs}

Passing:

    initContainers:
    - {name: init-f5-tmm-routing}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.rules import STREAM, WORKLOAD
from postrender.rules.finding import WARNING
from postrender.rules.subject import on_object

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "smartnic"
LEVEL = WARNING
SUBJECTS = (WORKLOAD,)
SCOPE = STREAM

NAMES = ("init-f5-tmm-smartnic", "init-f5-tmm-findvfs")


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each init container that prepares a SmartNIC."""
    for path, name, _ in subject.containers():
        if name in NAMES:
            message = f"init container {name} looks for a SmartNIC, which a lab on macvlan does not have"
            fix = "set platformSmartnic.enabled: false in the chart's values"
            yield on_object(ID, LEVEL, subject.object, path, message, fix)
