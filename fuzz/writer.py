"""Writes values as YAML in random styles, from a seed: the fuzzer's counterpart of tests/property/styles.py.

A value is a string, a number, a bool, None, a list or a dict. The text may have a slightly different value, because
comments and blank lines may become part of a block scalar, and keys may be repeated. Comments are numbered, so that
tests notice a lost comment.
"""

from __future__ import annotations

import json
import re
from random import Random
from typing import Any, NamedTuple

PLAIN = re.compile(r"[A-Za-z]([A-Za-z0-9_./@-]|[ ,](?=[A-Za-z0-9]))*")
ASTRAL = re.compile("[\U00010000-\U0010ffff]")
TAGS: dict[Any, list[str]] = {
    dict: ["!!map"],
    list: ["!!seq"],
    str: ["!!str", "!", "!local", "!<tag:yaml.org,2002:str>"],
}


def escaped(text: str) -> str:
    """Return an ASCII text in double quotes, without JSON's surrogate pairs, which YAML does not allow."""
    return "".join(f"\\U{ord(char):08x}" if ASTRAL.match(char) else json.dumps(char)[1:-1] for char in text).join('""')


class Raw(str):
    """A text that is written unchanged, such as an alias."""

    __slots__ = ()


class Style(NamedTuple):
    """The style of a whole document. Probabilities are percentages; if `odd` is 0, it is a chart template's style."""

    step: int = 2
    list_step: int = 0
    gap: int = 1
    comments: int = 4
    flow: int = 6
    odd: int = 0  #: anchors, tags, repeated and explicit keys, multi-line text, unusual white space
    tabs: int = 0


def style(source: Random) -> Style:
    """Return a random style: half of the styles are those of chart templates, and half are unusual."""
    if source.random() < 0.5:
        return Style(source.choice([2, 4]), source.choice([0, 2]), 1, source.choice([0, 4, 15]), source.choice([0, 8]))
    steps = source.choice([1, 2, 3, 8]), source.choice([0, 1, 2]), source.choice([1, 1, 2, 4])
    return Style(
        *steps, source.choice([5, 20, 50]), source.choice([3, 12]), source.choice([2, 4, 8]), source.choice([0, 3])
    )


class Writer:
    """A writer of values in one style. It numbers comments and anchors."""

    def __init__(self, source: Random, style: Style) -> None:
        self.source = source
        self.style = style
        self.comments = 0
        self.anchors: dict[str, str] = {}

    def chance(self, of_100: int) -> bool:
        return self.source.random() * 100 < of_100

    def comment(self) -> str:
        self.comments += 1
        return f"# c{self.comments}" + self.source.choice(
            ["", "", "", " ---", ": {[", " &a *b", " '\"", " é😀", "\ttab"]
        )

    # White space and comments.

    def between(self, indent: int) -> list[str]:
        """Return lines to put between entries: no lines, or comments and blank lines."""
        if not self.chance(self.style.comments):
            return []
        deeper = self.source.randint(0, indent + 4) if self.style.odd else indent
        comment = " " * deeper + self.comment()
        blank = self.source.choice(["", "   ", " " + self.tab()]) if self.style.odd else ""
        return self.source.choice([[blank], [comment], [comment], ["", comment, blank], [comment, f"{self.comment()}"]])

    def behind(self) -> str:
        """Return text to put at the end of a line: nothing, white space or a comment."""
        if self.chance(self.style.comments):
            return self.source.choice(["  ", " ", self.tab()]) + self.comment()
        if self.chance(self.style.odd):
            return self.source.choice([" ", "   ", self.tab()])
        return ""

    def tab(self) -> str:
        """Return a space, or sometimes a tab if the style has tabs."""
        return "\t" if self.chance(10 * self.style.tabs) else " "

    # Collections in block style.

    def block(self, value: dict[str, Any] | list[Any], indent: int) -> list[str]:
        if isinstance(value, dict):
            entries = [self.entry(key, inner, indent) for key, inner in self.repeated(value)]
        else:
            entries = [self.item(inner, indent) for inner in value]
        lines = entries[0]
        for entry in entries[1:]:
            lines += self.between(indent)
            lines += entry
        return lines

    def repeated(self, value: dict[str, Any]) -> list[tuple[str, Any]]:
        """Return the entries of a map, sometimes with a repeated key."""
        if not self.chance(self.style.odd):
            return list(value.items())
        key = self.source.choice([*value])
        return [(key, self.source.choice(["old", None, value[key]])), *value.items()]

    def entry(self, key: str, value: Any, indent: int) -> list[str]:
        head = " " * indent + self.key(key)
        if self.chance(self.style.odd) and self.chance(30):
            return self.explicit(key, value, indent)
        head += self.source.choice([" :", self.tab() + ":"]) if self.chance(self.style.odd) else ":"
        if isinstance(value, dict | list) and value and not self.chance(self.style.flow):
            step = self.style.list_step if isinstance(value, list) else self.style.step
            top = [head + self.properties(value) + self.behind(), *self.between(indent)]
            return top + self.block(value, indent + step)
        return self.inline(head, value, indent)

    def explicit(self, key: str, value: Any, indent: int) -> list[str]:
        key_line = f"{' ' * indent}? {self.key(key)}{self.behind()}"
        if value is None and self.chance(50):
            return [key_line]
        return [key_line, *self.between(indent), *self.inline(" " * indent + ":", value, indent)]

    def item(self, value: Any, indent: int) -> list[str]:
        dash = " " * indent + "-"
        gap = " " * self.style.gap
        if not (isinstance(value, dict | list) and value) or self.chance(self.style.flow):
            return self.inline(dash, value, indent, gap)
        inner = self.block(value, indent + 1 + self.style.gap)
        if self.chance(self.style.tabs) and isinstance(value, dict):
            return [f"{dash}\t{inner[0].lstrip()}", *inner[1:]]
        if self.chance(self.style.odd):
            return [dash + self.properties(value) + self.behind(), *self.between(indent + 1), *inner]
        return [dash + gap + inner[0][indent + 1 + self.style.gap :], *inner[1:]]

    def key(self, key: str) -> str:
        name = self.anchors.get(key) if self.anchors else None
        if name is not None and self.chance(60):
            return f"*{name} "
        if self.chance(self.style.odd) and self.chance(10):
            return self.anchor(key) + self.plain_key(key)
        return self.plain_key(key)

    def anchor(self, value: Any) -> str:
        """Return a new anchor, or the tag of a string."""
        if self.chance(30):
            return "!!str "
        name = f"a{len(self.anchors)}"
        self.anchors[value if isinstance(value, str) else repr(value)] = name
        return f"&{name} "

    def plain_key(self, key: str) -> str:
        if key == "<<" or not self.chance(2 * self.style.odd):
            return key if key == "<<" or PLAIN.fullmatch(key) else json.dumps(key)
        escaped = "".join(f"\\x{ord(char):02x}" for char in key[:1])
        return self.source.choice([json.dumps(key), f"'{key}'", f'"{escaped}{key[1:]}"'])

    def properties(self, value: Any) -> str:
        """Return an anchor, a tag, both or nothing."""
        if not self.chance(self.style.odd):
            return ""
        tag = self.source.choice(TAGS.get(type(value), [""]))
        if not self.chance(60):
            return f" {tag}" if tag else ""
        name = f"a{len(self.anchors)}"
        self.anchors[value if isinstance(value, str) else repr(value)] = name
        return self.source.choice([f" &{name}", f" &{name} {tag}".rstrip(), f" {tag} &{name}".replace("  ", " ")])

    # Values on one line or several, and block scalars.

    def inline(self, head: str, value: Any, indent: int, gap: str = " ") -> list[str]:
        alias = self.anchors.get(value if isinstance(value, str) else repr(value)) if self.anchors else None
        if alias is not None and self.chance(60):
            return [f"{head}{gap}*{alias}{self.behind()}"]
        if isinstance(value, dict | list):
            written = self.flow(value, indent)
        elif isinstance(value, Raw):
            return [f"{head}{gap}{value}{self.behind()}"]
        elif isinstance(value, str) and self.may_be_literal(value):
            return self.literal(head, value, indent)
        else:
            written = self.scalar(value, indent)
        if not written:
            return [head + (self.behind() or self.properties(value))]
        lines = f"{head}{self.properties(value)}{gap}{written}".split("\n")
        return [*lines[:-1], lines[-1] + self.behind()]

    def may_be_literal(self, value: str) -> bool:
        if "\n" in value:
            return self.chance(70)
        return value.strip() != "" and self.chance(3 * self.style.odd)

    def literal(self, head: str, value: str, indent: int) -> list[str]:
        kept = len(value) - len(value.rstrip("\n"))
        chomping = "-" if kept == 0 else "" if kept == 1 else "+"
        depth = self.source.randint(1, 4) if self.style.odd else 2
        indicator = str(depth) if value.startswith((" ", "\n")) or self.chance(self.style.odd) else ""
        sign = self.source.choice("|>") if self.style.odd or "\n" not in value[:-1] else "|"
        order = f"{chomping}{indicator}" if self.chance(50) else f"{indicator}{chomping}"
        lines = [" " * (indent + depth) * bool(line) + line for line in value.removesuffix("\n").split("\n")]
        return [f"{head}{self.properties(value)} {sign}{order}{self.behind()}", *lines]

    def scalar(self, value: str | int | bool | None, indent: int, in_flow: bool = False) -> str:
        if isinstance(value, Raw):
            return value
        if value is None:
            odd = ["!!null", "!!null ~", "!!null null", "!"] if self.chance(self.style.odd) and not in_flow else []
            return self.source.choice(["null", "~", "" if not in_flow else "null", *odd])
        if not isinstance(value, str):
            return json.dumps(value)
        forms = [json.dumps(value, ensure_ascii=False)]
        if self.style.odd:
            forms.append(escaped(value))
        if value.isprintable():
            forms.append("'" + value.replace("'", "''") + "'")
        if PLAIN.fullmatch(value) and not (in_flow and "," in value):
            forms += [value] * 4
        chosen = self.source.choice(forms)
        if " " in value and "\\" not in chosen and self.chance(10 * self.style.odd):
            return self.over_lines(chosen, indent)
        return chosen

    def over_lines(self, text: str, indent: int) -> str:
        """Return a scalar with a line break at its first space; YAML readers read the line break as a space."""
        left, _, right = text.partition(" ")
        if not left.strip("'\"") or not right.strip("'\" ") or right.startswith(("#", " ")):
            return text
        fold = self.source.choice(["\n", "\n", " \n", "\n\n", f"\n  {self.tab()}\n"])
        if text.startswith('"') and self.chance(30):
            fold = " \\\n"
        return f"{left}{fold}{' ' * (indent + self.source.randint(1, 4))}{right}"

    # Collections in flow style.

    def flow(self, value: Any, indent: int) -> str:
        if isinstance(value, dict):
            entries = [self.pair(key, inner, indent) for key, inner in value.items()]
        elif isinstance(value, list):
            entries = [self.flow_item(inner, indent) for inner in value]
        else:
            return self.scalar(value, indent, in_flow=True)
        opening, closing = "{}" if isinstance(value, dict) else "[]"
        return opening + self.joined(entries, indent) + closing

    def pair(self, key: str, value: Any, indent: int) -> str:
        """Return an entry of a flow map, sometimes with an explicit key, or without a colon or the space after it."""
        written = self.flow_item(value, indent)
        if value is None and self.chance(4 * self.style.odd):
            return self.source.choice([self.plain_key(key), f"{self.plain_key(key)}: "])
        if not self.chance(2 * self.style.odd):
            return f"{self.key(key)}: {written}"
        colon = self.source.choice([" : ", ":\t", ":" + self.room(indent) + " ", " :" + self.room(indent) + "  "])
        return (
            self.source.choice(["? ", "", ""])
            + self.source.choice([json.dumps(key) + ":", self.key(key) + colon])
            + written
        )

    def flow_item(self, value: Any, indent: int) -> str:
        """Return a value of a flow collection, sometimes with an anchor or a tag before it."""
        alias = self.anchors.get(value if isinstance(value, str) else repr(value)) if self.anchors else None
        if alias is not None and self.chance(20):
            return f"*{alias} "
        if value is None and self.chance(self.style.odd):
            return self.source.choice(["! ", "!!null ", "!!null ~"])
        before = self.properties(value).lstrip() if self.chance(30) else ""
        return f"{before} {self.flow(value, indent)}".lstrip()

    def joined(self, entries: list[str], indent: int) -> str:
        if not self.style.odd:
            return ", ".join(entries)
        if self.chance(40):
            return self.source.choice(["", " "]) + ", ".join(entries) + self.source.choice(["", " "])
        pieces = [self.room(indent) + entry + self.room(indent) for entry in entries]
        final = "," if entries and self.chance(15) else ""
        return ",".join(pieces) + final + self.room(indent)

    def room(self, indent: int) -> str:
        """Return white space or a comment to put between the parts of a flow collection."""
        below = "\n" + " " * (indent + self.source.randint(1, 6))
        return self.source.choice(
            ["", "", " ", "  ", below, f" {self.comment()}{below}", "\t" if self.style.tabs else ""]
        )
