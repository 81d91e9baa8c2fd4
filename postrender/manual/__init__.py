"""The manual that is read offline: what a message means and what to do about it, and the rules' pages.

`explain` prints it. The tables of messages in `docs/` are made from `entries` (`make docs`), so there is one source.
"""

from __future__ import annotations

from postrender.record import NamedTuple


class Entry(NamedTuple):
    """A message that a user may see. Its sentences are Markdown, and their links relative to `docs/`."""

    program: str  #: who says it
    seen: tuple[str, ...]  #: in its own words, and as it varies; `…` stands for a name, a number or a value
    cause: str
    advice: str
    pages: tuple[str, ...]  #: the sections of `docs/` whose table has it; the one that says most comes first
    also: tuple[str, ...] = ()  #: how other versions say it, which is searched and not shown
    around: bool = False  #: it stands around another message, which says more
    needs: str = ""  #: a regular expression: without it in a text, the same words are about something else
