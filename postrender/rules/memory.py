"""The TMM has at least 2Gi of memory.

What: the TMM container has at least 2Gi of memory, in addition to its hugepages.

Why: F5 specifies 2Gi for any number of CPUs; with less, the kernel kills TMM (`OOMKilled`).

Fix: raise `memory` in `spec.tmm.resources`.

Source: F5, SPK TMM resources; F5, Macvlan Network Configuration.

Confidence: F5's page.

Failing:

    limits: {memory: 200Mi}

Passing:

    limits: {memory: 2Gi}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.errors import brief
from postrender.kubernetes import quantity
from postrender.rules import INSTANCE, STREAM, VALUES, WORKLOAD
from postrender.rules.finding import WARNING
from postrender.rules.subject import on_object

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "memory"
LEVEL = WARNING
SUBJECTS = (WORKLOAD, INSTANCE, VALUES)
SCOPE = STREAM
UNITS = ("Mi", "Gi")  #: quantities in other units are left to the rule `resource-units`


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding if the TMM container has less memory than F5 specifies."""
    text = subject.amount("memory") or ""
    amount = quantity.parse(text) if text.endswith(UNITS) else None
    if amount is not None and amount < 2 * quantity.GIBIBYTE:
        message = f"memory is {brief(text)}, but F5 specifies 2Gi"
        path = subject.relative(subject.tmm.resources)
        yield on_object(ID, LEVEL, subject.object, path, message, "raise memory in spec.tmm.resources")
