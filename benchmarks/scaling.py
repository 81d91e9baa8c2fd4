"""`python -m benchmarks.scaling`: measures the time and memory of every verb for inputs that grow in one dimension.

Each input is doubled twice. A verb fails if doubling its input increases its time by more than a factor of 2.6, or if
the largest input takes too much time or memory. `tests/test_scaling.py` is a shorter version, which counts calls
instead of seconds.
"""

from __future__ import annotations

import argparse
import itertools
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from benchmarks.growth import DIMENSIONS, HEAD, VERBS

RATIO = 2.6  #: the largest factor by which the time may grow if the input doubles
SECONDS = 10.0
MEMORY = 1 << 30  #: bytes
SIZE = 4000  #: entries of the smallest input; the largest has four times as many
NOISE = 0.3  #: seconds; a shorter run counts as this long, because ratios of very short times are meaningless


class Run(NamedTuple):
    """The CPU time, peak memory and exit status of a run."""

    seconds: float
    memory: int
    status: int


def main() -> int:
    """Print a row for each verb and dimension; return 1 if a verb fails, otherwise 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scaling", description=__doc__)
    parser.add_argument("--dimension", nargs="+", choices=DIMENSIONS, default=[*DIMENSIONS], metavar="NAME")
    parser.add_argument("--verb", nargs="+", choices=VERBS, default=[*VERBS], metavar="NAME")
    parser.add_argument("--size", type=int, default=SIZE, help=f"entries in the smallest input (default: {SIZE})")
    given = parser.parse_args()
    print("| dimension | verb | seconds | ratio | MiB | exit status |\n|---|---|---|---|---|---|")
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        for dimension in given.dimension:
            for verb in given.verb:
                runs = [_run(Path(folder), dimension, verb, given.size * factor) for factor in (1, 2, 4)]
                pairs = itertools.pairwise(runs)
                ratio = max(after.seconds / max(before.seconds, NOISE) for before, after in pairs)
                largest = runs[-1]
                is_wrong = ratio > RATIO or largest.seconds > SECONDS or largest.memory > MEMORY or largest.status == 70
                failed = failed or is_wrong
                row = (dimension, verb, f"{largest.seconds:.2f}", f"{ratio:.2f}", largest.memory >> 20, largest.status)
                print("| " + " | ".join(map(str, row)) + " |" + (" <- too much" if is_wrong else ""), flush=True)
    return 1 if failed else 0


def _run(folder: Path, dimension: str, verb: str, size: int) -> Run:
    made = DIMENSIONS[dimension](size)
    stream, config = folder / "stream.yaml", folder / "config.yaml"
    stream.write_text(made.stream, encoding="utf-8")
    config.write_text(HEAD + made.config, encoding="utf-8")
    words = VERBS[verb] if verb == "init" else (*VERBS[verb], "--config", str(config))
    program = str(Path(sys.executable).with_name("spk-macvlan"))
    with stream.open("rb") as manifests:
        child = subprocess.Popen(
            [program, *words], stdin=manifests, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    return Run(usage.ru_utime + usage.ru_stime, usage.ru_maxrss << 10, child.returncode)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    raise SystemExit(main())
