"""Every error a user can see, and its exit status.

A failure is one sentence: what is wrong, then what to do. Whoever raises it also says where,
as far as it knows; the front end prints ``spk-macvlan: FILE:LINE:COLUMN: PATH: sentence``.
"""

from __future__ import annotations

from postrender.record import NamedTuple

OK = 0
DIFFERENCES = 1  #: `diff` would change something, `check` has an error-level finding, `verify` has a difference
USAGE = 2  #: the command line or the config
INPUT = 3  #: input that cannot be read, or is refused
NO_TARGET = 4  #: no TMM in the stream
INTERNAL = 70  #: the proof failed, or any error that is not ours: always a bug
INTERRUPTED = 130  #: Ctrl-C

LONGEST = 2000  #: characters of a sentence


class Place(NamedTuple):
    """Where something is wrong: a file, a 1-based line and column in it, a dotted path."""

    file: str = ""
    line: int = 0
    column: int = 0
    path: str = ""

    def __str__(self) -> str:
        numbers = [str(number) for number in (self.line, self.column) if number]
        where = ":".join([self.file, *numbers])
        return ": ".join(part for part in (where, self.path) if part)


NOWHERE = Place()


def one_line(text: str) -> str:
    """Return text with what is not printable escaped: names from manifests can hold line breaks and worse."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def shortened(sentence: str) -> str:
    """Return a sentence without its middle where it repeats a very long value: what to do stands at its end."""
    return sentence if len(sentence) <= LONGEST else f"{sentence[: LONGEST // 2]} … {sentence[-LONGEST // 2 :]}"


class Failure(Exception):
    """What ends the run. Its text is for the user, one line, without a traceback."""

    status = INTERNAL

    def __init__(self, sentence: str, place: Place = NOWHERE) -> None:
        super().__init__(sentence, place)
        self.sentence = sentence
        self.place = place

    def __str__(self) -> str:
        return shortened(one_line(": ".join(part for part in (str(self.place), self.sentence) if part)))


class UsageError(Failure):
    """The command line asks for something that does not exist."""

    status = USAGE


class ConfigError(Failure):
    """The config is missing, unreadable or not what the schema says."""

    status = USAGE


class InputError(Failure):
    """The stream cannot be read, or holds something that must not be guessed at."""

    status = INPUT


class TooLarge(InputError):
    """The input is larger than a limit, so nothing can be said of what is in it."""


class NoTarget(Failure):
    """The stream holds no TMM, so there is nothing to convert."""

    status = NO_TARGET


class ProofFailed(Failure):
    """The edited text does not say what was planned. Always a bug of ours; nothing was written."""

    status = INTERNAL
