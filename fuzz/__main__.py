"""`python -m fuzz`: random streams through the whole conversion, each judged by other YAML readers and by its lines.

Every stream can be made again from its seed and its number: `--only NUMBER` writes it to standard output.
With `--compile`, real kustomize builds the compiled Component of random objects and patches.
With `--verbs`, every verb must end with a documented exit status.
With `--readers`, kubectl, the package `yaml` of npm and ruamel.yaml read whole streams before and after.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from fuzz import run
from fuzz.generator import generate
from fuzz.oracle import WRONG, judge


def main(argv: Sequence[str] | None = None) -> int:
    """Run what the command line says."""
    options = _parser().parse_args(argv)
    if options.coverage is not None:
        from fuzz import coverage

        return coverage.run(options.coverage)
    if options.compile:
        from fuzz import compiled

        return compiled.run(options.seed, options.streams, options.processes)
    if options.verbs:
        from fuzz import verbs

        return verbs.run(options.seed, options.streams)
    if options.readers:
        return _readers(options)
    if options.only is not None:
        return _only(options.seed, options.only)
    return run.run(options.seed, options.streams, options.processes)


def _readers(options: argparse.Namespace) -> int:
    from fuzz.readers import command

    if options.only is not None:
        return command.only(options.seed, options.only)
    return command.run(options.seed, options.streams, options.processes)


def _only(seed: int, index: int) -> int:
    stream = generate(seed, index)
    sys.stdout.buffer.write(stream.data)
    outcome = judge(stream)
    print(f"\n{outcome.kind}: {outcome.reason}\n{stream.config}", file=sys.stderr)
    return 1 if outcome.kind == WRONG else 0


def _parser() -> argparse.ArgumentParser:
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__, formatter_class=layout)
    parser.add_argument("--streams", type=int, default=20_000, metavar="N", help="how many (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="default: %(default)s")
    parser.add_argument("--processes", type=int, default=2, metavar="N", help="default: %(default)s")
    parser.add_argument("--only", type=int, metavar="NUMBER", help="write this stream, and say what becomes of it")
    parser.add_argument("--readers", action="store_true", help="ask other programs' readers, about whole streams")
    parser.add_argument("--compile", action="store_true", help="compare the compiled Component under real kustomize")
    parser.add_argument("--verbs", action="store_true", help="run every verb, each with limits on time and memory")
    coverage = "fuzz guided by coverage for so long instead; needs requirements/fuzz.txt"
    parser.add_argument("--coverage", type=int, metavar="SECONDS", help=coverage)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
