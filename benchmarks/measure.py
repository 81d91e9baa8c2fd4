"""Runs jobs in interleaved rounds and returns medians."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

_SPAWN = Path(__file__).with_name("spawn.py")


class Job(NamedTuple):
    name: str
    argv: tuple[str, ...]
    stdin: Path
    stdout: Path


class Cost(NamedTuple):
    wall_ms: float
    peak_mb: float


def measure(jobs: Sequence[Job], rounds: int) -> dict[str, Cost]:
    """Run every job once in each round, started by one small process, and return the median costs."""
    runner = (sys.executable, "-I", "-S", str(_SPAWN), str(rounds))
    lines = ["\t".join((str(job.stdin), str(job.stdout), *job.argv)) for job in jobs]
    done = subprocess.run(runner, input="\n".join(lines), stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit("benchmarks: a command failed; see its error above")
    samples = [[int(figure) for figure in line.split()] for line in done.stdout.splitlines()]
    return {
        job.name: _cost((wall, peak) for other, wall, peak in samples if other == number)
        for number, job in enumerate(jobs)
    }


def _cost(runs: Iterable[tuple[int, int]]) -> Cost:
    times, peaks = zip(*runs, strict=True)
    return Cost(median(times) / 1e6, median(peaks) * 1024 / 1e6)
