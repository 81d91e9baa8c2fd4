"""The objects that a patch applies to: kustomize's `target`.

Group, version, kind, name and namespace are regular expressions that must match as a whole; a missing one matches all.

Go's expressions, which kustomize takes, always end; Python's may try every way to cut a value into pieces. How long
that may take is for the program to say, so it can put a search with a time limit in the place of `fullmatch`.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING

from postrender.errors import brief
from postrender.record import NamedTuple
from postrender.yamledit import nodes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from postrender.yamledit.nodes import Node

    Search = Callable[[str, str], bool]


class Endless(Exception):
    """An expression takes too long to match; a search that has a time limit raises this."""


def fullmatch(pattern: str, value: str) -> bool:
    """Report whether an expression matches the whole of a value, however long that takes."""
    import re

    return re.fullmatch(pattern, value) is not None


#: The search that `matches` uses. Set in a context, it is nobody else's: not a caller's, not another thread's.
search: ContextVar[Search] = ContextVar("search", default=fullmatch)


class Selector(NamedTuple):
    """A patch's target, as written."""

    group: str = ""
    version: str = ""
    kind: str = ""
    name: str = ""
    namespace: str = ""
    label_selector: str = ""

    def __str__(self) -> str:
        pairs = zip(self._fields, self, strict=True)
        return ", ".join(
            f"{field.replace('label_selector', 'labelSelector')}: {value}" for field, value in pairs if value
        )


def matches(selector: Selector, node: Node) -> bool:
    """Report whether the selector matches an object; raise Endless if an expression takes too long."""
    group, _, version = (nodes.text(nodes.get(node, "apiVersion")) or "").rpartition("/")
    found = (
        (selector.group, group),
        (selector.version, version),
        (selector.kind, nodes.text(nodes.get(node, "kind")) or ""),
        (selector.name, nodes.text(nodes.find(node, ("metadata", "name"))) or ""),
        (selector.namespace, nodes.text(nodes.find(node, ("metadata", "namespace"))) or ""),
    )
    is_match = search.get()
    alike = all(not pattern or is_match(pattern, value) for pattern, value in found)
    return alike and _has_labels(selector.label_selector, nodes.find(node, ("metadata", "labels")))


def _has_labels(selector: str, labels: Node | None) -> bool:
    return all(_holds(requirement, labels) for requirement in requirements(selector))


def requirements(selector: str) -> Iterator[str]:
    """Yield the requirements of a label selector; a comma in brackets separates values. Raises ValueError."""
    depth, start = 0, 0
    for at, char in enumerate(selector + ","):
        depth += (char == "(") - (char == ")")
        if char == "," and depth == 0:
            if selector[start:at].strip():
                yield selector[start:at].strip()
            start = at + 1
    if depth:
        raise ValueError(f"{brief(selector)} is not a label selector: a parenthesis is not closed or not opened")


def _holds(requirement: str, labels: Node | None) -> bool:
    """Report whether labels meet one requirement: a=b, a!=b, a in (b,c), a notin (b,c), a, !a."""
    key, operator, values = parse_requirement(requirement)
    value = nodes.text(nodes.get(labels, key))
    if operator == "exists":
        return value is not None
    if operator == "missing":
        return value is None
    return (value in values) == (operator == "in")


def parse_requirement(requirement: str) -> tuple[str, str, tuple[str, ...]]:
    """Return a requirement's key, operator (in, notin, exists, missing) and values; raise ValueError."""
    import re

    match = re.fullmatch(r"([\w./-]+)\s+(in|notin)\s*\(([^()]*)\)", requirement)
    if match:
        return match[1], match[2], tuple(value.strip() for value in match[3].split(","))
    match = re.fullmatch(r"([\w./-]+)\s*(!=|==|=)\s*([\w.-]*)", requirement)
    if match:
        return match[1], "notin" if match[2] == "!=" else "in", (match[3],)
    match = re.fullmatch(r"(!?)\s*([\w./-]+)", requirement)
    if match:
        return match[2], "missing" if match[1] else "exists", ()
    raise ValueError(f"{brief(requirement)} is not a label requirement")
