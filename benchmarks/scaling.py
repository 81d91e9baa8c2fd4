"""`python -m benchmarks.scaling`: measures the time and memory of every verb while its input grows in one dimension.

Each input is doubled twice. A verb fails if its time then grows by more than a factor of 2.6, or if the largest input
takes too much time or memory. `--page` writes the table to docs/maintainers/performance.md. `tests/test_scaling.py` is
a short version, which counts calls instead of seconds.
"""

from __future__ import annotations

import argparse
import itertools
import os
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.growth import DIMENSIONS, HEAD, VERBS

RATIO = 2.6  #: how much the time may grow when the input doubles
SECONDS = 10.0
MEMORY = 1 << 30  #: bytes
SIZE = 25_000  #: how many entries the smallest input has; the largest has four times as many
NOISE = 0.3  #: seconds; shorter runs count as this long, because their ratios mean nothing
INTERNAL = 70  #: the exit status of a bug
REFUSED = 3  #: the exit status of input that exceeds a limit
PAGE = Path(__file__).parents[1] / "docs/maintainers/performance.md"
BEGIN, END = "<!-- scaling -->\n", "<!-- end of scaling -->\n"


class Run(NamedTuple):
    """The CPU time, peak memory and exit status of a run."""

    seconds: float
    memory: int
    status: int


class Growth(NamedTuple):
    """The runs of a verb on inputs of increasing size."""

    verb: str
    runs: tuple[Run, ...]

    @property
    def ratio(self) -> float:
        """Return the largest factor by which the time grew when the input doubled."""
        return max(after.seconds / max(before.seconds, NOISE) for before, after in itertools.pairwise(self.runs))

    @property
    def is_wrong(self) -> bool:
        """Report whether the time grows too fast, or the largest input takes too much time or memory."""
        largest = self.runs[-1]
        too_much = largest.seconds > SECONDS or largest.memory > MEMORY or largest.status == INTERNAL
        return self.ratio > RATIO or too_much

    @property
    def cell(self) -> str:
        """Return the seconds for the largest input."""
        seconds = f"{self.runs[-1].seconds:.1f}"
        return f"{seconds}, refused" if self.runs[-1].status == REFUSED else seconds


def main() -> int:
    """Print a row for each dimension; return 1 if a verb exceeds a bound, otherwise 0."""
    parser = _parser()
    options = parser.parse_args()
    if options.page and (options.size != SIZE or options.verb != [*VERBS]):
        parser.error("--page needs all verbs and the default size; remove --verb and --size")
    rows = [_head(options.verb)]
    print(rows[0], flush=True)
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        for dimension in options.dimension:
            growths = [*_measure(Path(folder), dimension, options.verb, options.size)]
            rows.append(_row(dimension, growths))
            failed += [f"{dimension}, {it.verb}: {it}" for it in growths if it.is_wrong]
            print(rows[-1], flush=True)
    print(*failed, sep="\n")
    if options.page:
        _write(rows, options.size * 4)
    return 1 if failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scaling", description=__doc__)
    parser.add_argument("--dimension", nargs="+", choices=DIMENSIONS, default=[*DIMENSIONS], metavar="NAME")
    parser.add_argument("--verb", nargs="+", choices=VERBS, default=[*VERBS], metavar="NAME")
    parser.add_argument("--size", type=int, default=SIZE, help=f"entries of the smallest input (default: {SIZE})")
    parser.add_argument("--page", action="store_true", help="also write the table to docs/maintainers/performance.md")
    return parser


def _head(verbs: Sequence[str]) -> str:
    cells = ["input", *(f"`{verb}`" for verb in verbs), "largest growth", "peak memory"]
    return f"| {' | '.join(cells)} |\n{'|---' * len(cells)}|"


def _label(dimension: str) -> str:
    return (DIMENSIONS[dimension].__doc__ or "").removeprefix("Return an input with ").rstrip(".")


def _row(dimension: str, growths: Sequence[Growth]) -> str:
    memory = max(run.memory for it in growths for run in it.runs) >> 20
    cells = [_label(dimension), *(it.cell for it in growths), f"{max(it.ratio for it in growths):.1f}", f"{memory} MiB"]
    return f"| {' | '.join(cells)} |"


def _measure(folder: Path, dimension: str, verbs: Sequence[str], size: int) -> Iterator[Growth]:
    for verb in verbs:
        yield Growth(verb, tuple(_run(folder, dimension, verb, size * factor) for factor in (1, 2, 4)))


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


def _write(rows: Sequence[str], entries: int) -> None:
    """Write the table to the page, between its marker comments; rows that were not measured stay unchanged."""
    page = PAGE.read_text(encoding="utf-8")
    head, *measured = rows
    known = {row.split(" | ")[0]: row for row in [*re.findall(r"^\| .*\|$", page, re.MULTILINE), *measured]}
    table = "\n".join([head, *(known[f"| {_label(it)}"] for it in DIMENSIONS if f"| {_label(it)}" in known)])
    text = f"{BEGIN}\nSeconds of processor time for inputs of about {entries:,} entries:\n\n{table}\n\n{END}"
    PAGE.write_text(re.sub(f"{BEGIN}.*?{END}", lambda _: text, page, flags=re.DOTALL), encoding="utf-8")


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    raise SystemExit(main())
