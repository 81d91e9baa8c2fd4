"""Expressions of the Common Expression Language, as Kubernetes has it: literals, and conditions on names.

A text becomes a literal in ASCII, in which nothing but the literal's own quotes is a quote. A shell glob becomes a
comparison, or a regular expression of which only the wildcards are not escaped; RE2 matches any in linear time.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from postrender.config.patterns import SPECIAL

if TYPE_CHECKING:
    from collections.abc import Iterable

BASIC_PLANE = 0xFFFF
NEVER = "false"


def literal(text: str) -> str:
    """Return a text as a string literal."""
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    if " " <= char <= "~":
        return char
    return f"\\u{ord(char):04x}" if ord(char) <= BASIC_PLANE else f"\\U{ord(char):08x}"


def literals(texts: Iterable[str]) -> str:
    """Return texts as a list of string literals."""
    return f"[{', '.join(map(literal, texts))}]"


def either(conditions: Iterable[str]) -> str:
    """Return a condition that holds where one of these does."""
    return " || ".join(conditions) or NEVER


def matches(subject: str, glob: str) -> str:
    """Return the condition that a text matches a shell glob, as the config's do."""
    stem = glob.removesuffix("*")
    if not SPECIAL.isdisjoint(stem):
        expression = f"^{_regular(glob)}$"
        return f"{subject}.matches({literal(expression)})" if _is_regular(expression) else NEVER
    return f"{subject} == {literal(glob)}" if stem == glob else f"{subject}.startsWith({literal(stem)})"


def _is_regular(expression: str) -> bool:
    """Report whether it compiles: a range from z to a does not, and as a glob it matches nothing."""
    try:
        re.compile(expression)
    except re.error:
        return False
    return True


def _regular(glob: str) -> str:
    """Return a glob as a regular expression."""
    if not glob:
        return ""
    head, rest = glob[0], glob[1:]
    if head in "*?":
        return {"*": ".*", "?": "."}[head] + _regular(rest)
    end = rest.find("]", 2 if rest.startswith("!") else 1) if head == "[" else -1
    if end < 0:
        return _plain(head) + _regular(rest)
    negated, members = rest[0] == "!", rest[:end].removeprefix("!")
    return f"[{'^' if negated else ''}{_members(members)}]{_regular(rest[end + 1 :])}"


def _plain(char: str) -> str:
    return char if char.isalnum() or char == "_" or not char.isascii() else f"\\{char}"


def _members(members: str) -> str:
    """Return the members of a class: a hyphen between two makes a range, as in a glob."""
    return "".join(
        char if char == "-" and 0 < at < len(members) - 1 else _plain(char) for at, char in enumerate(members)
    )
