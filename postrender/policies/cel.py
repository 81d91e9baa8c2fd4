"""Builds expressions in the Common Expression Language (CEL) of Kubernetes: literals, and conditions on names.

A text becomes an ASCII literal in which quotes are escaped. A shell glob becomes a comparison, or a regular
expression in which everything except the wildcards is escaped; RE2 matches any expression in linear time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.config.patterns import SPECIAL
from postrender.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TypeAlias

    Part: TypeAlias = "str | Variable"

BASIC_PLANE = 0xFFFF
NEVER = "false"
WILDCARDS = {"*": ".*", "?": "."}


class Variable(NamedTuple):
    """A variable of a policy: its name, and the text that stands for its value until kustomize sets the value."""

    name: str
    unset: str


def literal(text: str) -> str:
    """Return a text as a string literal."""
    return f'"{"".join(map(_escaped, text))}"'


def joined(parts: Iterable[Part]) -> str:
    """Return an expression for texts and variables, one after the other."""
    pieces: list[str] = []
    texts = ""
    for part in parts:
        if isinstance(part, Variable):
            pieces += [literal(texts)] if texts else []
            pieces.append(f"variables.{part.name}")
            texts = ""
        else:
            texts += part
    return " + ".join([*pieces, literal(texts)] if texts or not pieces else pieces)


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
    """Return a condition that is true if any of the given conditions is true."""
    return " || ".join(conditions) or NEVER


def is_amount(group: str, name: str, amount: int | str) -> str:
    """Return the condition that the TMM container has an amount of a resource in `limits` or `requests`."""
    key, wanted = literal(name), literal(str(amount))
    compared = f"quantity(string(variables.{group}[{key}])).compareTo(quantity({wanted})) == 0"
    return f"{key} in variables.{group} && {compared}"


def matches(subject: str, glob: str) -> str:
    """Return the condition that a text matches a shell glob from the config."""
    stem = glob.removesuffix("*")
    if not SPECIAL.isdisjoint(stem):
        expression = _regular(glob)
        return NEVER if expression is None else f"{subject}.matches({literal(f'^{expression}$')})"
    return f"{subject} == {literal(glob)}" if stem == glob else f"{subject}.startsWith({literal(stem)})"


def _regular(glob: str) -> str | None:
    """Return a glob as a regular expression; None if it matches nothing."""
    if not glob:
        return ""
    head, rest = glob[0], glob[1:]
    end = rest.find("]", 2 if rest.startswith("!") else 1) if head == "[" else -1
    first = _class(rest[:end]) if end >= 0 else WILDCARDS.get(head, _plain(head))
    others = _regular(rest[end + 1 :] if end >= 0 else rest)
    return None if first is None or others is None else first + others


def _plain(char: str) -> str:
    return char if char.isalnum() or char == "_" or not char.isascii() else f"\\{char}"


def _class(written: str) -> str | None:
    """Return a character class for a regular expression; None if it matches nothing. A range such as z-a is empty."""
    negated, members = written.startswith("!"), "".join(_members(written.removeprefix("!")))
    if members:
        return f"[{'^' if negated else ''}{members}]"
    return "." if negated else None


def _members(members: str) -> Iterator[str]:
    """Yield the characters and the ranges of a class: a hyphen between two characters makes a range."""
    at = 0
    while at < len(members):
        if members[at + 1 : at + 2] == "-" and at + 2 < len(members):
            if members[at] <= members[at + 2]:
                yield f"{_plain(members[at])}-{_plain(members[at + 2])}"
            at += 3
        else:
            yield _plain(members[at])
            at += 1
