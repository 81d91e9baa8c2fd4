"""What the conversion changes and what it checks: one file for each rule, all of one shape. A rule never sees text.

A rule's docstring is its manual page. Its declarations follow:

    ID        the file's name, with dashes
    LEVEL     CHANGE, or how serious its findings are: ERROR, WARNING or NOTE (postrender.rules.finding)
    ORDER     its place among the rules: lower numbers first; without one, after all others
    SUBJECTS  what it applies to: the TMM as a WORKLOAD, as an INSTANCE, or in a VALUES file
    SCOPE     STREAM where only `check` asks it, which has the other objects too; without one, TMM
    WHEN      a condition without which it has nothing to say; without one, it is always asked

Then one function, `apply(subject)`, yields each `Change` that is wanted, or each `Finding`.

`postrender.rules.registry` holds the declarations of all rules, so that a render imports only the rules that it needs.
It is generated: `make docs`.
"""

from __future__ import annotations

from postrender.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from postrender.rules.subject import Subject

CHANGE = "change"  #: the level of a rule that changes something

WORKLOAD = "workload"  #: a Deployment or a DaemonSet
INSTANCE = "instance"  #: the object of which an operator makes the workload
VALUES = "values"  #: a chart's values file

TMM = "tmm"
STREAM = "stream"


class TextHas(NamedTuple):
    """The TMM's document contains a word, or an escape that could spell it."""

    word: str

    def holds(self, subject: Subject) -> bool:
        """Tell whether the condition is met."""
        text = subject.tmm.parsed.text
        return self.word in text or "\\" in text


class TmmHas(NamedTuple):
    """The config sets a field of `spec.tmm`."""

    field: str

    def holds(self, subject: Subject) -> bool:
        """Tell whether the condition is met."""
        return bool(getattr(subject.config.tmm, self.field))


class NetworkHas(NamedTuple):
    """A network of the config has a field, where given with one value, or with any but another."""

    field: str
    value: str | None = None
    other_than: str | None = None

    def holds(self, subject: Subject) -> bool:
        """Tell whether the condition is met."""
        return any(self._admits(getattr(network, self.field)) for network in subject.config.networks)

    def _admits(self, found: object) -> bool:
        return found not in (None, self.other_than) if self.value is None else found == self.value


class Rule(NamedTuple):
    """What a rule declares of itself, known without importing it."""

    id: str
    level: str
    subjects: tuple[str, ...]
    scope: str
    when: TextHas | TmmHas | NetworkHas | None

    def concerns(self, subject: Subject) -> bool:
        """Tell whether the rule can have anything to say."""
        return subject.kind in self.subjects and (self.when is None or self.when.holds(subject))

    def apply(self, subject: Subject) -> Iterator[Any]:
        """Import the rule, and return what it wants or finds."""
        module = __import__(f"postrender.rules.{self.id.replace('-', '_')}", fromlist=["apply"])
        yielded: Iterator[Any] = module.apply(subject)
        return yielded
