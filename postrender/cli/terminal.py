"""Output for a terminal: color, and no control characters from the input. Loaded only if an output is a terminal."""

from __future__ import annotations

import os

from postrender.errors import one_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Colours = Sequence[int | None]  #: the color number of each line, if it has one

TAB = "\t"
AUTO, ALWAYS, NEVER = WHEN = ("auto", "always", "never")


def is_dumb() -> bool:
    """Report whether TERM is `dumb`, which means that the terminal supports no escape sequences."""
    return os.environ.get("TERM") == "dumb"


def present(data: bytes, colours: Colours, when: str = AUTO) -> bytes:
    """Return output for a terminal: control characters are escaped first, then color is added."""
    lines: Iterable[str] = map(_harmless, data.decode("utf-8", "backslashreplace").split("\n"))
    wanted = when == ALWAYS or (when == AUTO and not is_dumb() and not os.environ.get("NO_COLOR"))
    if colours and wanted:
        lines = map(_coloured, lines, (*colours, None))  # None: no color for the empty text after the last line break
    return "\n".join(lines).encode()


def _harmless(line: str) -> str:
    """Return a line with its control characters escaped, except for tabs, which cannot hide anything."""
    return line if line.isprintable() else TAB.join(map(one_line, line.split(TAB)))


def _coloured(line: str, colour: int | None) -> str:
    return line if colour is None else f"\x1b[{colour}m{line}\x1b[0m"
