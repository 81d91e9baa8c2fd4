"""An Infra object refers only to networks to which the TMM is attached.

What: each NetworkAttachmentDefinition to which an Infra object refers is in the CNEInstance's
`spec.networkAttachments`.

Why: TMM gets its interfaces from the CNEInstance. An Infra object refers to an interface by the name of the interface's
NetworkAttachmentDefinition. Presumably, any other name is an error.

Fix: correct the name, or add the network to the config.

Source: one public tool for BIG-IP Next for Kubernetes 2.4, which warns about any other name.

Confidence: one lab.

Failing:

    networks:
    - {name: lab-internal, master: ens224}
    ---
    kind: CNEInstance
    spec: {manifestVersion: 2.4.0}
    ---
    apiVersion: gateway.k8s.f5.com/v1alpha1
    kind: Infra
    metadata: {name: infra}
    spec:
      networkAttachments:
      - {name: internal, networkAttachmentDefinitions: [{name: sriov-internal}]}

Passing:

    networks:
    - {name: lab-internal, master: ens224}
    ---
    kind: CNEInstance
    spec: {manifestVersion: 2.4.0}
    ---
    apiVersion: gateway.k8s.f5.com/v1alpha1
    kind: Infra
    metadata: {name: infra}
    spec:
      networkAttachments:
      - {name: internal, networkAttachmentDefinitions: [{name: lab-internal}]}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.errors import full_name
from postrender.rules import INSTANCE, STREAM
from postrender.rules.finding import ERROR
from postrender.rules.subject import on_object
from postrender.spk import infra
from postrender.yamledit import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "infra-networks"
LEVEL = ERROR
SUBJECTS = (INSTANCE,)
SCOPE = STREAM


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each network in an Infra object to which the CNEInstance does not attach TMM."""
    known = {network.name for network in subject.config.networks}
    for obj in subject.beside(infra.KIND):
        for number, attachment in enumerate(nodes.items(nodes.find(obj.node, ("spec", "networkAttachments")))):
            listed = nodes.items(nodes.get(attachment, "networkAttachmentDefinitions"))
            for name in filter(None, (nodes.text(nodes.get(it, "name")) for it in listed)):
                if name not in known:
                    reference = f"Infra {full_name(obj.name)} refers to the network {full_name(name)}"
                    message = f"{reference}, but TMM is not attached to that network"
                    path = ("spec", "networkAttachments", number)
                    yield on_object(ID, LEVEL, obj, path, message, f"use one of {', '.join(sorted(known))}")
