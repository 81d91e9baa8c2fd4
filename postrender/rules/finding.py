"""A finding on a conversion or a config: something that the user should know, and that does not stop the run."""

from __future__ import annotations

from postrender.errors import NOWHERE, Place, one_line, shortened
from postrender.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from postrender.yamledit.edit import Edited
    from postrender.yamledit.nodes import Path

ERROR = "error"  #: the result would fail
WARNING = "warning"  #: it may behave differently than intended
NOTE = "note"  #: good to know
LEVELS = (ERROR, WARNING, NOTE)


class Reference(NamedTuple):
    """The object that a finding is about: its document's number in the stream (from 0), its template, and a path."""

    number: int
    kind: str
    namespace: str
    name: str
    source: str
    path: Path = ()  #: from the document's root

    @property
    def title(self) -> str:
        """Return the object's name in messages: `Kind namespace/name`."""
        return f"{self.kind} {f'{self.namespace}/' if self.namespace else ''}{self.name}".strip()


class Finding(NamedTuple):
    """A rule's result: its level, what is wrong, what to do, and where."""

    rule: str
    level: str
    message: str
    fix: str
    place: Place = NOWHERE
    document: Reference | None = None
    in_config: bool = False  #: the place is a path of the config; its file and line are found when it is shown

    def __str__(self) -> str:
        file, path = str(self.place._replace(path="")), self.place.path
        where = "".join(f"{part}: " for part in (file, self.document.title if self.document else "", path) if part)
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
