"""The offline manual: the meaning of each message, what to do about it, and the rules' pages.

`explain` prints it. The tables of messages in `docs/` are made from `entries` (`make docs`), so there is one source.
"""

from __future__ import annotations

from postrender.record import NamedTuple


class Entry(NamedTuple):
    """A message that a user may see. Its sentences are Markdown, and their links relative to `docs/`."""

    program: str  #: the program that prints it
    seen: tuple[str, ...]  #: its words and variants; `…` stands for a name, a number or a value
    cause: str
    advice: str
    pages: tuple[str, ...]  #: the sections of `docs/` whose tables list it, the most detailed first
    also: tuple[str, ...] = ()  #: the words of other versions, which are searched but not shown
    around: bool = False  #: it surrounds another message, which is more specific
    needs: str = ""  #: a regular expression that the text must match; otherwise its words mean something else
