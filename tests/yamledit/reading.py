"""Parse text as the editor does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.yamledit import nodes

if TYPE_CHECKING:
    from postrender.yamledit.nodes import Node


def read(text: str) -> Node:
    """Return the root of a text, which must have one."""
    root = nodes.compose(text)
    assert root is not None
    return root
