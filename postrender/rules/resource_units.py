"""Memory and hugepages are in Mi or Gi, and hugepages are a whole number of pages.

What: memory and hugepages-2Mi of the TMM container end in Mi or Gi. hugepages-2Mi is a multiple of 2Mi, and its limit
and request are equal.

Why: F5 documents only these units; the chart computes the number of pages from the quantity. Kubernetes refuses
hugepages if the request differs from the limit.

Fix: set the quantities in `spec.tmm.resources`.

Source: F5, SPK TMM resources; Kubernetes, manage huge pages.

Confidence: F5's page; documentation of Kubernetes, the kernel or another program.

Failing:

    limits: {hugepages-2Mi: 1573Mi, memory: 2G}

Passing:

    limits: {hugepages-2Mi: 1572Mi, memory: 2Gi}
"""

from __future__ import annotations

from postrender.errors import brief
from postrender.kubernetes import quantity
from postrender.rules import INSTANCE, VALUES, WORKLOAD
from postrender.rules.finding import ERROR
from postrender.rules.subject import on_object
from postrender.spk import HUGEPAGES
from postrender.yamledit import nodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "resource-units"
LEVEL = ERROR
SUBJECTS = (WORKLOAD, INSTANCE, VALUES)


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each quantity with a wrong unit, then for hugepages that are not valid."""
    path = subject.relative(subject.tmm.resources)
    for problem in (*_units(subject), *_pages(subject)):
        yield on_object(ID, LEVEL, subject.object, path, problem, "set the quantity in spec.tmm.resources")


def _units(subject: Subject) -> Iterator[str]:
    for name in ("memory", HUGEPAGES):
        amounts = (subject.tmm.at((*subject.tmm.resources, group, name)) for group in ("limits", "requests"))
        for written in dict.fromkeys(map(nodes.text, amounts)):
            if written is not None and not written.endswith(("Mi", "Gi")):
                yield f"{name} of the TMM container is {brief(written)}, but must be in Mi or Gi"


def _pages(subject: Subject) -> Iterator[str]:
    groups = ("limits", "requests")
    written = [nodes.text(subject.tmm.at((*subject.tmm.resources, group, HUGEPAGES))) for group in groups]
    limit, request = map(quantity.parse, written)
    if limit is not None and limit % quantity.PAGE:
        yield f"{HUGEPAGES} of the TMM container is {brief(written[0])}, but must be a multiple of 2Mi"
    if request is not None and limit != request:
        limited = f"has a limit of {brief(written[0])}" if written[0] else "has no limit"
        yield f"{HUGEPAGES} of the TMM container {limited} but a request of {brief(written[1])}"
