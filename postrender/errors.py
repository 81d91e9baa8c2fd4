"""Every error that a user can see, and its exit status.

A failure has one sentence: what is wrong, then what to do. The code that raises a failure also gives its place,
if the place is known; the command line prints ``spk-macvlan: FILE:LINE:COLUMN: PATH: sentence``.

Text from outside reaches a message only through `brief`, `full_name` and `dotted`. They shorten it, so that no input
can make a message too long to read, and leave it out if more people may read the messages than the input.
"""

from __future__ import annotations

from postrender.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Status(NamedTuple):
    """An exit status and its meaning."""

    number: int
    meaning: str


#: Every exit status of the program. `--help` and the reference page list them.
STATUSES = (
    Status(0, "ok"),
    Status(1, "`diff` found a change; `check`, `verify` or a strict render found a problem; `explain` found nothing"),
    Status(2, "the command line or the config is wrong"),
    Status(3, "the input cannot be read or is refused; or the cluster does not answer"),
    Status(4, "there is no TMM in the stream"),
    Status(70, "an internal error, always a bug; nothing was written"),
    Status(130, "interrupted"),
)
OK, DIFFERENCES, USAGE, INPUT, NO_TARGET, INTERNAL, INTERRUPTED = (status.number for status in STATUSES)

VALUE = 60  #: the maximum length of a value in a message
NAME = 317  #: the maximum length of a name in a message: a domain of up to 253, a slash and up to 63 more
MISTAKES = 20  #: the maximum number of mistakes in a config that are reported at once
LEFT_OUT = "…"  #: what a message has in place of text from outside


class Place(NamedTuple):
    """The place of a problem: a file, a line and a column (counted from 1; 0 if unknown), and a dotted path."""

    file: str = ""
    line: int = 0
    column: int = 0
    path: str = ""

    def __str__(self) -> str:
        numbers = [str(number) for number in (self.line, self.column) if number]
        where = ":".join([self.file, *numbers])
        return ": ".join(part for part in (where, self.path) if part)


NOWHERE = Place()


class WithoutValues:
    """A context in which messages are made without text from outside: neither values nor names."""

    entered = 0

    def __enter__(self) -> None:
        WithoutValues.entered += 1

    def __exit__(self, *_: object) -> None:
        WithoutValues.entered -= 1


def one_line(text: str) -> str:
    """Return text with unprintable characters escaped: names in manifests can contain line breaks and control codes."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def brief(value: object, longest: int = VALUE) -> str:
    """Return the beginning of a value, long enough to recognize it in a message; an empty text stays empty."""
    text = one_line(str(value)[: longest + 1])
    if text and WithoutValues.entered:
        return LEFT_OUT
    return text if len(text) <= longest else f"{text[:longest]}…"


def full_name(name: object) -> str:
    """Return the name of an object, container, variable, resource or key for a message.

    A name is cut only if it is too long to be valid.
    """
    return brief(name, NAME)


def dotted(path: Iterable[object]) -> str:
    """Return a path in a manifest in the form that messages use, such as `spec.template.spec.containers.0.env`."""
    return LEFT_OUT if WithoutValues.entered else ".".join(map(full_name, path))


def nearest(word: str, known: Sequence[str]) -> str:
    """Return the known word that is closest to an unknown word, or an empty string if none is close."""
    import difflib

    return "".join(difflib.get_close_matches(word, known, 1))


def suggestion(word: str, known: Sequence[str]) -> str:
    """Return a suggestion to append to a message about an unknown word; an empty string if no known word is close."""
    meant = nearest(word, known)
    return f"; did you mean {meant}?" if meant else ""


class Failure(Exception):
    """An error that ends the run. Its text is one line for the user, without a traceback."""

    status = INTERNAL

    def __init__(self, sentence: str, place: Place = NOWHERE) -> None:
        super().__init__(sentence, place)
        self.sentence = sentence
        self.place = place

    def __str__(self) -> str:
        return one_line(": ".join(part for part in (str(self.place), self.sentence) if part))

    @property
    def messages(self) -> tuple[tuple[str, ...], ...]:
        """Return the messages for the user. Each is one line, or several lines that belong together."""
        return ((str(self),),)

    @property
    def parts(self) -> tuple[Failure, ...]:
        """Return the individual failures: only this one, unless it combines several."""
        return (self,)


class UsageError(Failure):
    """The program cannot do what the command line or the config asks for."""

    status = USAGE


class ConfigError(Failure):
    """The config is missing or unreadable, or does not match the schema."""

    status = USAGE


class ConfigErrors(ConfigError):
    """The config has several mistakes. The error's own sentence and place are those of the first mistake."""

    def __init__(self, mistakes: Iterable[ConfigError]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__(self.mistakes[0].sentence, self.mistakes[0].place)

    @property
    def messages(self) -> tuple[tuple[str, ...], ...]:
        """Return a line for each of the first mistakes, and a last line with the number of the remaining mistakes."""
        lines = tuple(line for it in self.mistakes[:MISTAKES] for line in it.messages)
        more = len(self.mistakes) - MISTAKES
        return (*lines, (f"{more} more mistake{'s' * (more > 1)}; correct those above first",)) if more > 0 else lines

    @property
    def parts(self) -> tuple[Failure, ...]:
        """Return the individual mistakes."""
        return self.mistakes


class InputError(Failure):
    """The input cannot be read or converted, or it is ambiguous, so the program would have to guess."""

    status = INPUT


class ProgramFailed(InputError):
    """Another program, such as Helm, failed. The sentence includes that program's message."""


class TooLarge(InputError):
    """The input exceeds a limit, so its content was not examined."""


class NoTarget(Failure):
    """The stream contains no TMM, so there is nothing to convert."""

    status = NO_TARGET


class WouldFail(Failure):
    """A strict render found errors that would make the release fail. `findings` has each error's message as lines."""

    status = DIFFERENCES

    def __init__(self, sentence: str, findings: tuple[tuple[str, ...], ...]) -> None:
        super().__init__(sentence)
        self.findings = findings

    @property
    def messages(self) -> tuple[tuple[str, ...], ...]:
        """Return the findings, then the failure's own message."""
        return (*self.findings, *super().messages)


class ProofFailed(Failure):
    """The edited text differs from the plan. This is always a bug; nothing was written."""

    status = INTERNAL
