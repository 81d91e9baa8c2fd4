"""Every error a user can see, and its exit status.

A failure is one sentence: what is wrong, then what to do. The code that raises it also gives the place,
as far as it is known; the command line prints ``spk-macvlan: FILE:LINE:COLUMN: PATH: sentence``.
"""

from __future__ import annotations

from postrender.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

OK = 0
DIFFERENCES = 1  #: `diff` would change something, `check` or a strict render has an error, `verify` a difference
USAGE = 2  #: the command line or the config
INPUT = 3  #: input that cannot be read, or is refused
NO_TARGET = 4  #: no TMM in the stream
INTERNAL = 70  #: the proof failed, or an unexpected exception: always a bug
INTERRUPTED = 130  #: Ctrl-C

LONGEST = 287  #: characters of a message, 300 with the program's name before it
VALUE = 60  #: characters of a value that a message repeats
BEGIN, END = "\ue000", "\ue001"  #: around such a value; `one_line` leaves no such character in a text of the user's


class Place(NamedTuple):
    """Where something is wrong: a file, a line and a column in it (both from 1), and a dotted path."""

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
    """Return text with unprintable characters escaped: names in manifests can hold line breaks and control codes."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def shortened(message: str, longest: int = LONGEST) -> str:
    """Shorten a long message in the middle: it starts with the place and ends with what to do."""
    if len(message) <= longest:
        return message
    head = longest * 2 // 3
    return f"{message[:head]} … {message[head + 3 - longest :]}"


def quoted(value: object) -> str:
    """Return the beginning of a value, long enough to recognize it in a message, and marked as a value."""
    text = one_line(str(value))
    return f"{BEGIN}{text if len(text) <= VALUE else f'{text[:VALUE]}…'}{END}" if text else ""


def plain(message: str) -> str:
    """Return a message without the marks around the values in it."""
    return message.replace(BEGIN, "").replace(END, "")


def suggestion(word: str, known: Sequence[str]) -> str:
    """Return the end of a message about an unknown word: the known one that was probably meant; else nothing."""
    import difflib

    near = difflib.get_close_matches(word, known, 1)
    return f"; did you mean {near[0]}?" if near else ""


def hidden(message: str) -> str:
    """Return a message without the values in it."""
    first, *others = message.split(BEGIN)
    return first + "".join("…" + other.partition(END)[2] for other in others)


class Failure(Exception):
    """An error that ends the run. Its text is one line for the user, without a traceback."""

    status = INTERNAL
    longest = LONGEST

    def __init__(self, sentence: str, place: Place = NOWHERE) -> None:
        super().__init__(sentence, place)
        self.marked = sentence
        self.sentence = plain(sentence)
        self.place = place

    def __str__(self) -> str:
        return shortened(one_line(": ".join(part for part in (str(self.place), self.sentence) if part)), self.longest)

    def without_values(self) -> Failure:
        """Return the same failure without the values that its message repeats."""
        self.sentence = hidden(self.marked)
        return self


class UsageError(Failure):
    """The command line asks for something that does not exist."""

    status = USAGE


class ConfigError(Failure):
    """The config is missing, unreadable or not what the schema says."""

    status = USAGE


class InputError(Failure):
    """The stream cannot be read, or holds something that must not be guessed at."""

    status = INPUT


class ProgramFailed(InputError):
    """Another program, such as Helm, failed. Its own message is repeated, so the limit on length is higher."""

    longest = 687


class TooLarge(InputError):
    """The input exceeds a limit, so its content was not examined."""


class NoTarget(Failure):
    """The stream holds no TMM, so there is nothing to convert."""

    status = NO_TARGET


class WouldFail(Failure):
    """The converted release would fail: a strict render has found errors, which are said line by line."""

    status = DIFFERENCES

    def __init__(self, sentence: str, details: tuple[str, ...]) -> None:
        super().__init__(sentence)
        self.details = details


class ProofFailed(Failure):
    """The edited text differs from the plan. This is always a bug; nothing was written."""

    status = INTERNAL
