"""`python -m benchmarks`: compares spk-macvlan with the same edits in kustomize, and with the bare interpreter.

First, every job runs once, and spk-macvlan and both kustomizations must print the same objects. Then, every job runs
once in each round, so that noise affects all jobs alike. The time of kustomize grows with the square of the number of
documents, so kustomize runs only on streams of up to 2,000 documents. Quote the ratios, because times in milliseconds
depend on the machine.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks import report, streams
from benchmarks.comparison import KUSTOMIZE_LIMIT, Programs, compare
from tools.binaries import ToolError, binary

_TARGETS = ("by-name", "by-position", "interpreter")
_FLAVOUR = """\
import platform, sysconfig, yaml
optimised = "--enable-optimizations" in (sysconfig.get_config_var("CONFIG_ARGS") or "")
print(platform.python_implementation(), platform.python_version(), end=", ")
print("optimised build" if optimised else "plain build", end=", ")
print("PyYAML", yaml.__version__, "with libyaml" if yaml.__with_libyaml__ else "without libyaml")
"""


def main(argv: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(argv)
    programs = _programs(options.tool)
    print(_setting(programs), "", report.header(), sep="\n", flush=True)
    results = []
    for stream, rounds in _streams(options.documents, options.rounds):
        results.append(compare(stream, programs, rounds))
        print(report.table(results[-1]), flush=True)
    missed = report.missed(results[0], dict(options.require))
    print("", *missed, report.sentence(results), sep="\n")
    return 1 if missed else 0


def _streams(documents: Sequence[int], rounds: int) -> Iterator[tuple[streams.Stream, int]]:
    yield streams.chart(), rounds
    for number in documents:
        yield streams.long(number), rounds if number > KUSTOMIZE_LIMIT else max(3, rounds // 5)


def _parser() -> argparse.ArgumentParser:
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__, formatter_class=layout)
    parser.add_argument("--tool", help="path of spk-macvlan (default: next to this Python, otherwise on the PATH)")
    rounds = "how many rounds to run (default: %(default)s); large streams that kustomize reads get a fifth"
    parser.add_argument("--rounds", type=_at_least(1), default=31, metavar="N", help=rounds)
    documents = "how many documents each further stream has (default: 2000); kustomize gets streams of up to 2000"
    least = _at_least(streams.CHART_DOCUMENTS)
    parser.add_argument("--documents", type=least, nargs="*", default=[2_000], metavar="N", help=documents)
    require = "exit with 1 if a ratio for the chart is below RATIO (by-name, by-position) or above RATIO (interpreter)"
    parser.add_argument("--require", type=_target, nargs="+", default=[], metavar="NAME=RATIO", help=require)
    return parser


def _at_least(least: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if int(text) < least:
            raise argparse.ArgumentTypeError(f"{text} is too small; use at least {least}")
        return int(text)

    return number


def _target(text: str) -> tuple[str, float]:
    name, _, ratio = text.partition("=")
    if name not in _TARGETS:
        raise argparse.ArgumentTypeError(f"{name} is not a ratio; use one of {', '.join(_TARGETS)}")
    return name, float(ratio)


def _programs(chosen: str | None) -> Programs:
    tool = Path(chosen) if chosen else _installed()
    python = tool.resolve().with_name("python")
    interpreter = python if python.exists() else Path(sys.executable)
    return Programs(str(tool.absolute()), str(interpreter), tuple(_kustomizes()))


def _kustomizes() -> Iterator[tuple[str, str]]:
    """Yield the label and path of each kustomize version that is available; exit with status 1 if there is none."""
    problems = []
    for label, name in report.KUSTOMIZES:
        try:
            yield label, str(binary(name))
        except ToolError as error:
            problems.append(f"benchmarks: {label} is skipped: {error}")
    print(*problems, sep="\n", file=sys.stderr)
    if len(problems) == len(report.KUSTOMIZES):
        raise SystemExit(1)


def _installed() -> Path:
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
    if found := shutil.which(report.TOOL, path=path):
        return Path(found)
    raise SystemExit(f"benchmarks: {report.TOOL} is neither next to this Python nor on the PATH; install it first")


def _setting(programs: Programs) -> str:
    """Return the versions of all programs; a kustomize that is built from its Go module reports `(devel)`."""
    tool, kustomizes = _said(programs.tool, "--version"), ", ".join(label for label, _ in programs.kustomizes)
    return f"{tool}; {kustomizes}; {_said(programs.interpreter, '-I', '-c', _FLAVOUR)}"


def _said(*argv: str) -> str:
    done = subprocess.run(argv, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"benchmarks: {' '.join(argv)}: exit status {done.returncode}")
    return done.stdout.strip()


if __name__ == "__main__":
    raise SystemExit(main())
