"""What a comparison says: one row for each thing that was looked at. What could not be seen is never good."""

from __future__ import annotations

from postrender.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

OK = "ok"
DIFFERS = "differs"
UNKNOWN = "unknown"
MANUAL = "manual"  #: no right and no time would show it, so no gate waits for it
STATES = (OK, DIFFERS, UNKNOWN, MANUAL)

PREREQUISITES = "prerequisites"
CONFIGURATION = "configuration"
RESULT = "result"

ABSENT = "absent"
SHOWN = 5  #: names of nodes or pods in one cell


class Question(NamedTuple):
    """What is looked at, what should be there, and the section of F5's page that it stands for."""

    group: str
    what: str
    expected: str
    section: str


class Row(NamedTuple):
    """A question and its answer; `advice` is what to do, or where to look."""

    group: str
    what: str
    expected: str
    found: str
    state: str
    section: str
    advice: str


def ok(question: Question, found: str) -> Row:
    """Return the row of something that is as it should be."""
    return _row(question, found, OK, "")


def differs(question: Question, found: str, advice: str) -> Row:
    """Return the row of something that is not as it should be, and what to do."""
    return _row(question, found, DIFFERS, advice)


def unknown(question: Question, why: str, advice: str = "") -> Row:
    """Return the row of something that could not be seen, and where to look."""
    return _row(question, why, UNKNOWN, advice)


def manual(question: Question, why: str, advice: str) -> Row:
    """Return the row of something that can only be looked at by hand, and where."""
    return _row(question, why, MANUAL, advice)


def _row(question: Question, found: str, state: str, advice: str) -> Row:
    group, what, expected, section = question
    return Row(group, what, expected, found, state, section, advice)


def summary(rows: Sequence[Row]) -> str:
    """Return how many rows are in which state; each is counted apart."""
    return ", ".join(f"{sum(row.state == state for row in rows)} {state}" for state in STATES)


def differ(rows: Iterable[Row], *, strict: bool = False) -> bool:
    """Tell whether anything is not as it should be; when strict, what was not seen counts as if it were not."""
    counting = (DIFFERS, UNKNOWN) if strict else (DIFFERS,)
    return any(row.state in counting for row in rows)


def listed(words: Sequence[str]) -> str:
    """Return words as one cell: the first few, and how many more there are."""
    more = [f"and {len(words) - SHOWN} more"] if len(words) > SHOWN else []
    return ", ".join([*words[:SHOWN], *more]) or "none"
