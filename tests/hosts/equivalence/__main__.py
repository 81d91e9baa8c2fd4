"""Runs every pipeline on every case, records the verdicts, and writes the table of docs/pipelines.md."""

from __future__ import annotations

import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.hosts.equivalence import recording
from tests.hosts.equivalence.cases import CASES, Case
from tests.hosts.equivalence.comparing import OTHER, Outcome, compare


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor() as pool:
        outcomes = [*pool.map(_outcomes, CASES, [Path(folder, case.name) for case in CASES])]
    found = {key: outcome for each in outcomes for key, outcome in each.items()}
    recording.write({key: outcome.verdict for key, outcome in found.items()})
    wrong = [f"{case} {pipeline}: {OTHER}\n" for (case, pipeline), outcome in found.items() if outcome.verdict == OTHER]
    sys.stderr.writelines(wrong)
    return 1 if wrong else 0


def _outcomes(case: Case, folder: Path) -> dict[tuple[str, str], Outcome]:
    return {(case.name, pipeline): outcome for pipeline, outcome in compare(case, folder).items()}


if __name__ == "__main__":
    raise SystemExit(main())
