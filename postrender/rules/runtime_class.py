"""The TMM does not need a performance profile.

What: the pod's `runtimeClassName` is none of a performance profile's (`performance-…`).

Why: such a class exists only where a PerformanceProfile made it; elsewhere the pod is refused.

Fix: remove it in the chart's values, or with a patch, where the lab has no such profile.

Source: F5, SPK TMM resources.

Failing:

    runtimeClassName: performance-spk

Passing:

    # no runtimeClassName
"""

from __future__ import annotations

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
ORDER = 300
SUBJECTS = (WORKLOAD,)
WHEN = TextHas("performance-")


def apply(subject: Subject) -> Iterator[Finding]:
    """Look at the pod's runtime class."""
    path = ("spec", "template", "spec", "runtimeClassName")
    name = subject.text(*path) or ""
    if name.startswith("performance-"):
        message = f"runtimeClassName is {name}, which exists only with its PerformanceProfile"
        yield on_object(ID, LEVEL, subject.found, path, message, "remove it where the lab has none")
