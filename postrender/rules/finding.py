"""Findings about a conversion or a config. A finding informs the user. Only a strict render stops at an error."""

from __future__ import annotations

from postrender.errors import NOWHERE, Place, one_line
from postrender.kubernetes import title
from postrender.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from postrender.yamledit.edit import Edited
    from postrender.yamledit.nodes import Path

ERROR = "error"  #: the converted manifests would fail
WARNING = "warning"  #: the converted manifests may behave differently than intended
NOTE = "note"  #: useful to know
LEVELS = (ERROR, WARNING, NOTE)
FIX = "  fix: "  #: the start of a finding's second line, which says what to do


class Reference(NamedTuple):
    """The object that a finding is about: its document's index in the input, its chart template, and a path.

    `number` is the index, counted from 0; None for a document that the conversion adds.
    """

    number: int | None
    kind: str
    namespace: str
    name: str
    source: str
    path: Path = ()  #: the path of the finding, from the document's root
    api_version: str = ""
    base: Path = ()  #: the object's path in its document; empty unless it is an item of a List

    @property
    def title(self) -> str:
        """Return the object's title for messages, such as `Deployment spk-ingress/f5-tmm`."""
        return title(self.kind, self.namespace, self.name)


class Finding(NamedTuple):
    """A rule's finding: its level, what is wrong, what to do, and where the problem is."""

    rule: str
    level: str
    message: str
    fix: str
    place: Place = NOWHERE
    document: Reference | None = None
    in_config: bool = False  #: whether `place` is a path in the config; the report then adds the file and line

    @property
    def lines(self) -> tuple[str, str]:
        """Return the finding as two lines: the place, the message and the rule; then, indented, what to do."""
        return one_line(f"{self.where}{self.level}: {self.message} [{self.rule}]"), one_line(f"{FIX}{self.fix}")

    @property
    def where(self) -> str:
        """Return the start of the message: the file with line and column, the object, and the path in the object."""
        file, path = str(self.place._replace(path="")), self.place.path
        return "".join(f"{part}: " for part in (file, self.document.title if self.document else "", path) if part)

    def without_values(self) -> Finding:
        """Return a copy of the finding with its rule, level and line, but without any text from the manifests."""
        message, fix = f"the rule {self.rule} is violated", "run `spk-macvlan check` for details"
        return Finding(self.rule, self.level, message, fix, self.place._replace(path=""))


def of_new_layout(edited: Edited) -> tuple[Finding, ...]:
    """Return a finding if a document could not be edited in place; otherwise, an empty tuple."""
    if not edited.new_layout:
        return ()
    message = f"the document was rewritten, because it cannot be edited in place: {edited.new_layout}"
    return (
        Finding(
            "layout",
            WARNING,
            message,
            "check that the comments are still in the right places; the values have been verified",
            edited.place,
        ),
    )
