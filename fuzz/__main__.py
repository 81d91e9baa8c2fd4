"""`python -m fuzz`: converts random streams, and checks each result with other YAML readers and line by line.

A seed and a number reproduce each stream: `--only NUMBER` writes that stream to standard output.
With `--compile`, Components are compiled from random objects and patches, and real kustomize builds them.
With `--identity`, kubectl applies the outputs to a real API server, whose objects must then match the config.
With `--verbs`, every verb runs on every stream, and must end with a documented exit status.
With `--readers`, kubectl, the npm package `yaml` and ruamel.yaml read whole streams before and after the conversion.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from fuzz import run
from fuzz.generator import generate
from fuzz.oracle import WRONG, judge


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line, and return its exit status."""
    options = _parser().parse_args(argv)
    chosen = next((way for name, way in WAYS.items() if getattr(options, name) not in (None, False)), _streams)
    return chosen(options)


def _coverage(options: argparse.Namespace) -> int:
    from fuzz import coverage

    return coverage.run(options.coverage)


def _compiled(options: argparse.Namespace) -> int:
    from fuzz import compiled

    return compiled.run(options.seed, options.streams, options.processes)


def _identity(options: argparse.Namespace) -> int:
    from fuzz import identity

    return identity.run(options.seed, options.streams)


def _verbs(options: argparse.Namespace) -> int:
    from fuzz import verbs

    return verbs.run(options.seed, options.streams)


def _readers(options: argparse.Namespace) -> int:
    from fuzz.readers import command

    if options.only is not None:
        return command.only(options.seed, options.only)
    return command.run(options.seed, options.streams, options.processes)


def _streams(options: argparse.Namespace) -> int:
    if options.only is None:
        return run.run(options.seed, options.streams, options.processes)
    stream = generate(options.seed, options.only)
    sys.stdout.buffer.write(stream.data)
    outcome = judge(stream)
    print(f"\n{outcome.kind}: {outcome.reason}\n{stream.config}", file=sys.stderr)
    return 1 if outcome.kind == WRONG else 0


#: Each option here, and the function that runs instead of `_streams`.
WAYS: dict[str, Callable[[argparse.Namespace], int]] = {
    "coverage": _coverage,
    "compile": _compiled,
    "identity": _identity,
    "verbs": _verbs,
    "readers": _readers,
}


def _parser() -> argparse.ArgumentParser:
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__, formatter_class=layout)
    streams = "how many streams to generate (default: %(default)s)"
    parser.add_argument("--streams", type=int, default=20_000, metavar="N", help=streams)
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="seed for the streams (default: %(default)s)")
    processes = "how many processes to use (default: %(default)s)"
    parser.add_argument("--processes", type=int, default=2, metavar="N", help=processes)
    parser.add_argument("--only", type=int, metavar="NUMBER", help="write only this stream, and print its outcome")
    readers = "check that other programs' YAML readers see only the planned changes in whole streams"
    parser.add_argument("--readers", action="store_true", help=readers)
    compiled = "check that kustomize builds the same objects with the compiled Component as the conversion does"
    parser.add_argument("--compile", action="store_true", help=compiled)
    identity = "apply the outputs to a real API server, and check that its objects match the config"
    parser.add_argument("--identity", action="store_true", help=identity)
    verbs = "run every verb on every stream, with limits on time and memory"
    parser.add_argument("--verbs", action="store_true", help=verbs)
    coverage = "instead of N streams, fuzz for SECONDS, guided by code coverage; needs requirements/fuzz.txt"
    parser.add_argument("--coverage", type=int, metavar="SECONDS", help=coverage)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
