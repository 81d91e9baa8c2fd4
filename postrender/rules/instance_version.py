"""A CNEInstance's version supports its size, and is written like a chart's tag.

What: a CNEInstance of size Tiny has version 2.4 or later, and no CNEInstance has a `+` in `manifestVersion`.

Why: the CustomResourceDefinitions of earlier versions refuse the size Tiny. F5 writes versions with a `+`, but the
operator uses the version as the tag of a chart, and no tag has a `+`.

Fix: choose another size, or write the version as in the tag of the operator's chart, such as 2.4.0.

Source: public tools for 2.3 and 2.4, which were run on live clusters.

Confidence: several labs.

Failing:

    kind: CNEInstance
    spec: {manifestVersion: 2.3.0, deploymentSize: Tiny}

Passing:

    kind: CNEInstance
    spec: {manifestVersion: 2.3.0, deploymentSize: Small}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.errors import brief
from postrender.rules import INSTANCE, STREAM
from postrender.rules.finding import ERROR
from postrender.rules.subject import on_object
from postrender.spk import product

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "instance-version"
LEVEL = ERROR
SUBJECTS = (INSTANCE,)
SCOPE = STREAM

VERSION = ("spec", "manifestVersion")
SIZE = ("spec", "deploymentSize")


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding if the version does not support the size, or contains a `+`, which no chart's tag has."""
    written = subject.text(*VERSION) or ""
    release = product.release_of(written)
    if release and release < product.EARLIEST_INFRA and subject.text(*SIZE) == "Tiny":
        message = f"manifestVersion {brief(written)} does not accept deploymentSize Tiny"
        yield on_object(ID, LEVEL, subject.object, SIZE, message, "choose the size Small, or version 2.4 or later")
    if "+" in written:
        message = f"manifestVersion {brief(written)} has a +, but the tags of the operator's charts do not"
        yield on_object(
            ID, LEVEL, subject.object, VERSION, message, "write the version as in the chart's tag, such as 2.4.0"
        )
