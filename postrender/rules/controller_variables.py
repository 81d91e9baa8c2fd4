"""The controller does not expect SR-IOV.

What: in the Deployments other than TMM's, no container sets `USE_VFIO` to true or gives
`TMM_NETWORK_ATTACHMENT_DEFINITIONNAME` a value.

Why: these variables make the controller look for VFIO devices, or for a network attachment that the pod does not have.

Fix: unset the variables in the chart's values or with a patch.

Source: a public values file of the 2.1 era.

Confidence: F5's definition or chart.

Failing:

    kind: Deployment
    metadata: {name: rel-f5ingress}
    spec:
      template:
        spec:
          containers:
          - name: f5ingress
            env:
            - {name: USE_VFIO, value: "true"}

Passing:

    kind: Deployment
    metadata: {name: rel-f5ingress}
    spec:
      template:
        spec:
          containers:
          - name: f5ingress
            env:
            - {name: USE_VFIO, value: "false"}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.errors import brief
from postrender.rules import INSTANCE, STREAM, WORKLOAD
from postrender.rules.finding import WARNING
from postrender.rules.subject import on_object
from postrender.spk.kinds import CONTAINERS
from postrender.yamledit import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "controller-variables"
LEVEL = WARNING
SUBJECTS = (WORKLOAD, INSTANCE)
SCOPE = STREAM


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each variable that makes a controller expect SR-IOV."""
    for obj in subject.of_kind("Deployment"):
        if subject.is_tmm(obj):
            continue
        for number, container in enumerate(nodes.items(nodes.find(obj.node, CONTAINERS))):
            for entry, variable in enumerate(nodes.items(nodes.get(container, "env"))):
                name, value = (nodes.text(nodes.get(variable, key)) or "" for key in ("name", "value"))
                if _expects_sriov(name, value):
                    message = f"{name} is {brief(value)} on the controller, so the controller expects SR-IOV"
                    path = (*CONTAINERS, number, "env", entry)
                    yield on_object(ID, LEVEL, obj, path, message, "unset the variable in the chart's values")


def _expects_sriov(name: str, value: str) -> bool:
    vfio = name == "USE_VFIO" and value.lower() == "true"
    return vfio or (name == "TMM_NETWORK_ATTACHMENT_DEFINITIONNAME" and value != "")
