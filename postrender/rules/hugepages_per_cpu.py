"""The TMM has 1.5Gi of hugepages for each CPU.

What: hugepages-2Mi of the TMM container is at least 1.5Gi for each of its CPUs.

Why: each TMM thread maps 768 pages of 2Mi; F5's quantities are 1572Mi for one CPU and 3Gi for two.

Fix: raise `hugepages-2Mi` or lower `cpu` in `spec.tmm.resources`.

Source: F5, SPK TMM resources; F5, Macvlan Network Configuration.

Confidence: F5's page.

Failing:

    limits: {cpu: 2, hugepages-2Mi: 1572Mi}

Passing:

    limits: {cpu: 2, hugepages-2Mi: 3Gi}
"""

from __future__ import annotations

from postrender.errors import brief
from postrender.kubernetes import quantity
from postrender.rules import INSTANCE, VALUES, WORKLOAD
from postrender.rules.finding import WARNING
from postrender.rules.subject import on_object
from postrender.spk import HUGEPAGES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "hugepages-per-cpu"
LEVEL = WARNING
SUBJECTS = (WORKLOAD, INSTANCE, VALUES)


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding if the TMM has less than 1.5Gi of hugepages for each CPU."""
    cpus, pages = (quantity.parse(subject.amount(name)) for name in ("cpu", HUGEPAGES))
    if cpus is not None and pages is not None and 2 * pages * quantity.ONE < 3 * cpus * quantity.GIBIBYTE:
        path = subject.relative(subject.tmm.resources)
        has, wanted = (brief(subject.amount(name)) for name in (HUGEPAGES, "cpu"))
        message = f"{HUGEPAGES} is {has} and cpu is {wanted}, but TMM needs 1.5Gi for each CPU"
        yield on_object(ID, LEVEL, subject.object, path, message, f"raise {HUGEPAGES} in spec.tmm.resources")
