"""Run every pipeline on every case, record the verdicts, and write the table in docs/maintainers/pipelines.md."""

from __future__ import annotations

import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.hosts.equivalence import recording
from tests.hosts.equivalence.cases import BATCHES
from tests.hosts.equivalence.comparing import OTHER, compare


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor() as pool:
        folders = [Path(folder, str(number)) for number, _ in enumerate(BATCHES)]
        batches = [*pool.map(compare, BATCHES, folders)]
    found = {
        (case.name, pipeline): outcome
        for batch in batches
        for case, outcomes in batch.items()
        for pipeline, outcome in outcomes.items()
    }
    recording.write({key: outcome.verdict for key, outcome in found.items()})
    wrong = [f"{case} {pipeline}: {OTHER}\n" for (case, pipeline), outcome in found.items() if outcome.verdict == OTHER]
    sys.stderr.writelines(wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
