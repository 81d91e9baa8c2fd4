"""A text as the editor reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.yamledit import nodes

if TYPE_CHECKING:
    from postrender.yamledit.nodes import Node


def read(text: str) -> Node:
    """Return the root of a text that has one."""
    root = nodes.compose(text)
    assert root is not None
    return root
