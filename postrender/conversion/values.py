"""The page's own way: a chart's values.yaml, converted as the rendered stream would be, by the same rules and proof.

Source: F5, Macvlan Network Configuration.
"""

from __future__ import annotations

from postrender.conversion.plan import plan
from postrender.record import NamedTuple
from postrender.rules.finding import WARNING, Finding, of_new_layout
from postrender.spk import values_file
from postrender.yamledit import edit, join

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.config import Config
    from postrender.spk.target import Target
    from postrender.yamledit.change import Change
    from postrender.yamledit.stream import Stream


class Values(NamedTuple):
    """The converted values, what was changed in them, and what to know of it."""

    output: bytes
    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]


def convert(manifests: Stream, config: Config) -> Values:
    """Convert a values file.

    Raises InputError where it cannot be read, has no layout that we know, or cannot be edited without changing
    something else, and ProofFailed where we were about to write something that was not planned.
    """
    found = values_file.located(values_file.only(manifests), config.tmm.namespace)
    changes = plan(found, config)
    edited = edit.edited(found.parsed, changes)
    findings = (*of_new_layout(edited), *_replaced_list(found))
    return Values(join.replaced(found.parsed, edited).stream.data, changes, findings)


def _replaced_list(found: Target) -> Iterator[Finding]:
    """Say that a new list takes the place of the chart's own: Helm merges maps, not lists."""
    if found.at(found.env) is None:
        message = (
            f"{'.'.join(map(str, found.env))} is new, and takes the place of the list in the chart's own values.yaml"
        )
        fix = "replace the file inside the chart by its converted one, or copy here what it lists"
        yield Finding("replaced-list", WARNING, message, fix, found.parsed.place())
