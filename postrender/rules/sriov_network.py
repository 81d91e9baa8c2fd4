"""No new network reuses the name of an SR-IOV network.

What: no network that the conversion creates has the name and namespace of an SR-IOV network to which the chart attaches
the TMM, unless the stream defines that network.

Why: the cluster already has an SR-IOV definition of that name. Helm refuses to create it again (`invalid ownership
metadata`), and `kubectl apply` overwrites the definition, which other pods may use.

Fix: give the network another name; or, if the existing definition is for macvlan, set `create: false`.

Source: Helm 3.19 and 4.3 (`make test-cluster`).

Confidence: tested.

Failing:

    networks:
    - {name: lab-internal, master: ens224}
    ---
    annotations: {k8s.v1.cni.cncf.io/networks: default/lab-internal}

Passing:

    networks:
    - {name: macvlan-internal, master: ens224}
    ---
    annotations: {k8s.v1.cni.cncf.io/networks: default/lab-internal}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.rules import INSTANCE, STREAM, WORKLOAD
from postrender.rules.finding import WARNING
from postrender.rules.subject import on_config
from postrender.spk import VETHS_FLAG, attachments, variables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject
    from postrender.spk.target import Target

ID = "sriov-network"
LEVEL = WARNING
SUBJECTS = (WORKLOAD, INSTANCE)
SCOPE = STREAM


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each new network that has the name of an SR-IOV network in the chart."""
    before = subject.rendered
    if before is None or _is_on_macvlan(before):
        return
    attached = _attached(before)
    for index, network in enumerate(subject.config.networks):
        if network in subject.created and (network.namespace or before.namespace, network.name) in attached:
            message = f"{network.name} is created, but the chart attaches TMM to an SR-IOV network of that name"
            yield on_config(
                ID, LEVEL, f"spec.networks[{index}].name", message, "use another name, or set create: false"
            )


def _is_on_macvlan(tmm: Target) -> bool:
    """Report whether the TMM was already rendered for macvlan."""
    return any(name == VETHS_FLAG for _, name, _ in variables.entries(tmm))


def _attached(tmm: Target) -> set[tuple[str | None, str]]:
    try:
        return {(it.namespace or tmm.namespace, it.name) for it in attachments.read(tmm)}
    except ValueError:  # the annotation cannot be parsed
        return set()
