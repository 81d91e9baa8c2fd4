"""Something that the user should know of a conversion or a config, which does not stop it."""

from __future__ import annotations

from postrender.errors import NOWHERE, Place, one_line, shortened
from postrender.record import NamedTuple

ERROR = "error"  #: the result would not run
WARNING = "warning"  #: it may not do what was meant
NOTE = "note"  #: good to know
LEVELS = (ERROR, WARNING, NOTE)


class Reference(NamedTuple):
    """The object that a finding is about: its document's number in the stream (from 0), and its template."""

    number: int
    kind: str
    namespace: str
    name: str
    source: str


class Finding(NamedTuple):
    """What a rule found: how bad it is, what it is, what to do, and where."""

    rule: str
    level: str
    message: str
    fix: str
    place: Place = NOWHERE
    document: Reference | None = None

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place != NOWHERE else ""
        return shortened(one_line(f"{where}{self.level}: {self.message}; {self.fix} [{self.rule}]"))
