"""The controller reads the Infra object.

What: a CNEInstance of version 2.4 or later sets `USE_GATEWAY_SETTINGS` to `true` in `spec.advanced.cneController.env`.

Why: without the variable, the controller never reads an Infra object: the object's condition stays at `Waiting for
controller`, and no TMM gets a self IP. The finding is an error if the stream has an Infra object or the config has a
pool; otherwise, it is a warning. The operator does not set the variable.

Fix: add the variable to the CNEInstance, as the finding says.

Source: the errata and tools of several public labs that run version 2.4; one lab tested the effect of the variable.

Confidence: several labs.

Failing:

    kind: CNEInstance
    spec: {manifestVersion: 2.4.0}
    ---
    apiVersion: gateway.k8s.f5.com/v1alpha1
    kind: Infra
    metadata: {name: infra}

Passing:

    kind: CNEInstance
    spec:
      manifestVersion: 2.4.0
      advanced:
        cneController: {env: [{name: USE_GATEWAY_SETTINGS, value: "true"}]}
    ---
    apiVersion: gateway.k8s.f5.com/v1alpha1
    kind: Infra
    metadata: {name: infra}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.errors import dotted
from postrender.rules import INSTANCE, STREAM
from postrender.rules.finding import ERROR, WARNING
from postrender.rules.subject import on_object
from postrender.spk import infra
from postrender.spk.product import CONTROLLER_ENV, SETTINGS_FLAG, reads_infra

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "gateway-settings"
LEVEL = ERROR
SUBJECTS = (INSTANCE,)
SCOPE = STREAM


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding if the CNEInstance lacks the variable that makes the controller read Infra objects."""
    if not subject.product.takes_infra or reads_infra(subject.object.node):
        return
    waits = subject.config.has_pools or next(subject.beside(infra.KIND), None) is not None
    message = f"{SETTINGS_FLAG} is not true, so the controller of {subject.product} never reads an Infra object"
    fix = f'add {{name: {SETTINGS_FLAG}, value: "true"}} to {dotted(CONTROLLER_ENV)}'
    yield on_object(ID, ERROR if waits else WARNING, subject.object, CONTROLLER_ENV, message, fix)
