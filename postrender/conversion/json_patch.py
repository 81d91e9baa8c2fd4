"""RFC 6902 patches of JSON values, by the library jsonpatch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.errors import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

TEST = "test"


class Failed(Exception):
    """The reason why an operation cannot be applied; it follows the name of the operation in a message."""


def apply(value: Any, operations: Sequence[dict[str, Any]]) -> Any:
    """Return the result of operations; they change the given value. Raise Failed if one cannot be applied."""
    import jsonpatch
    import jsonpointer

    try:
        return jsonpatch.apply_patch(value, [*operations], in_place=True)
    except jsonpatch.JsonPatchTestFailed:
        raise Failed("failed") from None
    except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException) as error:
        raise Failed(f"fails: {quoted(error)}") from None
