"""The number of TMMs is a whole number.

What: `spec.replicas` of a workload, and `spec.tmmReplicas` of a CNEInstance, is a whole number.

Why: the chart renders a value that is not a number, such as a mistyped `--set`, without checking it. The API server
then refuses the object, but may have accepted other objects of the release.

Fix: correct the chart's value.

Source: Kubernetes, DeploymentSpec; F5, CNEInstance.

Confidence: documentation of Kubernetes, the kernel or another program.

Failing:

    replicas: abc

Passing:

    replicas: 1
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.errors import brief
from postrender.limits import whole_number
from postrender.rules import INSTANCE, STREAM, WORKLOAD
from postrender.rules.finding import ERROR
from postrender.rules.subject import MAX_DIGITS, on_object

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "replicas"
LEVEL = ERROR
SUBJECTS = (WORKLOAD, INSTANCE)
SCOPE = STREAM


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding if the number of TMMs is not a whole number."""
    path = ("spec", subject.replicas_field)
    text = subject.text(*path)
    if text and text not in ("null", "~") and whole_number(text, MAX_DIGITS) is None:
        message = f"{path[1]} is {brief(text)}, but must be a whole number"
        yield on_object(ID, LEVEL, subject.object, path, message, "correct the chart's value")
