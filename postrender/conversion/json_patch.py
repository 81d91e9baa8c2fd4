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


def apply(value: Any, operations: Sequence[dict[str, Any]], *, in_place: bool = False) -> Any:
    """Return the result of operations; raise Failed if one cannot be applied.

    In place, they change the given value, which then belongs to the caller alone; a copy takes as long as the value is
    large.
    """
    import jsonpatch
    import jsonpointer

    try:
        return jsonpatch.apply_patch(value, [*operations], in_place=in_place)
    except jsonpatch.JsonPatchTestFailed:
        raise Failed("failed") from None
    except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException) as error:
        raise Failed(f"fails: {quoted(error)}") from None
