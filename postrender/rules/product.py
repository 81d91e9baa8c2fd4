"""The config's product matches the stream.

What: if the config sets `product`, it matches the TMM: BNK and its version for a CNEInstance or BNKGatewayClass, and
SPK or CNF for a workload.

Why: the verb `vlans` and the rules that depend on the version use this value.

Fix: correct the config's `product`, or remove it.

Source: the kinds and versions in public lab files for BIG-IP Next for Kubernetes.

Confidence: several labs.

Failing:

    product: SPK
    ---
    kind: CNEInstance
    spec: {manifestVersion: 2.3.0}

Passing:

    product: BNK 2.3
    ---
    kind: CNEInstance
    spec: {manifestVersion: 2.3.0}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.rules import INSTANCE, STREAM, WORKLOAD
from postrender.rules.finding import ERROR
from postrender.rules.subject import on_config
from postrender.spk.product import BNK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject
    from postrender.spk.product import Product

ID = "product"
LEVEL = ERROR
SUBJECTS = (WORKLOAD, INSTANCE)
SCOPE = STREAM


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding if the config's product is not the product that the stream indicates."""
    configured, product = subject.config.product, subject.product_of_stream
    if configured and _differs(configured, product):
        message = f"product is {configured}, but the TMM belongs to {product}"
        yield on_config(ID, LEVEL, "spec.product", message, "correct spec.product, or remove it")


def _differs(configured: Product, product: Product) -> bool:
    if BNK in (configured.name, product.name):
        return configured.name != product.name or product.release not in (None, configured.release)
    return False  # the charts of SPK and CNFs render the same TMM, so a stream does not tell them apart
