"""Applies RFC 6902 patches to JSON values, with the `jsonpatch` library."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.errors import brief

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

TEST = "test"


class Failed(Exception):
    """An operation cannot be applied. In a message, the text of this error follows the name of the operation."""


def apply(value: Any, operations: Sequence[dict[str, Any]], *, in_place: bool = False) -> Any:
    """Return a value after the operations; raise Failed if an operation cannot be applied.

    With `in_place`, the operations change the given value, so nothing else may use it. Otherwise, they change a copy,
    which takes time for a large value.
    """
    import jsonpatch
    import jsonpointer

    try:
        return jsonpatch.apply_patch(value, [*operations], in_place=in_place)
    except jsonpatch.JsonPatchTestFailed:
        raise Failed("failed") from None
    except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException) as error:
        raise Failed(f"fails: {brief(error)}") from None
