"""`values`: convert a chart's values file, from standard input or from a file, optionally in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.cli import conversions, options, sources, stdio
from postrender.errors import UsageError
from postrender.limits import DEFAULTS
from postrender.record import NamedTuple

if TYPE_CHECKING:
    import argparse

    from postrender.conversion.values import Values
    from postrender.limits import Limits

NEEDS = "no values file; pass one, or pipe it in"
SUMMARY = "convert a chart's values file, as F5's macvlan guide does by hand"
EXAMPLE = "spk-macvlan values --in-place my-values.yaml"


class Arguments(NamedTuple):
    """The arguments of `values`."""

    config: str | None = None
    verbose: bool = False
    values: str | None = None
    in_place: bool = False
    limits: Limits = DEFAULTS


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `values`."""
    options.add_common(parser, "--verbose", "--debug")
    parser.add_argument(
        "values", nargs="?", metavar="FILE", help="the values file; `-` or no FILE means standard input"
    )
    parser.add_argument("--in-place", action="store_true", help="replace the file with the result")


def run(arguments: Arguments) -> int:
    """Convert the values file, and print the result or replace the file with it."""
    from postrender.conversion import values

    file = sources.path(arguments.values)
    if arguments.in_place and file is None:
        raise UsageError("values --in-place needs a file to replace; add FILE")
    settings = conversions.settings(arguments.config, arguments.limits)
    before = sources.manifests(file, arguments.limits, NEEDS)
    done = values.convert(before, settings)
    _say(done, arguments.verbose)
    if arguments.in_place and file is not None:
        _replace(file, before.data, done.output, arguments.verbose)
    else:
        stdio.write(done.output)
    return 0


def _say(done: Values, verbose: bool) -> None:
    stdio.say_all(done.findings)
    if verbose:
        from postrender.report import verbose as report

        stdio.say_lines([report.of_changes(done.changes)])


def _replace(path: str, before: bytes, after: bytes, verbose: bool) -> None:
    """Replace the file with the result, unless they are equal."""
    from postrender import files

    if after != before:
        files.replace(path, after)
        if verbose:
            stdio.say_lines([f"replaced {path}"])
