"""Runs the rules that check a config and a converted stream, and returns their findings.

A render runs only the rules that need no more than the config and the TMM's document. The verb `check` and a strict
render read the whole stream and run every rule.
"""

from __future__ import annotations

from postrender.conversion.pipeline import Unchanged
from postrender.errors import UsageError, WouldFail, brief, suggestion
from postrender.rules import CHANGE, STREAM
from postrender.rules.finding import ERROR, LEVELS
from postrender.rules.registry import RULES
from postrender.rules.subject import Subject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from postrender.config import Config
    from postrender.conversion.pipeline import Conversion
    from postrender.rules import Rule
    from postrender.rules.finding import Finding

REPEATED_KEYS = "repeated-keys"
VALUES_ONLY = "values-only"
MOST = 100  #: the maximum number of findings for one rule at each level
CHECKS = tuple(rule for rule in RULES if rule.level != CHANGE)


def findings(
    converted: Conversion, config: Config, whole_stream: bool, ignored: Sequence[str] = ()
) -> tuple[Finding, ...]:
    """Return the findings of the rules and of the conversion itself, the most serious first.

    Ignored rules do not run.
    """
    if isinstance(converted, Unchanged):
        return ()
    # The conversion's own findings already have places in the input.
    own = [finding for finding in converted.findings if finding.rule not in ignored]
    subject = Subject(config, converted.tmm, rendered=converted.rendered, created=converted.defined)
    if whole_stream:
        from postrender.rules.documents import Documents

        subject = subject._replace(stream=converted.result, documents=Documents(converted.result))
    asked = [rule for rule in CHECKS if rule.id not in ignored and (whole_stream or rule.scope != STREAM)]
    broken = [finding for rule in asked if rule.concerns(subject) for finding in _first(rule, subject)]
    if broken:
        from postrender.conversion import places

        broken = [*places.of_user(converted, config, broken)]
    if whole_stream and REPEATED_KEYS not in ignored:
        from postrender.conversion import repeated_keys

        own += repeated_keys.findings(converted.rendered)
    return tuple(sorted((*own, *broken), key=lambda finding: LEVELS.index(finding.level)))


def of_render(converted: Conversion, config: Config, *, strict: bool = False) -> tuple[Finding, ...]:
    """Return a render's findings: about the TMM and the config or, if the render is strict, about the whole stream.

    A strict config makes every render strict. `refuse_if_strict` examines the findings of a strict render.
    """
    return findings(converted, config, whole_stream=strict or config.strict)


def refuse_if_strict(found: Iterable[Finding], config: Config, *, strict: bool = False) -> None:
    """Raise WouldFail, with every error in its message, if the render is strict and finds an error."""
    wrong = [finding for finding in found if finding.level == ERROR] if strict or config.strict else []
    if wrong:
        number = "an error stops" if len(wrong) == 1 else f"{len(wrong)} errors stop"
        raise WouldFail(
            f"strict: {number} this conversion; nothing was written", tuple(finding.lines for finding in wrong)
        )


def _first(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Yield only the first findings of a rule at each level.

    Each level has its own limit, so that many warnings cannot hide an error from a strict render.
    """
    counts = dict.fromkeys(LEVELS, 0)
    for finding in rule.findings(subject):
        counts[finding.level] += 1
        if counts[finding.level] <= MOST:
            yield finding
        elif counts[finding.level] == MOST + 1:
            message = f"this rule has more than {MOST} findings"
            yield finding._replace(message=message, fix="correct the findings above first")


def require_known(rules: Iterable[str]) -> None:
    """Raise UsageError if a name is not the name of a rule: the user may have misspelled it."""
    known = names()
    for rule in rules:
        if rule not in known:
            advice = suggestion(rule, known) or "; to ignore several rules, repeat the option"
            raise UsageError(f"--ignore {brief(rule)}: unknown rule{advice}")


def names() -> list[str]:
    """Return the names of the rules that can find something, and the names of the conversion's own findings."""
    return [*(rule.id for rule in CHECKS), "layout", REPEATED_KEYS, VALUES_ONLY]
