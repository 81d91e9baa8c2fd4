"""What is special to each caller, one module for each, and nothing else."""

from __future__ import annotations

from postrender.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from postrender.rules.finding import Finding


class Answer(NamedTuple):
    """What goes to standard output, and what is to be said beside it."""

    output: bytes
    findings: tuple[Finding, ...]
