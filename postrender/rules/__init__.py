"""The rules. Each file changes or checks one thing. A rule never edits text: it yields changes or findings.

Eight modules are not rules. Two define the data: `subject` the input of a rule, and `finding` the result of a check.
Four read what several rules check: `documents` the stream's objects, `vlans` the VLANs, `infra_plans` the address
pools, and `spread` the anti-affinity. `registry` lists the declarations of all rules, and `manual` reads the rules'
manual pages.

The docstring of a rule's module is the rule's manual page. The module then declares:

    ID        the file's name, with dashes
    LEVEL     CHANGE, or the level of its findings: ERROR, WARNING or NOTE (postrender.rules.finding)
    ORDER     only for a rule that changes something: rules with lower numbers run first
    SUBJECTS  what the rule applies to: a WORKLOAD, an INSTANCE, a VALUES file, or several of these
    SCOPE     STREAM if the rule runs only when the whole stream is checked, as in `check`; by default, TMM
    WHEN      the condition under which the rule runs; by default, the rule always runs

The function `apply(subject)` yields the rule's changes or findings. A module without `apply` is only a manual page:
another part of the program makes the changes or reports the findings under the rule's name. `definitions` is an
exception: it has no `apply`, but finds the networks that are not defined, and builds their definitions.

`make docs` collects the declarations of all rules in `postrender.rules.registry`, so that a render imports only the
rules that it needs.
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
    """The condition that the TMM's document contains a word or a backslash; an escape could spell the word."""

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
    """The condition that the conversion leaves out a quantity in `spec.tmm.resources`."""

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


class MayHaveVlans(NamedTuple):
    """The condition that a network of the config has a `vlan`, or that the stream is examined, which may have VLANs."""

    def holds(self, subject: Subject) -> bool:
        """Report whether the condition is met."""
        return subject.stream is not None or any(network.vlan is not None for network in subject.config.networks)


class Rule(NamedTuple):
    """A rule's declarations, which are known without importing the rule."""

    id: str
    level: str
    subjects: tuple[str, ...]
    scope: str
    when: TextHas | TmmHas | LeavesOutAmounts | NetworkHas | MayHaveVlans | None

    def concerns(self, subject: Subject) -> bool:
        """Report whether the rule must run on a subject."""
        return subject.kind in self.subjects and (self.when is None or self.when.holds(subject))

    def changes(self, subject: Subject) -> Iterator[Change]:
        """Import the rule's module, and return the rule's changes. Call this only for a rule that changes something."""
        module: ChangingRule = self._module()
        return module.apply(subject)

    def findings(self, subject: Subject) -> Iterator[Finding]:
        """Import the rule's module, and return the rule's findings. Call this only for a rule that checks something."""
        module: CheckingRule = self._module()
        return module.apply(subject)

    def _module(self) -> Any:
        return __import__(f"postrender.rules.{self.id.replace('-', '_')}", fromlist=["apply"])
