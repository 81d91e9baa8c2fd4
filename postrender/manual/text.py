"""Formats the manual's pages for a terminal. The target of each link follows the link's text, in parentheses."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from postrender.rules.manual import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from postrender.manual import Entry
    from postrender.rules.manual import Page

WIDTH = 100
OURS = "faq.md#the-program-refuses-something"
HOW_TO_READ = (
    "This message from `spk-macvlan` says what to do. Its form is `FILE:LINE:COL: PATH: what is wrong; what to do`: "
    "the position in a file (`<stdin>` means the manifests), the field at that position, the problem, and, after the "
    "last semicolon, the remedy. A message that is not about a file has no position and no field."
)
RULE = re.compile(r"\[([a-z-]+)\]\(rules\.md#\1\)")
LINK = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")
CODE = re.compile(r"`[^`]+`")
FIXED = "\N{NO-BREAK SPACE}"  #: `textwrap` does not break a line at this character


def list_rules(pages: Iterable[Page]) -> str:
    """Return one line for each rule: its name, its level and its first sentence."""
    return "".join(f"{page.rule:<20} {page.level:<8} {one_line(page)}\n" for page in pages)


def of_rule(page: Page) -> str:
    """Return a rule's manual page."""
    return f"{page.rule} ({page.level})\n\n{page.text}\n\nPage: docs/rules.md#{page.rule}\n"


def of_entry(entry: Entry) -> str:
    """Return the explanation of a message."""
    said = "\n".join(f"  {message}" for message in entry.seen)
    pages = ", ".join(f"docs/{page}" for page in entry.pages)
    parts = (_filled(f"Cause: {entry.cause}"), _filled(f"What to do: {entry.advice}"), f"Page: {pages}")
    return "\n\n".join((f"{entry.program}:\n{said}", *parts)) + "\n"


def of_ours(messages: Iterable[str]) -> str:
    """Return the messages of this program that have no entry, and instructions for reading such messages."""
    listed = "\n".join(f"not known: {message}" for message in messages)
    return f"{listed}\n\n{_filled(HOW_TO_READ)}\n\nPage: docs/{OURS}\n"


def _filled(sentences: str) -> str:
    """Return a paragraph wrapped into lines, without breaks inside a command or a message."""
    plain = LINK.sub(r"\1 (docs/\2)", RULE.sub(r"the rule \1", sentences))
    whole = CODE.sub(lambda found: found[0].replace(" ", FIXED), plain)
    lines = textwrap.fill(whole, WIDTH, break_long_words=False, break_on_hyphens=False)
    return lines.replace(FIXED, " ")
