"""TMM_MAPRES_HUGEPAGES matches the container's hugepages.

What: if the variable is set and the container has hugepages, the variable equals the number of 2Mi pages in
`hugepages-2Mi`.

Why: TMM requests the number of pages in the variable. The conversion sets the variable to the number in
`hugepages-2Mi`, unless the config has `topologyManager: true`, or sets the variable in `spec.tmm.env`.

Fix: remove the variable from `spec.tmm.env`, or set `topologyManager: false`.

Source: a chart of the 2.1 era.

Confidence: F5's definition or chart.

Failing:

    env:
    - {name: TMM_MAPRES_HUGEPAGES, value: "1536"}
    resources: {limits: {hugepages-2Mi: 1572Mi}}

Passing:

    env:
    - {name: TMM_MAPRES_HUGEPAGES, value: "786"}
    resources: {limits: {hugepages-2Mi: 1572Mi}}
"""

from __future__ import annotations

from postrender.errors import brief
from postrender.kubernetes import quantity
from postrender.rules import WORKLOAD
from postrender.rules.finding import WARNING
from postrender.rules.subject import on_object
from postrender.spk import HUGEPAGES, HUGEPAGES_VARIABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "hugepages-variable"
LEVEL = WARNING
SUBJECTS = (WORKLOAD,)
FIX = "remove the variable from spec.tmm.env, or set spec.tmm.topologyManager: false"


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding if the variable does not match the amount of hugepages."""
    written, amount = subject.variable(HUGEPAGES_VARIABLE), quantity.parse(subject.amount(HUGEPAGES))
    if written is None or amount is None:
        return
    if quantity.parse(f"{written}Mi") != amount // 2:
        path = subject.place_of_variable(HUGEPAGES_VARIABLE)
        message = (
            f"{HUGEPAGES_VARIABLE} is {brief(written)} pages, but {HUGEPAGES} is {brief(subject.amount(HUGEPAGES))}"
        )
        yield on_object(ID, LEVEL, subject.object, path, message, FIX)
