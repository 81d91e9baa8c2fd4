"""Self IPs come from a kind of object that the product reads.

What: for BIG-IP Next for Kubernetes 2.4 or later, each `vlan` in the config has a pool. If `USE_GATEWAY_SETTINGS` is
also `true`, the stream has neither F5SPKVlan nor F5SPKStaticRoute objects. For earlier versions, SPK and CNFs, no
`vlan` in the config has a pool, and the stream has no Infra object.

Why: in several labs, version 2.4 with `USE_GATEWAY_SETTINGS` accepted the older kinds but ignored them. It is not known
whether version 2.4 reads them without the variable. Earlier versions, SPK and CNFs presumably do not know Infra
objects.

Fix: use the kind of object that the product reads. The verb `vlans` prints the right kind for `spec.product`.

Source: the tools and errata of public labs that run version 2.4.

Confidence: several labs.

Failing:

    networks:
    - name: lab
      master: ens224
      vlan: {pool: {rangeStart: 10.1.1.64, rangeEnd: 10.1.1.95}}
    ---
    kind: CNEInstance
    spec: {manifestVersion: 2.3.0}

Passing:

    networks:
    - name: lab
      master: ens224
      vlan: {selfIPv4: [10.1.1.100], prefixLengthV4: 24}
    ---
    kind: CNEInstance
    spec: {manifestVersion: 2.3.0}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.errors import full_name
from postrender.rules import INSTANCE, STREAM, WORKLOAD
from postrender.rules.finding import ERROR
from postrender.rules.subject import on_config, on_object
from postrender.spk import infra
from postrender.spk.kinds import CNF_VLAN, VLAN
from postrender.spk.product import reads_infra

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject
    from postrender.spk.product import Product

ID = "ignored-self-ips"
LEVEL = ERROR
SUBJECTS = (
    WORKLOAD,
    INSTANCE,
)
SCOPE = STREAM

OLDER = (VLAN.name, "F5SPKStaticRoute")


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each setting or object whose self IPs the product ignores."""
    product = subject.product
    for number, network in enumerate(subject.config.networks):
        path = f"spec.networks[{number}].vlan"
        if product.takes_infra and network.vlan and not network.vlan.pool:
            message = f"{product} takes self IPs from a pool, but {network.name} lists fixed addresses"
            yield on_config(ID, LEVEL, path, message, "set a pool instead")
        if product.takes_infra is False and network.vlan and network.vlan.pool:
            message = f"the pool of {network.name} needs an Infra object, which {product} does not know"
            yield on_config(ID, LEVEL, f"{path}.pool", message, "set selfIPv4 instead")
    older = f"an {VLAN.name} (for a CNF, {CNF_VLAN.name})"
    for kind in _ignored(subject, product):
        for obj in subject.beside(kind):
            fix = f"use {'an Infra object' if product.takes_infra else older} instead"
            yield on_object(ID, LEVEL, obj, ("kind",), f"{product} ignores {kind} {full_name(obj.name)}", fix)


def _ignored(subject: Subject, product: Product) -> tuple[str, ...]:
    if product.takes_infra is False:
        return (infra.KIND,)
    return OLDER if product.takes_infra and reads_infra(subject.object.node) else ()
