"""The controller and TMM have the same MTU.

What: the controller's `TMM_DEFAULT_MTU` (in another Deployment, or in `spec.advanced.cneController.env` of a
CNEInstance or BNKGatewayClass) equals TMM's.

Why: a chart of the 2.1 era sets both variables from one value, and the CNEInstances of public labs set both to the same
value. The effect of a difference is not known. The conversion changes only TMM.

Fix: set the variable in the chart's values (in newer charts, `global.tmmDefaultMTU` sets both), or patch the
controller.

Source: a chart of the 2.1 era; CNEInstances of public labs.

Confidence: F5's definition or chart; several labs.

Failing:

    env:
    - {name: TMM_DEFAULT_MTU, value: "1500"}
    ---
    kind: Deployment
    metadata: {name: rel-f5ingress}
    spec: {template: {spec: {containers: [{name: f5ingress, env: [{name: TMM_DEFAULT_MTU, value: "9000"}]}]}}}

Passing:

    env:
    - {name: TMM_DEFAULT_MTU, value: "1500"}
    ---
    kind: Deployment
    metadata: {name: rel-f5ingress}
    spec: {template: {spec: {containers: [{name: f5ingress, env: [{name: TMM_DEFAULT_MTU, value: "1500"}]}]}}}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.errors import brief
from postrender.rules import INSTANCE, STREAM, WORKLOAD
from postrender.rules.finding import WARNING
from postrender.rules.subject import on_object
from postrender.spk import MTU_VARIABLE
from postrender.spk.kinds import CONTAINERS
from postrender.spk.product import CONTROLLER_ENV
from postrender.yamledit import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.kubernetes.objects import Object
    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject
    from postrender.yamledit.nodes import Path

ID = "controller-mtu"
LEVEL = WARNING
SUBJECTS = (WORKLOAD, INSTANCE)
SCOPE = STREAM


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each controller whose MTU differs from TMM's."""
    ours = subject.variable(MTU_VARIABLE)
    for obj, env in _controllers(subject) if ours else ():
        for number, entry in enumerate(nodes.items(nodes.find(obj.node, env))):
            name, theirs = (nodes.text(nodes.get(entry, key)) for key in ("name", "value"))
            if name == MTU_VARIABLE and theirs not in (None, ours):
                message = f"{MTU_VARIABLE} is {brief(theirs)} on the controller, but {brief(ours)} on TMM"
                yield on_object(ID, LEVEL, obj, (*env, number), message, "make the two equal in the chart's values")


def _controllers(subject: Subject) -> Iterator[tuple[Object, Path]]:
    """Yield each object that sets the controller's variables, and the path of its list of variables."""
    if subject.tmm.is_instance:
        yield subject.object, CONTROLLER_ENV
    for obj in subject.beside("Deployment"):
        if not subject.is_tmm(obj):
            for number, _ in enumerate(nodes.items(nodes.find(obj.node, CONTAINERS))):
                yield obj, (*CONTAINERS, number, "env")
