"""The chart enables hugepages if the config sets them.

What: if `spec.tmm.resources` sets `hugepages-2Mi`, the rendered TMM container already has hugepages.

Why: a chart with hugepages turned off renders no quantity, no volume and no variables for them. The quantity alone
would not give hugepages to TMM, so the conversion does not write the quantity.

Fix: remove `hugepages-2Mi` from `spec.tmm.resources`, or turn hugepages on in the chart's values.

Source: a chart of the 2.1 era; Kubernetes, Manage HugePages.

Confidence: F5's definition or chart; documentation of Kubernetes, the kernel or another program.

Failing:

    tmm: {resources: {hugepages-2Mi: 1572Mi}}
    ---
    limits: {cpu: 1, memory: 2Gi}

Passing:

    tmm: {resources: {hugepages-2Mi: 1572Mi}}
    ---
    limits: {cpu: 1, memory: 2Gi, hugepages-2Mi: 1572Mi}
"""

from __future__ import annotations

from postrender.rules import WORKLOAD, LeavesOutAmounts
from postrender.rules.finding import WARNING
from postrender.rules.subject import on_config
from postrender.spk import HUGEPAGES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "hugepages-off"
LEVEL = WARNING
SUBJECTS = (WORKLOAD,)
WHEN = LeavesOutAmounts()


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding if the conversion does not write the config's hugepages."""
    if len(subject.resources) < len(subject.config.tmm.resources):
        message = f"{HUGEPAGES} is left out, because the chart renders TMM without hugepages"
        advice = "remove hugepages-2Mi from the config, or turn hugepages on in the chart's values"
        yield on_config(ID, LEVEL, f"spec.tmm.resources.{HUGEPAGES}", message, advice)
