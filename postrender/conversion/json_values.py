"""Converts YAML nodes to JSON values, the form in which Kubernetes and the `jsonpatch` library process a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.yamledit import emit, nodes

if TYPE_CHECKING:
    from typing import Any

    from postrender.yamledit.nodes import Node, Path

MAX_DIGITS = 300  #: the maximum length of a number; a longer number is text


def value_of(node: Node | None) -> Any:
    """Return a node as a JSON value, with merge keys applied. An ambiguous plain scalar becomes a string."""
    if nodes.is_mapping(node):
        return {str(key.value): value_of(value) for key, value in nodes.effective_pairs(node)}
    if nodes.is_sequence(node):
        return [value_of(item) for item in node.value]
    if nodes.is_null(node) or not nodes.is_scalar(node):
        return None
    return _number_or_text(node.value) if node.tag == nodes.PLAIN else node.value


def is_json(node: Node) -> bool:
    """Report whether every YAML reader reads a node as the same JSON value."""
    if not nodes.is_scalar(node):
        return node.tag in ("mapping", "sequence") and all(map(is_json, nodes.children(node)))
    if node.tag != nodes.PLAIN:
        return node.tag == nodes.STRING
    return nodes.is_null(node) or emit.is_string_to_all(node.value) or not isinstance(_number_or_text(node.value), str)


def _number_or_text(text: str) -> object:
    if text in ("true", "false"):
        return text == "true"
    if not text.isascii() or text[:1] not in "-0123456789" or len(text) > MAX_DIGITS:
        return text
    for kind in (int, float):
        try:
            number = kind(text)
        except ValueError:
            continue
        return number if emit.scalar(number) == text else text
    return text


def has_bare_value(root: Node | None, path: Path) -> bool:
    """Report whether the value at a path is, or contains, an empty value between brackets, such as `{a: }`.

    YAML reads such a value as null, but kustomize as an empty string. In block style, kustomize also reads null.
    Source: kustomize 5.6.0 and 5.8.1.
    """
    ancestors = [nodes.find(root, path[:length]) for length in range(len(path) + 1)]
    waiting = [(ancestors[-1], any(it is not None and nodes.is_flow(it) for it in ancestors))]
    while waiting:
        node, is_in_flow = waiting.pop()
        if nodes.is_scalar(node):
            if is_in_flow and node.tag == nodes.PLAIN and not node.value:
                return True
        elif node is not None:
            waiting += ((child, is_in_flow or nodes.is_flow(node)) for child in nodes.children(node))
    return False
