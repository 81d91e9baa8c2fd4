"""The operators of label selectors and affinities: In, NotIn, Exists and DoesNotExist.

Source: Kubernetes, Labels and Selectors.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection


def holds(value: str | None, operator: str, values: Collection[str]) -> bool | None:
    """Report whether a label satisfies a requirement; return None for any other operator.

    `value` is the label's value, or None if the label does not exist.
    """
    if operator in ("Exists", "DoesNotExist"):
        return (value is not None) == (operator == "Exists")
    if operator in ("In", "NotIn"):
        return (value in values) == (operator == "In")
    return None
