"""Finds keys that the rendered TMM lists twice on a path that the conversion edits.

Kubernetes and the conversion use the last one; kustomize and Flux refuse an object with repeated keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.errors import dotted, full_name
from postrender.kubernetes.objects import Object
from postrender.rules.finding import Finding
from postrender.rules.repeated_keys import ID, LEVEL
from postrender.rules.subject import reference
from postrender.yamledit import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.spk.target import Target
    from postrender.yamledit.nodes import Node

FIX = "remove one in the chart's values: Kubernetes uses the last one, but kustomize and Flux refuse the object"


def findings(tmm: Target) -> Iterator[Finding]:
    """Yield a warning for each key that is listed twice on a path that the conversion edits."""
    of_tmm = reference(Object(tmm.parsed, tmm.base, tmm.at(tmm.base) or tmm.parsed.root))
    seen = set()
    for path in (tmm.networks, tmm.env, tmm.resources, (*tmm.resources, "limits"), (*tmm.resources, "requests")):
        for length, step in enumerate(path):
            key = _repeated(tmm.at(path[:length]), step)
            if key is not None and id(key) not in seen:
                seen.add(id(key))
                place = tmm.parsed.place_of(key, dotted(path[: length + 1]))
                yield Finding(ID, LEVEL, f"{full_name(step)} is listed twice in one map", FIX, place, of_tmm)


def _repeated(mapping: Node | None, step: str | int) -> Node | None:
    """Return the last occurrence of a key in a map, or None if the map does not repeat the key."""
    pairs = mapping.value if nodes.is_mapping(mapping) else ()
    named = [key for key, _ in pairs if nodes.is_scalar(key) and key.value == step]
    return named[-1] if len(named) > 1 else None
