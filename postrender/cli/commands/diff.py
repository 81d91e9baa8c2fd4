"""`diff`: show the changes of the conversion, each hunk with its reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender import errors
from postrender.cli import conversions, options, stdio
from postrender.limits import DEFAULTS
from postrender.record import NamedTuple

if TYPE_CHECKING:
    import argparse

    from postrender.limits import Limits

SUMMARY = "show what would change, and why"
FORMATS = ("text", "json", "markdown")


class Arguments(NamedTuple):
    """The arguments of `diff`."""

    config: str | None = None
    include_hooks: bool = False
    allow_no_target: bool = False
    verbose: bool = False
    format: str = FORMATS[0]
    limits: Limits = DEFAULTS


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `diff`."""
    options.add_common(parser, "--include-hooks", "--allow-no-target", "--verbose", "--debug")
    parser.add_argument("--format", choices=FORMATS, help="output format (default: text)")


def run(arguments: Arguments) -> int:
    """Print the difference; the exit status is 1 if there is one."""
    from postrender.report import formats as report
    from postrender.report import unified_diff

    settings = conversions.settings(arguments.config, arguments.limits)
    how = conversions.options(arguments.include_hooks, arguments.limits)
    converted = conversions.convert(settings, how, arguments.allow_no_target, arguments.verbose)
    hunks = unified_diff.hunks(converted)
    if arguments.format == "json":
        stdio.write(report.difference_as_json(converted).encode())
    elif arguments.format == "markdown":
        stdio.write(report.difference_as_markdown(converted, hunks, settings.networks).encode())
    else:
        stdio.write(report.difference_as_text(hunks).encode(), report.colour)
    return errors.DIFFERENCES if hunks else errors.OK
