"""The rules that a text names: by their names alone, or in findings, as text, as JSON and for GitHub."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from postrender.record import NamedTuple
from postrender.rules import manual

if TYPE_CHECKING:
    from postrender.rules.manual import Page

#: How the reports name the rule of a finding.
NAMED = re.compile(r"""(?:\[|"rule": "|title=spk-macvlan )([a-z-]+)[],":]""")


class Named(NamedTuple):
    """The pages of the rules that a text names, in its order, and the lines of it that name none."""

    pages: tuple[Page, ...]
    rest: str


def named(text: str) -> Named:
    """Return what a text says of rules: it is their names, or has findings in it."""
    known = {page.rule: page for page in manual.pages()}
    words = [word.replace("_", "-") for word in text.split()]
    if all(word in known for word in words):
        return Named(tuple(known[word] for word in dict.fromkeys(words)), "")
    found = {line: [rule for rule in NAMED.findall(line) if rule in known] for line in text.splitlines()}
    rules_in_order = dict.fromkeys(rule for names in found.values() for rule in names)
    rest = "\n".join(line for line, names in found.items() if not names)
    return Named(tuple(known[rule] for rule in rules_in_order), rest)
