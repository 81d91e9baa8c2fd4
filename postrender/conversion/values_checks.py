"""Checks a chart's values file: the rules that need no more than the file and the config, applied to its conversion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.conversion import places, values
from postrender.conversion.pipeline import Converted
from postrender.conversion.plan import plan
from postrender.rules import CHANGE, VALUES, values_only
from postrender.rules.finding import LEVELS, Finding
from postrender.rules.registry import RULES
from postrender.rules.subject import Subject
from postrender.spk import values_file
from postrender.yamledit import edit, join

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from postrender.config import Config
    from postrender.yamledit.stream import Stream

CHECKS = tuple(rule for rule in RULES if rule.level != CHANGE and VALUES in rule.subjects)


def findings(manifests: Stream, config: Config, ignored: Sequence[str] = ()) -> tuple[Finding, ...]:
    """Return the findings on a values file and the config, the most serious first; their places are in the file.

    Raises the same errors as the conversion of a values file.
    """
    converted = _convert(manifests, config)
    subject = Subject(config, converted.tmm, None, converted.rendered)
    asked = [rule for rule in CHECKS if rule.id not in ignored and rule.concerns(subject)]
    found = places.of_user(converted, config, [it for rule in asked for it in rule.findings(subject)])
    listed = [*converted.findings, *map(_of_file, found), *_what_is_left(converted)]
    return tuple(sorted((it for it in listed if it.rule not in ignored), key=lambda it: LEVELS.index(it.level)))


def _convert(manifests: Stream, config: Config) -> Converted:
    """Return the conversion of a values file, in the form that finds a place in the input for each finding."""
    rendered = values_file.locate(values_file.only(manifests), config.tmm.namespace)
    changes = plan(rendered, config)
    parsed = join.replace(rendered.parsed, edit.apply(rendered.parsed, changes))
    found = values.convert(manifests, config).findings
    return Converted(manifests, parsed.stream, rendered, rendered._replace(parsed=parsed), changes, findings=found)


def _of_file(finding: Finding) -> Finding:
    """Return a finding without its object: a values file has none."""
    return finding._replace(document=None)


def _what_is_left(converted: Converted) -> Iterator[Finding]:
    """Yield notes: what `values` would change in the file, and that other rules need the rendered chart."""
    place = converted.rendered.parsed.place()
    if converted.changes:
        number = len(converted.changes)
        message = f"the file needs {number} change{'' if number == 1 else 's'} for macvlan"
        yield Finding(values_only.ID, values_only.LEVEL, message, "run `spk-macvlan values --in-place FILE`", place)
    message = "only the rules that need no rendered manifests were checked"
    fix = "also run `helm template NAME CHART -f FILE | spk-macvlan check`"
    yield Finding(values_only.ID, values_only.LEVEL, message, fix, place)
