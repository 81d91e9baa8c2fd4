"""Converts a chart's values.yaml as F5's macvlan guide does, with the same rules and checks as for a rendered stream.

Source: F5, Macvlan Network Configuration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.conversion.plan import plan
from postrender.errors import dotted
from postrender.record import NamedTuple
from postrender.rules import replaced_list
from postrender.rules.finding import WARNING, Finding, of_new_layout
from postrender.spk import values_file
from postrender.yamledit import edit, join

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from postrender.config import Config
    from postrender.spk.target import Target
    from postrender.yamledit.change import Change
    from postrender.yamledit.stream import Stream


class Values(NamedTuple):
    """The converted values, the changes, and the findings."""

    output: bytes
    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]


def convert(manifests: Stream, config: Config) -> Values:
    """Convert a values file.

    Raises InputError if the file cannot be read, has an unknown layout, or cannot be edited without changing something
    else, and ProofFailed if the result differs from the plan.
    """
    values = values_file.locate(values_file.only(manifests), config.tmm.namespace)
    changes = plan(values, config)
    edited = edit.apply(values.parsed, changes)
    findings = (*of_new_layout(edited), *_replaced_list(values), *_repeated(values, changes))
    return Values(join.replace(values.parsed, edited).stream.data, changes, findings)


def _replaced_list(values: Target) -> Iterator[Finding]:
    """Yield a warning if a new list replaces the chart's own: Helm merges maps, but not lists."""
    if values.at(values.env) is None:
        message = f"{dotted(values.env)} is new, and replaces the list in the chart's own values.yaml"
        fix = "replace the chart's own values.yaml with its converted form, or copy its list into this file"
        yield Finding(replaced_list.ID, replaced_list.LEVEL, message, fix, values.parsed.place())


def _repeated(values: Target, changes: Iterable[Change]) -> Iterator[Finding]:
    """Yield a warning for each variable that the conversion adds but the chart's template also lists."""
    for change in changes:
        name = change.value.get("name") if isinstance(change.value, dict) else None
        if name in values_file.CHART_VARIABLES:
            message = (
                f"the chart's template also lists {name}, and server-side apply refuses a variable that is listed twice"
            )
            fix = "remove it from spec.tmm.env when you convert values, or install with Helm 3 or --server-side=false"
            yield Finding("repeated-variables", WARNING, message, fix, values.parsed.place())
