"""Reports failures as findings, because a program that reads JSON or GitHub's annotations ignores standard error.

The sentence of a failure already contains the remedy, so the finding has no separate fix.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender import errors
from postrender.report import formats
from postrender.rules.finding import ERROR, Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

#: The name of each kind of failure, used like a rule's name. The first kind that matches is used.
RULES = (
    (errors.ConfigError, "config"),
    (errors.UsageError, "usage"),
    (errors.InputError, "input"),
    (errors.NoTarget, "no-target"),
    (errors.Failure, "internal"),
)
FORMATS: Mapping[str, Callable[[Sequence[Finding]], str]] = {
    "json": formats.findings_as_json,
    "github": formats.findings_for_github,
}


def serialize(failures: Iterable[errors.Failure], form: str) -> str:
    """Return failures in a format that a program reads; an empty string for any other format."""
    each = (single for failure in failures for single in failure.parts)
    return FORMATS[form]([*map(finding, each)]) if form in FORMATS else ""


def finding(failure: errors.Failure) -> Finding:
    """Return a failure as a finding of level error."""
    rule = next(name for kind, name in RULES if isinstance(failure, kind))
    return Finding(rule, ERROR, failure.sentence, "", failure.place)
