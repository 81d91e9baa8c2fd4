"""Write values as YAML text in any style: as a person, a template, Helm's toYaml, a JSON tool, or nobody writes it.

A value is a string, a number, a bool, None, a list or a dict. The text has this value unless a wild style uses repeated
keys, or unless line breaks or comments become part of a block scalar. Tests must therefore ask a parser for the value
of the text.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from hypothesis import strategies as st

#: Tags that state the type which a value already has.
TAGS: dict[Any, str] = {dict: " !!map", list: " !!seq", str: " !!str"}
PLAIN = re.compile(r"[A-Za-z]([A-Za-z0-9_./@-]|[ ,](?=[A-Za-z0-9]))*")


class Style(NamedTuple):
    """The settings for a whole document; `wild` allows what no reasonable template does."""

    step: int = 2
    list_step: int = 0
    gap: int = 1
    comments: bool = True
    wild: bool = False


ORDINARY = st.builds(Style, st.sampled_from([2, 4]), st.sampled_from([0, 2]), st.just(1), st.booleans(), st.just(False))
WILD = st.builds(
    Style,
    st.sampled_from([1, 2, 3]),
    st.sampled_from([0, 1, 2]),
    st.sampled_from([1, 2, 4]),
    st.just(True),
    st.just(True),
)


class Writer:
    """A writer of values in one style, which draws all details that the style leaves open.

    It numbers comments and anchors.
    """

    def __init__(self, draw: st.DrawFn, style: Style) -> None:
        self.draw = draw
        self.style = style
        self.comments = 0
        self.anchors: list[Any] = []

    def text(self, value: dict[str, Any]) -> str:
        """Write a document with one map, and with text that may precede and follow the map."""
        if self.chance(1 if self.style.wild else 0):
            body = [self.flow(value)]
        else:
            body = [*self.between(0), *self.block(value, 0), *self.between(0)]
        head = self.draw(st.sampled_from(["", "---\n", "---\n# Source: spk/templates/tmm.yaml\n", "--- # c\n"]))
        head = self.draw(st.sampled_from([head, head, head, "%YAML 1.1\n---\n"])) if self.style.wild else head
        tail = self.draw(st.sampled_from(["", "", "...\n", "\n\n"])) if self.style.wild else ""
        return head + "\n".join([*body, ""]) + tail

    def chance(self, of_8: int) -> bool:
        return of_8 > 0 and self.draw(st.integers(0, 7)) >= 8 - of_8

    def comment(self) -> str:
        self.comments += 1
        return f"# c{self.comments}"

    def between(self, indent: int) -> list[str]:
        """Return comments and blank lines that may be between entries."""
        if not (self.style.comments and self.chance(2)):
            return []
        deeper = self.draw(st.integers(0, indent + 4)) if self.style.wild else indent
        return self.draw(
            st.sampled_from([[""], [" " * deeper + self.comment()], ["", " " * deeper + self.comment(), ""]])
        )

    def behind(self) -> str:
        """Return a comment that may follow a value on the same line."""
        return f"  {self.comment()}" if self.style.comments and self.chance(2) else ""

    # Collections in block style.

    def block(self, value: dict[str, Any] | list[Any], indent: int) -> list[str]:
        if isinstance(value, dict):
            entries = [self.entry(key, inner, indent) for key, inner in self.repeated(value)]
        else:
            entries = [self.item(inner, indent) for inner in value]
        lines = [line for entry in entries for line in (*self.between(indent), *entry)]
        return lines[next(number for number, line in enumerate(lines) if line.strip()) :]

    def repeated(self, value: dict[str, Any]) -> list[tuple[str, Any]]:
        """Return the entries of a map; in a wild style, some keys may be repeated."""
        again = [(key, "old") for key in value if self.style.wild and self.draw(st.integers(0, 30)) == 30]
        return [*again, *value.items()]

    def entry(self, key: str, value: Any, indent: int) -> list[str]:
        head = " " * indent + self.key(key) + ":"
        if isinstance(value, dict | list) and value and not self.chance(1):
            step = self.style.list_step if isinstance(value, list) else self.style.step
            return [
                head + self.properties(value) + self.behind(),
                *self.between(indent),
                *self.block(value, indent + step),
            ]
        return self.inline(head, value, indent)

    def item(self, value: Any, indent: int) -> list[str]:
        dash = " " * indent + "-" + " " * self.style.gap
        if not (isinstance(value, dict | list) and value) or self.chance(1):
            return self.inline(dash.rstrip(), value, indent, self.style.gap)
        inner = self.block(value, len(dash))
        if self.style.wild and self.chance(1):
            return [dash.rstrip() + self.properties(value) + self.behind(), *inner]
        first = next(number for number, line in enumerate(inner) if line.strip() and not line.strip().startswith("#"))
        return [dash + inner[first][len(dash) :], *inner[first + 1 :]]

    def key(self, key: str) -> str:
        return json.dumps(key) if self.style.wild and self.chance(1) else key

    def properties(self, value: Any) -> str:
        """Return an anchor or a tag in a wild style."""
        if not (self.style.wild and self.chance(1)):
            return ""
        tag = TAGS.get(type(value), "")
        if self.chance(2):
            return tag
        self.anchors.append(value)
        drawn: str = self.draw(st.sampled_from(["", tag]))
        return f"{drawn} &a{len(self.anchors) - 1}"

    # Values on one line, and block scalars.

    def inline(self, head: str, value: Any, indent: int, gap: int = 1) -> list[str]:
        if repr(value) in map(repr, self.anchors) and self.chance(2):
            return [f"{head}{' ' * gap}*a{[*map(repr, self.anchors)].index(repr(value))}{self.behind()}"]
        if isinstance(value, dict | list):
            written = self.flow(value)
        elif isinstance(value, str) and self.may_be_literal(value) and self.chance(4):
            return self.literal(head, value, indent)
        else:
            written = self.scalar(value)
        if not written:
            return [head + self.behind()]
        lines = f"{head}{self.properties(value)}{' ' * gap}{written}".split("\n")
        return [*lines[:-1], lines[-1] + self.behind()]

    def may_be_literal(self, value: str) -> bool:
        """Report whether a value may be a block scalar.

        Names may not, because a comment below could become part of them.
        """
        return value.strip() != "" and ("\n" in value or (self.style.wild and " " in value))

    def literal(self, head: str, value: str, indent: int) -> list[str]:
        kept = len(value) - len(value.rstrip("\n"))
        chomping = "-" if kept == 0 else "" if kept == 1 else "+"
        if self.style.wild and not value.isprintable():
            chomping = self.draw(st.sampled_from(["", "-", "+"]))
        depth = self.draw(st.integers(1, 4)) if self.style.wild else 2
        indicator = str(depth) if value.startswith((" ", "\n")) else ""
        sign = self.draw(st.sampled_from("|>")) if self.style.wild else "|"
        lines = [" " * (indent + depth) * bool(line) + line for line in value.removesuffix("\n").split("\n")]
        return [f"{head}{self.properties(value)} {sign}{indicator}{chomping}", *lines]

    def scalar(self, value: str | int | bool | None, in_flow: bool = False) -> str:
        if value is None:
            return self.draw(st.sampled_from(["null", "~", "" if not in_flow else "null"]))
        if not isinstance(value, str):
            return json.dumps(value)
        forms = [json.dumps(value, ensure_ascii=False)]
        if value.isprintable():
            forms.append("'" + value.replace("'", "''") + "'")
        if PLAIN.fullmatch(value) and not (in_flow and "," in value):
            forms += [value, value]
        return self.draw(st.sampled_from(forms))

    # Collections in flow style.

    def flow(self, value: Any) -> str:
        if isinstance(value, dict):
            entries = [f"{self.key(key)}: {self.flow(inner)}" for key, inner in value.items()]
        elif isinstance(value, list):
            entries = [self.flow(inner) for inner in value]
        else:
            return self.scalar(value, in_flow=True)
        opening, closing = "{}" if isinstance(value, dict) else "[]"
        return opening + self.joined(entries) + closing

    def joined(self, entries: list[str]) -> str:
        if not self.style.wild:
            return ", ".join(entries)
        pieces = [self.room() + entry + self.room() for entry in entries]
        final = "," if entries and self.chance(1) else ""
        return ",".join(pieces) + final + self.room()

    def room(self) -> str:
        """Draw white space, a line break or a comment between the parts of a flow collection."""
        return self.draw(st.sampled_from(["", "", " ", "  ", "\n          ", f" {self.comment()}\n          "]))


@st.composite
def written(draw: st.DrawFn, values: st.SearchStrategy[dict[str, Any]], styles: st.SearchStrategy[Style]) -> str:
    """Draw a map as the text of a document with one kind of line break."""
    style = draw(styles)
    text = Writer(draw, style).text(draw(values))
    if style.wild and draw(st.booleans()):
        text = text.rstrip("\n")
    return text.replace("\n", draw(st.sampled_from(["\n", "\n", "\r\n", "\r"] if style.wild else ["\n", "\n", "\r\n"])))
