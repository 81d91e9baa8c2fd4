"""`diff`: show the changes that the conversion makes, each hunk with its reasons."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from postrender import errors
from postrender.cli import conversions, options, sources, stdio, terminal
from postrender.limits import DEFAULTS, whole_number
from postrender.record import NamedTuple

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from postrender.config import Config
    from postrender.conversion import Conversion
    from postrender.limits import Limits

SUMMARY = "show what would change, and why"
EXAMPLE = "helm template NAME CHART | spk-macvlan diff"
FORMATS = TEXT, BRIEF, JSON, MARKDOWN = ("text", "summary", "json", "markdown")
CONTEXT = 3
MOST_CONTEXT = 10_000


class Arguments(NamedTuple):
    """The arguments of `diff`; the default format on a terminal is the summary."""

    config: str | None = None
    include_hooks: bool = False
    allow_no_target: bool = False
    verbose: bool = False
    files: tuple[str, ...] = ()
    format: str | None = None
    context: int = CONTEXT
    color: str = terminal.AUTO
    limits: Limits = DEFAULTS


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `diff`."""
    options.add_common(parser, "--include-hooks", "--allow-no-target", "--verbose", "--debug")
    options.add_files(parser)
    help_text = "output format (default: summary on a terminal, else text)"
    parser.add_argument("--format", choices=FORMATS, help=help_text)
    help_text = f"lines around each change (default: {CONTEXT})"
    parser.add_argument("--context", metavar="LINES", type=_lines, help=help_text)
    options.add_color(parser)


def _lines(text: str) -> int:
    import argparse

    number = whole_number(text, len(str(MOST_CONTEXT)))
    if number is None or number > MOST_CONTEXT:
        raise argparse.ArgumentTypeError(f"must be a number of lines from 0 to {MOST_CONTEXT}, not {text!r}")
    return number


def run(arguments: Arguments) -> int:
    """Print the difference; return exit status 1 if there is one."""
    from postrender.conversion import Converted
    from postrender.report import formats as report

    given = sources.manifests_of(arguments.files, arguments.limits, stdio.MANIFESTS)
    settings = conversions.settings(arguments.config, arguments.limits)
    wanted = conversions.make_options(arguments.include_hooks, arguments.limits)
    converted = conversions.convert_all(settings, wanted, given, arguments.allow_no_target, arguments.verbose)
    form = arguments.format or (BRIEF if os.isatty(1) else TEXT)
    text = _formatted(converted, form, arguments.context, settings)
    colours = report.colours_of_difference(text) if form in (TEXT, BRIEF) else ()
    stdio.write(text.encode(), colours, arguments.color)
    if form == TEXT and len(converted) > 1:
        stdio.say_lines(f"{it.input.source}: nothing changes" for it in converted if it.output == it.input.data)
    changed = any(isinstance(it, Converted) and it.output != it.input.data for it in converted)
    return errors.DIFFERENCES if changed else errors.OK


def _formatted(converted: Sequence[Conversion], form: str, context: int, settings: Config) -> str:
    from postrender.report import formats as report
    from postrender.report import unified_diff

    if form == JSON:
        return report.difference_as_json(converted)
    hunks = [unified_diff.hunks(it, context) for it in converted]
    pairs = zip(converted, hunks, strict=True)
    if form == MARKDOWN:
        return "\n".join(report.difference_as_markdown(it, found, settings.networks) for it, found in pairs)
    write = report.difference_in_brief if form == BRIEF else report.difference_as_text
    return "".join(write(it, found) for it, found in pairs)
