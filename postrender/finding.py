"""Something that the user should know of a conversion or a config, which does not stop it."""

from __future__ import annotations

from postrender.errors import NOWHERE, Place
from postrender.record import NamedTuple

ERROR = "error"
WARNING = "warning"
NOTE = "note"


class Finding(NamedTuple):
    """What a rule found: how bad it is, what it is, what to do, and where."""

    rule: str
    level: str
    message: str
    fix: str
    place: Place = NOWHERE

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place != NOWHERE else ""
        return f"{where}{self.level}: {self.message}; {self.fix}"
