"""One planned change: an RFC 6902 operation, the rule that plans it, and the reason that is shown to the user."""

from __future__ import annotations

from postrender.record import NamedTuple
from postrender.yamledit import emit, nodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.yamledit.nodes import Node, Path

ADD = "add"
REPLACE = "replace"
REMOVE = "remove"
APPEND = "-"  #: the last step of a path that appends to a list


class Change(NamedTuple):
    """A change to one document. Several changes are applied in order, as in RFC 6902.

    The path starts at the document's root. If a key is repeated, the path refers to its last occurrence, but a removal
    removes every occurrence.
    """

    op: str
    path: Path
    value: object
    rule: str
    reason: str
    is_repeated: bool = False  #: whether the change removes a list entry with the same name as an earlier entry


def put(root: Node | None, path: Path, value: object, rule: str, reason: str) -> Iterator[Change]:
    """Yield the change that sets `path` to a value, or nothing if the path already has that value."""
    present = nodes.find(root, path)
    if not emit.says(present, value):
        yield Change(ADD if present is None else REPLACE, path, value, rule, reason)


def pointer(path: Path) -> str:
    """Return a path as an RFC 6901 JSON pointer."""
    return "".join(f"/{escape(str(step))}" for step in path)


def escape(key: str) -> str:
    """Return a key as a step of a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def keys_of(pointer: str) -> list[str]:
    """Return the steps of a JSON pointer as strings, including item numbers."""
    return [word.replace("~1", "/").replace("~0", "~") for word in pointer.split("/")[1:]]
