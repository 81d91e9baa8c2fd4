"""A finding on a conversion or a config: something that the user should know, and that does not stop the run."""

from __future__ import annotations

from postrender.errors import NOWHERE, Place, one_line, shortened
from postrender.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from postrender.yamledit.edit import Edited

ERROR = "error"  #: the result would fail
WARNING = "warning"  #: it may behave differently than intended
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
    """A rule's result: its level, what is wrong, what to do, and where."""

    rule: str
    level: str
    message: str
    fix: str
    place: Place = NOWHERE
    document: Reference | None = None

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place != NOWHERE else ""
        return shortened(one_line(f"{where}{self.level}: {self.message}; {self.fix} [{self.rule}]"))

    def without_values(self) -> Finding:
        """Return a finding that says what rule is broken and where, but repeats nothing of the manifests."""
        return self._replace(message=f"the rule {self.rule} is broken") if self.document else self


def of_new_layout(edited: Edited) -> tuple[Finding, ...]:
    """Return the finding for a document that could not be edited in place."""
    if not edited.new_layout:
        return ()
    message = f"the document has a new layout, because it cannot be edited in place: {edited.new_layout}"
    return (Finding("layout", WARNING, message, "review its comments; its values are proved", edited.place),)
