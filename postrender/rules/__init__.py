"""The rules: each file changes or checks one thing, and all files have the same structure. A rule never edits text.

Five modules are not rules: `subject` defines the input of a rule, `finding` the result of a check, and `infra_plans`
the address pools that two rules check; `registry` lists the declarations of all rules, and `manual` reads their pages.

A rule's docstring is its manual page. It is followed by its declarations:

    ID        the file's name, with dashes
    LEVEL     CHANGE, or the level of its findings: ERROR, WARNING or NOTE (postrender.rules.finding)
    ORDER     for a rule that changes something: its position among these rules, lower numbers first
    SUBJECTS  what it applies to: the TMM as a WORKLOAD, as an INSTANCE, or in a VALUES file
    SCOPE     STREAM if it needs the other objects, so that only `check` runs it; by default, TMM
    WHEN      a condition for running the rule; by default, it always runs

The function `apply(subject)` then yields every `Change` or every `Finding`. A module without `apply` is only a manual
page, for something that another part of the program reports under the rule's name. The exception is `definitions`: it
has no `apply`, but finds the networks that are missing, and builds their definitions.

`postrender.rules.registry` has the declarations of all rules, so that a render imports only the rules that it needs.
`make docs` generates it.
"""

from __future__ import annotations

from postrender.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Protocol

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject
    from postrender.yamledit.change import Change

    class ChangingRule(Protocol):
        """The module of a rule that changes something."""

        ID: str
        LEVEL: str
        ORDER: int

        @property
        def SUBJECTS(self) -> tuple[str, ...]:  # noqa: N802  a constant
            """The kinds of subject that the rule applies to."""

        def apply(self, subject: Subject, /) -> Iterator[Change]:
            """Yield the changes."""

    class CheckingRule(Protocol):
        """The module of a rule that checks something."""

        ID: str
        LEVEL: str

        @property
        def SUBJECTS(self) -> tuple[str, ...]:  # noqa: N802  a constant
            """The kinds of subject that the rule applies to."""

        def apply(self, subject: Subject, /) -> Iterator[Finding]:
            """Yield the findings."""


CHANGE = "change"  #: the level of a rule that changes something

WORKLOAD = "workload"  #: a Deployment or a DaemonSet
INSTANCE = "instance"  #: an object from which an operator creates the workload
VALUES = "values"  #: a chart's values file

TMM = "tmm"
STREAM = "stream"


class TextHas(NamedTuple):
    """The condition that the TMM's document contains a word, or an escape sequence that could spell it."""

    word: str

    def holds(self, subject: Subject) -> bool:
        """Report whether the condition is met."""
        text = subject.tmm.parsed.text
        return self.word in text or "\\" in text


class TmmHas(NamedTuple):
    """The condition that the config sets a field of `spec.tmm`."""

    field: str

    def holds(self, subject: Subject) -> bool:
        """Report whether the condition is met."""
        return bool(getattr(subject.config.tmm, self.field))


class LeavesOutAmounts(NamedTuple):
    """The condition that the conversion leaves out an amount in `spec.tmm.resources`."""

    def holds(self, subject: Subject) -> bool:
        """Report whether the condition is met."""
        return len(subject.resources) < len(subject.config.tmm.resources)


class NetworkHas(NamedTuple):
    """The condition that a network of the config sets a field to `value`, or to any value except `other_than`."""

    field: str
    value: str | None = None
    other_than: str | None = None

    def holds(self, subject: Subject) -> bool:
        """Report whether the condition is met."""
        return any(self._admits(getattr(network, self.field)) for network in subject.config.networks)

    def _admits(self, value: object) -> bool:
        return value not in (None, self.other_than) if self.value is None else value == self.value


class Rule(NamedTuple):
    """A rule's declarations, which are known without importing the rule."""

    id: str
    level: str
    subjects: tuple[str, ...]
    scope: str
    when: TextHas | TmmHas | LeavesOutAmounts | NetworkHas | None

    def concerns(self, subject: Subject) -> bool:
        """Report whether the rule has to run on a subject."""
        return subject.kind in self.subjects and (self.when is None or self.when.holds(subject))

    def changes(self, subject: Subject) -> Iterator[Change]:
        """Import the rule, which must change something, and return its changes."""
        module: ChangingRule = self._module()
        return module.apply(subject)

    def findings(self, subject: Subject) -> Iterator[Finding]:
        """Import the rule, which must check something, and return its findings."""
        module: CheckingRule = self._module()
        return module.apply(subject)

    def _module(self) -> Any:
        return __import__(f"postrender.rules.{self.id.replace('-', '_')}", fromlist=["apply"])
