"""The fields of a CNEInstance or BNKGatewayClass that only some versions of BIG-IP Next for Kubernetes have.

Sources: F5's definition of BNKGatewayClass in 2.1, published in a lab's repository; for later versions, public tools
and the files of labs, so a field may be older than the version here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from postrender.spk.product import Product

#: The first version in which each field, or each value of a field, was seen; only those that a finding recommends.
SINCE = {
    "disableCheckVFs": (2, 2),
    "Tiny": (2, 4),
}


def exists(product: Product, field: str) -> bool:
    """Report whether the product's version has a field, or the value Tiny; an unknown version may have it."""
    return product.release is None or product.release >= SINCE[field]
