"""What a verb reads: a file that the user names, or standard input."""

from __future__ import annotations

from postrender.cli import stdio
from postrender.errors import InputError
from postrender.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from postrender.errors import Place

    Result = TypeVar("Result")


class Source(NamedTuple):
    """A file, or standard input where there is no path."""

    path: str | None

    def read(self) -> bytes:
        """Return what is in it."""
        from postrender.hosts import files

        return stdio.read() if self.path is None else files.read(self.path)

    def place(self, place: Place) -> Place:
        """Return a place in it with its name."""
        return place if self.path is None else place._replace(file=self.path)

    def attribute(self, work: Callable[[], Result]) -> Result:
        """Do some work on its content; an error that is found there gets its name."""
        try:
            return work()
        except InputError as error:
            error.place = self.place(error.place)
            raise


def source(word: str | None) -> Source:
    """Return what a word of the command line stands for: `-`, or no word, is standard input."""
    return Source(None if word == "-" else word)
