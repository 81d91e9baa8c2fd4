"""TMM's variables are spelled as TMM expects them.

What: no variable of the TMM container has a name that differs from a known name only in letter case.

Why: TMM silently ignores a misspelled variable. `TMM_DEFAUlT_MTU` occurs twice in a public lab.

Fix: correct the name, in the chart's values or in `spec.tmm.env`.

Source: names in charts of the 1.5 and 2.1 eras and in F5's documentation; one public lab.

Confidence: F5's definition or chart; one lab.

Failing:

    env:
    - {name: TMM_DEFAUlT_MTU, value: "1500"}

Passing:

    env:
    - {name: TMM_DEFAULT_MTU, value: "1500"}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.errors import full_name
from postrender.rules import INSTANCE, STREAM, VALUES, WORKLOAD
from postrender.rules.finding import WARNING
from postrender.rules.subject import on_object
from postrender.spk import HUGEPAGES_VARIABLE, MTU_VARIABLE, VETHS_FLAG, variables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "variable-case"
LEVEL = WARNING
SUBJECTS = (WORKLOAD, INSTANCE, VALUES)
SCOPE = STREAM
OTHERS = (
    "PAL_CPU_SET",
    "TMM_CALICO_ROUTER",
    "TMM_IGNORE_MEM_LIMIT",
    "TMM_MAPRES_DELAY_MS",
    "TMM_MAPRES_IGNORE_MEM_LIMIT",
    "USE_PHYS_MEM",
)
KNOWN = {name.lower(): name for name in (VETHS_FLAG, HUGEPAGES_VARIABLE, MTU_VARIABLE, *OTHERS)}


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each variable whose name differs from a known name only in letter case."""
    for number, name, _ in variables.entries(subject.tmm):
        known = KNOWN.get(name.lower(), name)
        if known != name:
            path = (*subject.relative(subject.tmm.env), number, "name")
            yield on_object(
                ID, LEVEL, subject.object, path, f"TMM does not know {full_name(name)}", f"rename it to {known}"
            )
