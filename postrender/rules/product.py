"""The config's product is the stream's.

What: if the config has a `product`, it is that of the TMM: BNK and its release for an instance, SPK or CNF for a
workload.

Why: the verb `vlans` goes by it, and so do the rules that know releases.

Fix: correct the config's `product`, or remove it.

Source: the kinds and versions of public instances.

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
    """Compare the config's with what the stream says."""
    said, found = subject.config.product, subject.product_of_stream
    if said and _differs(said, found):
        yield on_config(ID, LEVEL, "spec.product", f"product is {said}, and the TMM is of {found}", "make them equal")


def _differs(said: Product, found: Product) -> bool:
    if BNK in (said.name, found.name):
        return said.name != found.name or found.release not in (None, said.release)
    return False  # SPK and CNFs render the same TMM
