"""The TMM does not need a performance profile.

What: the pod's `runtimeClassName` is not that of a performance profile (`performance-…`).

Why: such a class exists only if a PerformanceProfile has created it. Without the class, Kubernetes refuses the pod.

Fix: if the lab has no such profile, remove the class in the chart's values or with a patch.

Source: F5, SPK TMM resources.

Confidence: F5's page.

Failing:

    runtimeClassName: performance-spk

Passing:

    # no runtimeClassName
"""

from __future__ import annotations

from postrender.errors import full_name
from postrender.rules import WORKLOAD, TextHas
from postrender.rules.finding import WARNING
from postrender.rules.subject import on_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "runtime-class"
LEVEL = WARNING
SUBJECTS = (WORKLOAD,)
WHEN = TextHas("performance-")


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding if the pod's runtime class is that of a performance profile."""
    path = ("spec", "template", "spec", "runtimeClassName")
    name = subject.text(*path) or ""
    if name.startswith("performance-"):
        message = f"runtimeClassName is {full_name(name)}, which exists only with a PerformanceProfile"
        yield on_object(
            ID, LEVEL, subject.object, path, message, "remove runtimeClassName if the lab has no such profile"
        )
