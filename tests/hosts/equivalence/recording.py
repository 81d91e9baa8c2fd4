"""The recorded verdicts, and the table that docs/maintainers/pipelines.md shows of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from tests.hosts.equivalence.cases import GROUPS, ROOT, Case
from tests.hosts.equivalence.comparing import OTHER, SAME
from tests.hosts.equivalence.pipelines import PIPELINES
from tests.hosts.equivalence.running import OURS

Verdicts = Mapping[tuple[str, str], str]  # by the name of the case and the name of the pipeline

PAGE = ROOT / "docs" / "maintainers" / "pipelines.md"
OUTCOMES = Path(__file__).with_name("outcomes.txt")  # all verdicts except the usual one

ROWS = {
    "cmp-helm": "Argo CD plugin, Helm renders",
    "cmp-kustomize": "Argo CD plugin, kustomize renders",
    "krm": "KRM function in `kustomize build`",
    "component": "compiled Component in `kubectl kustomize`",
    "flux": "compiled patches, as Flux applies them",
}
COLUMNS = (SAME, OTHER, "changed by the tool", "refused by the tool", "refused by spk-macvlan", "no such option")
TABLE = re.compile(r"^\| pipeline \|.*\n(?:\|.*\n)+", re.MULTILINE)


def recorded() -> dict[tuple[str, str], str]:
    entries = (line.split(maxsplit=2) for line in OUTCOMES.read_text(encoding="utf-8").splitlines())
    return {(case, pipeline): verdict for case, pipeline, verdict in entries}


def write(verdicts: Verdicts) -> None:
    """Record verdicts, and write their totals to the page."""
    lines = [f"{case} {pipeline} {verdict}\n" for (case, pipeline), verdict in verdicts.items() if verdict != SAME]
    OUTCOMES.write_text("".join(lines), encoding="utf-8")
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(TABLE.sub(lambda _: table(verdicts), page), encoding="utf-8")


def table(verdicts: Verdicts) -> str:
    """Return the table; a missing verdict is the usual one."""
    head = f"| {' | '.join(('pipeline', 'manifests', 'cases', *COLUMNS))} |\n|{'---|' * (len(COLUMNS) + 3)}\n"
    return head + "".join(
        f"| {' | '.join((ROWS[pipeline.name], group, str(len(taken)), *_figures(verdicts, taken, pipeline.name)))} |\n"
        for pipeline in PIPELINES
        for group, cases in GROUPS.items()
        if (taken := [*filter(pipeline.takes, cases)])
    )


def _figures(verdicts: Verdicts, cases: list[Case], pipeline: str) -> list[str]:
    counted = Counter(_column(verdicts.get((case.name, pipeline), SAME)) for case in cases)
    return [str(counted[column]) for column in COLUMNS]


def _column(verdict: str) -> str:
    if verdict == f"refused by {OURS}":
        return "refused by spk-macvlan"
    stems = {"refused by ": "refused by the tool", "changed by ": "changed by the tool", "has no ": "no such option"}
    return next((column for stem, column in stems.items() if verdict.startswith(stem)), verdict)
