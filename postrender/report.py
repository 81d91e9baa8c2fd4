"""Changes -> lines that a person reads."""

from __future__ import annotations

from postrender import emit, nodes
from postrender.change import ADD, APPEND, REMOVE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from yaml.nodes import ScalarNode

    from postrender.change import Change
    from postrender.conversion import Conversion
    from postrender.nodes import Path
    from postrender.target import Target

SIGNS = {ADD: "+", REMOVE: "-"}
#: Steps that are the same for every pod template, and say nothing.
SILENT = ("spec", "template", "metadata", "containers")


def summary(conversion: Conversion) -> Iterator[tuple[str, str]]:
    """Yield what was done and why, a line each: the networks that were defined, then every change."""
    for network in conversion.defined:
        place = f"{network.namespace}/" if network.namespace else ""
        yield f"+ NetworkAttachmentDefinition {place}{network.name}", f"{network.mode} on {network.master}"
    if conversion.target is not None:
        for change in conversion.changes:
            yield _line(conversion.target, change), change.reason


def _line(target: Target, change: Change) -> str:
    words = list(_words(target, change.path))
    before = target.at(change.path)
    old = [_old(before)] if nodes.is_scalar(before) and change.op != ADD else []
    new = [] if change.op == REMOVE else [_new(change, words)]
    values = " → ".join([*old, *new])
    return f"{SIGNS.get(change.op, '~')} {' '.join(words)}{f': {values}' if values else ''}"


def _old(node: ScalarNode) -> str:
    return node.value if node.tag == nodes.PLAIN else emit.quoted(node.value)


def _new(change: Change, words: list[str]) -> str:
    """Return a new value as text; of a new variable its name joins the words."""
    if change.path[-1] == APPEND and isinstance(change.value, dict) and "value" in change.value:
        words.append(str(change.value.get("name")))
        return emit.scalar(change.value["value"])
    return emit.inline(change.value)


def _words(target: Target, path: Path) -> Iterator[str]:
    """Yield a path as words, list items by their names."""
    for length, step in enumerate(path, 1):
        name = nodes.text(nodes.get(target.at(path[:length]), "name"))
        if isinstance(step, int):
            yield name or f"[{step}]"
        elif step not in SILENT and step != APPEND:
            yield step
