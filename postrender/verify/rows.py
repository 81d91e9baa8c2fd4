"""The rows of the comparison, and their constructors. A value that could not be read is never reported as ok."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

OK = "ok"
DIFFERS = "differs"
UNKNOWN = "unknown"
MANUAL = "manual"  #: the API cannot show the value, so even --strict does not count the row
STATES = (OK, DIFFERS, UNKNOWN, MANUAL)

PREREQUISITES = "prerequisites"
CONFIGURATION = "configuration"
RESULT = "result"

ABSENT = "absent"
SHOWN = 5  #: the maximum number of names of nodes or pods in one cell


class Question(NamedTuple):
    """The group and the title of a row, the expected value, and the section of F5's macvlan guide."""

    group: str
    what: str
    expected: str
    section: str


class Row(NamedTuple):
    """A question and its answer; `advice` tells the user what to do, or where to look."""

    group: str
    what: str
    expected: str
    found: str
    state: str
    section: str
    advice: str


def ok(question: Question, found: str) -> Row:
    """Return a row with state ok."""
    return _row(question, found, OK, "")


def differs(question: Question, found: str, advice: str) -> Row:
    """Return a row for a difference, with advice on what to do."""
    return _row(question, found, DIFFERS, advice)


def unknown(question: Question, why: str, advice: str = "") -> Row:
    """Return a row for a value that could not be read, with advice on where to look."""
    return _row(question, why, UNKNOWN, advice)


def manual(question: Question, why: str, advice: str) -> Row:
    """Return a row for a value that can only be checked by hand, with advice on where to look."""
    return _row(question, why, MANUAL, advice)


def _row(question: Question, found: str, state: str, advice: str) -> Row:
    group, what, expected, section = question
    return Row(group, what, expected, found, state, section, advice)


def summary(rows: Sequence[Row]) -> str:
    """Return the number of rows in each state."""
    return ", ".join(f"{sum(row.state == state for row in rows)} {state}" for state in STATES)


def differ(rows: Iterable[Row], *, strict: bool = False) -> bool:
    """Report whether there is a difference; if strict, an unknown value counts as a difference."""
    counting = (DIFFERS, UNKNOWN) if strict else (DIFFERS,)
    return any(row.state in counting for row in rows)


def shorten(words: Sequence[str]) -> str:
    """Return the text of a cell: the first few of the given texts, and the number of the others."""
    more = [f"and {len(words) - SHOWN} more"] if len(words) > SHOWN else []
    return ", ".join([*words[:SHOWN], *more]) or "none"
