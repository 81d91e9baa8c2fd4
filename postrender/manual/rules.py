"""Finds the rules that a text mentions. The text is either a list of rule names, or a report that contains findings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from postrender.record import NamedTuple
from postrender.rules import manual
from postrender.rules.finding import FIX

if TYPE_CHECKING:
    from postrender.rules.manual import Page

#: Matches the name of a finding's rule in a report: at the end of a line of text, in JSON, or in GitHub's annotations.
NAMED = re.compile(r"""\[([a-z-]+)\](?=\s*(?:$|fix: |\x1b))|"rule": "([a-z-]+)"|title=spk-macvlan ([a-z-]+)[,:]""")


class Named(NamedTuple):
    """The pages of the rules that a text mentions, in the text's order, and the lines outside of any finding."""

    pages: tuple[Page, ...]
    rest: str


def find_named(text: str) -> Named:
    """Return the pages of the rules that a text mentions, and the lines outside of any finding."""
    known = {page.rule: page for page in manual.pages()}
    words = [word.lower().replace("_", "-") for word in text.split()]
    if all(word in known for word in words):
        return Named(tuple(known[word] for word in dict.fromkeys(words)), "")
    pages = {line: [name for name in _names(line) if name in known] for line in text.splitlines()}
    rest = (line for line, names in pages.items() if not names and not line.lstrip().startswith(FIX.lstrip()))
    in_order = dict.fromkeys(name for names in pages.values() for name in names)
    return Named(tuple(known[name] for name in in_order), "\n".join(rest))


def _names(line: str) -> list[str]:
    return ["".join(names) for names in NAMED.findall(line)]
