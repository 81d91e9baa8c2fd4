"""Finds out whether the config's patches may have changed a path in an object of the cluster.

Only paths are compared, because the patches apply to the rendered stream. List indexes in the cluster may differ from
the rendered indexes, so a number in a path matches any index.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.kubernetes import selector
from postrender.yamledit.change import APPEND, keys_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.config import Config
    from postrender.config.patches import Operation
    from postrender.kubernetes.selector import Identity, Selector
    from postrender.verify.json_fields import Object
    from postrender.yamledit.nodes import Path

WHY = "a patch in the config may change this value"
ADVICE = "check spec.patches; if possible, use spec.tmm, which verify compares, instead of a patch"


def may_change(config: Config, obj: Object, path: Path) -> bool:
    """Report whether a patch for an object may change the value at a path, or a value above or below it."""
    if not config.patches:
        return False
    it = selector.identity_of(obj)
    rendered = it._replace(namespace=selector.DEFAULT_NAMESPACE)  # in case the chart sets no namespace
    operations = (
        each
        for patch in config.patches
        if _is_for(patch.target, it) or _is_for(patch.target, rendered)
        for each in patch.operations
    )
    return any(_meet(pointer, path) for operation in operations for pointer in _touched(operation))


def _is_for(target: Selector, it: Identity) -> bool:
    try:
        return selector.matches(target, it)
    except selector.Endless:
        return True


def _touched(operation: Operation) -> Iterator[str]:
    """Yield the pointers to the nodes that an operation changes."""
    if operation.op != "test":
        yield operation.path
    if operation.op == "move":
        yield operation.source


def _meet(pointer: str, path: Path) -> bool:
    pairs = zip(keys_of(pointer), path, strict=False)
    return all(step == part or (_is_index(step) and _is_index(part)) for step, part in pairs)


def _is_index(step: str | int) -> bool:
    return step == APPEND or str(step).isdigit()
