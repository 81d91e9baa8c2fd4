"""Limits on the input. Real input stays far below them; hostile input causes an error instead of exhausting memory.

`--limit NAME=AMOUNT` changes a limit. Nesting is limited by `yamledit.nodes.MAX_DEPTH`.
"""

from __future__ import annotations

from postrender.errors import NOWHERE, TooLarge, UsageError, brief
from postrender.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from postrender.errors import Place

KI = 1 << 10
MI = 1 << 20
UNITS = {"Ki": KI, "Mi": MI, "Gi": 1 << 30}
MAX_DIGITS = 12
NOUNS = {"work": "steps of work"}


class Limits(NamedTuple):
    """The largest input that is accepted: each field is in bytes if its name ends in `size`, otherwise a count."""

    stream_size: int = 256 * MI  # a run needs up to 2.5 times as much memory; Argo CD accepts 100 MB from a plugin
    document_size: int = 16 * MI  # for each parsed document; a ResourceList is a whole stream in one document
    documents: int = 100_000  # a large chart has thousands
    entries: int = 400_000  # in each parsed document; an entry takes about 1 KB of memory, before and after the edit
    values: int = 400_000  # in each document to patch or compile, with its aliases expanded
    layout_size: int = 256 * KI  # for each document to reformat; reformatting a megabyte takes minutes
    config_size: int = MI  # a config has a few hundred lines
    networks: int = 50  # in a config; a TMM usually has two networks
    operations: int = 200  # in all patches of a config together
    work: int = 8_000_000  # steps of nested loops; a step takes about a microsecond

    def exceeded(self, field: str) -> str:
        """Return the end of a sentence that starts with "… has": the exceeded limit, and how to raise the limit."""
        what = "bytes" if field.endswith("_size") else NOUNS.get(field, field)
        advice = f"to allow more, use --limit {option(field)}=AMOUNT"
        return f"more than the limit of {self.shown(field)} {what}; {advice}"

    def shown(self, field: str) -> str:
        """Return the amount of a limit in the form that the command line uses."""
        amount: int = getattr(self, field)
        if not field.endswith("_size") or not amount or amount % KI:
            return str(amount)
        return f"{amount // MI}Mi" if amount % MI == 0 else f"{amount // KI}Ki"


DEFAULTS = Limits()


class Work:
    """A counter of the steps that a run may still take in nested loops, such as over patches and objects.

    Two counters with the same limits are equal, even if different numbers of steps are left.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._left = limits.work

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Work) and self.limits == other.limits

    def __hash__(self) -> int:
        return hash(self.limits)

    def spend(self, steps: int, what: str, place: Place = NOWHERE) -> None:
        """Count steps. If the run has taken too many, raise TooLarge, whose message starts with `what`."""
        self._left -= steps
        if self._left < 0:
            raise TooLarge(f"{what} needs {self.limits.exceeded('work')}", place)


def option(field: str) -> str:
    """Return the command-line name of a limit."""
    return field.replace("_", "-")


def names() -> list[str]:
    """Return the command-line names of all limits."""
    return [option(field) for field in Limits._fields]


def parse(words: Iterable[str]) -> Limits:
    """Return the default limits, changed by arguments such as document-size=8Mi; raise UsageError if one is invalid."""
    limits = DEFAULTS
    for word in words:
        name, _, amount = word.partition("=")
        if name not in names():
            raise UsageError(f"--limit {brief(name)}: unknown limit; the limits are {', '.join(names())}")
        limits = limits._replace(**{name.replace("-", "_"): _amount(word, amount)})
    return limits


def _amount(word: str, amount: str) -> int:
    digits, factor = (amount[:-2], UNITS[amount[-2:]]) if amount[-2:] in UNITS else (amount, 1)
    number = whole_number(digits, MAX_DIGITS)
    if number is None:
        raise UsageError(
            f"--limit {brief(word)}: invalid value; use a whole number, optionally followed by Ki, Mi or Gi"
        )
    return number * factor


def whole_number(text: str, most_digits: int) -> int | None:
    """Return `text` as a number if it consists of at most `most_digits` ASCII digits, otherwise None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= most_digits else None
