"""The offline manual: the cause and the remedy of each message, and the rules' pages.

The verb `explain` searches the manual. `make docs` generates the tables of messages in `docs/` from `entries`.
"""

from __future__ import annotations

from postrender.record import NamedTuple


class Entry(NamedTuple):
    """A message that a user may see. Its cause and advice are Markdown, with links relative to `docs/`."""

    program: str  #: the program that prints the message
    seen: tuple[str, ...]  #: the message's text and its variants; `…` replaces a name, a number or a value
    cause: str
    advice: str
    pages: tuple[str, ...]  #: the sections of `docs/` whose tables list the message, the most detailed first
    also: tuple[str, ...] = ()  #: further variants of the text, which are searched for but not printed
    around: bool = False  #: whether another, more specific message is quoted inside this message
    needs: str = ""  #: a regular expression that the searched text must match, if the words alone are ambiguous
