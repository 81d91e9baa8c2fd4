"""`diff`: show the changes of the conversion, each hunk with its reasons."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from postrender import errors
from postrender.cli import conversions, options, stdio, terminal
from postrender.limits import DEFAULTS, whole_number
from postrender.record import NamedTuple

if TYPE_CHECKING:
    import argparse

    from postrender.config import Config
    from postrender.conversion import Conversion
    from postrender.limits import Limits

SUMMARY = "show what would change, and why"
EXAMPLE = "helm template NAME CHART | spk-macvlan diff"
FORMATS = TEXT, BRIEF, JSON, MARKDOWN = ("text", "summary", "json", "markdown")
MOST_CONTEXT = 10_000


class Arguments(NamedTuple):
    """The arguments of `diff`; a terminal gets the summary."""

    config: str | None = None
    include_hooks: bool = False
    allow_no_target: bool = False
    verbose: bool = False
    files: tuple[str, ...] = ()
    format: str | None = None
    context: int | None = None
    color: str = terminal.AUTO
    limits: Limits = DEFAULTS


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `diff`."""
    options.add_common(parser, "--include-hooks", "--allow-no-target", "--verbose", "--debug")
    options.add_files(parser)
    told = "output format (default: summary on a terminal, else text)"
    parser.add_argument("--format", choices=FORMATS, help=told)
    told = "lines around each change (default: 3)"
    parser.add_argument("--context", metavar="LINES", type=_lines, help=told)
    options.add_color(parser)


def _lines(text: str) -> int:
    import argparse

    number = whole_number(text, len(str(MOST_CONTEXT)))
    if number is None or number > MOST_CONTEXT:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of lines from 0 to {MOST_CONTEXT}")
    return number


def run(arguments: Arguments) -> int:
    """Print the difference; the exit status is 1 if there is one."""
    from postrender.report import formats as report

    settings = conversions.settings(arguments.config, arguments.limits)
    how = conversions.options(arguments.include_hooks, arguments.limits)
    files, allowed = arguments.files, arguments.allow_no_target
    converted = conversions.convert_files(settings, how, files, allowed, arguments.verbose)
    written = [_written(it, arguments, settings) for it in converted]
    colour = report.colour if _format(arguments) in (TEXT, BRIEF) else None
    stdio.write("".join(written).encode(), colour, arguments.color)
    return errors.DIFFERENCES if any(it.output != it.before.data for it in converted) else errors.OK


def _format(arguments: Arguments) -> str:
    return arguments.format or (BRIEF if os.isatty(1) else TEXT)


def _written(converted: Conversion, arguments: Arguments, settings: Config) -> str:
    from postrender.report import formats as report
    from postrender.report import unified_diff

    if _format(arguments) == JSON:
        return report.difference_as_json(converted)
    hunks = unified_diff.hunks(converted, unified_diff.CONTEXT if arguments.context is None else arguments.context)
    if _format(arguments) == MARKDOWN:
        return report.difference_as_markdown(converted, hunks, settings.networks)
    if _format(arguments) == BRIEF:
        return report.difference_in_brief(converted, hunks)
    return report.difference_as_text(hunks)
