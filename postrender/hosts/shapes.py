"""Checks a YAML file against a shape: only the fields that are listed may be there, spelled exactly as listed.

Helm and kustomize also accept other spellings of a field, such as `Resources`, and several YAML features that readers
interpret differently. A file that uses any of them is refused, so that this program and the other one read the same.
"""

from __future__ import annotations

from postrender.errors import InputError, Place, TooLarge, brief, suggestion
from postrender.record import NamedTuple
from postrender.yamledit import nodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    from postrender.yamledit.nodes import Node

    #: The kind of a scalar; the shape of each item of a list; the shape of each field of a map; or `Each`.
    Shape: TypeAlias = "str | list[Shape] | dict[str, Shape] | Each"

MOST = 256 * 1024  #: the maximum size of a file in bytes; a parsed file takes a thousand times its size
TEXT = "text"  #: a scalar that no program uses as a path or an address
ANY = "any"  #: a scalar, a list or a map that no program uses as paths or addresses


class Each(NamedTuple):
    """The shape of a map whose keys may be anything."""

    value: Shape


class Leaf(NamedTuple):
    """A scalar in a file: its kind in the shape, its text, and its place."""

    kind: str
    text: str
    place: Place


def leaves(data: bytes, file: str, shape: Shape) -> Iterator[Leaf]:
    """Yield the scalars of a file whose kind is not TEXT; raise InputError unless the whole file has the shape."""
    if len(data) > MOST:
        raise TooLarge(f"has more than {MOST} bytes; make it smaller", Place(file))
    try:
        text = data.decode()
        root = nodes.compose_plain(text)
    except UnicodeDecodeError:
        raise InputError("is not UTF-8; convert it", Place(file)) from None
    except nodes.Unreadable as error:
        sentence = "is not one plain YAML document; write one without anchors, aliases, tags and directives"
        raise InputError(sentence, Place(file, error.line + 1, error.column + 1)) from None
    if nodes.has_surprising_breaks(text):
        sentence = "contains U+0085, U+2028 or U+2029, which not every reader takes as a line break; remove it"
        raise InputError(sentence, Place(file))
    if root is not None:
        yield from _leaves(root, shape, Place(file))


def _leaves(node: Node, shape: Shape, at: Place) -> Iterator[Leaf]:
    place = at._replace(line=node.start_mark.line + 1, column=node.start_mark.column + 1)
    if nodes.is_null(node) or shape == ANY:
        return
    if isinstance(shape, str):
        if not nodes.is_scalar(node):
            raise InputError("must be a string, a number or a boolean", place)
        if shape != TEXT:
            yield Leaf(shape, node.value, place)
    elif isinstance(shape, list):
        if not nodes.is_sequence(node):
            raise InputError("must be a list", place)
        for item in node.value:
            yield from _leaves(item, shape[0], place)
    else:
        if not nodes.is_mapping(node):
            raise InputError("must be a map", place)
        yield from _fields(node.value, shape, place)


def _fields(pairs: list[tuple[Node, Node]], shape: Each | dict[str, Shape], at: Place) -> Iterator[Leaf]:
    seen: set[str] = set()
    for key, value in pairs:
        place = at._replace(line=key.start_mark.line + 1, column=key.start_mark.column + 1)
        if not nodes.is_scalar(key) or nodes.is_merge(key):
            raise InputError("must have only plain keys, without <<", place)
        if key.value in seen:
            raise InputError(f"has the field {brief(key.value)} twice; keep one", place)
        seen.add(key.value)
        if isinstance(shape, Each):
            yield from _leaves(value, shape.value, place)
        elif key.value in shape:
            yield from _leaves(value, shape[key.value], place)
        else:
            advice = suggestion(key.value, [*shape]) or "; remove it"
            raise InputError(
                f"has the field {brief(key.value)}, which is unknown or may not be used here{advice}", place
            )
