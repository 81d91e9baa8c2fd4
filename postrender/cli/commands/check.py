"""`check`: report findings on the converted stream and the config, or only validate config files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from postrender import errors
from postrender.cli import conversions, options, stdio, terminal
from postrender.limits import DEFAULTS
from postrender.record import NamedTuple

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from postrender.limits import Limits
    from postrender.rules.finding import Finding

SUMMARY = "report what would fail, or behave differently than intended"
EXAMPLE = "helm template NAME CHART | spk-macvlan check"
FORMATS = ("text", "json", "github")


class Arguments(NamedTuple):
    """The arguments of `check`."""

    config: str | None = None
    include_hooks: bool = False
    allow_no_target: bool = False
    verbose: bool = False
    files: tuple[str, ...] = ()
    format: str = FORMATS[0]
    strict: bool = False
    ignore: tuple[str, ...] = ()
    color: str = terminal.AUTO
    limits: Limits = DEFAULTS


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `check`."""
    options.add_common(parser, "--include-hooks", "--allow-no-target", "--verbose", "--debug")
    told = "manifests, each file a release of its own (default, or -: standard input); or configs, which are validated"
    parser.add_argument("files", nargs="*", metavar="FILE", help=told)
    parser.add_argument("--format", choices=FORMATS, help="output format (default: text)")
    parser.add_argument("--strict", action="store_true", help="treat warnings as errors")
    parser.add_argument("--ignore", action="append", metavar="RULE", help="skip a rule; repeatable")
    options.add_color(parser)


def run(arguments: Arguments) -> int:
    """Print the findings; the exit status is 1 if one of them is an error."""
    from postrender.conversion import checks
    from postrender.report import formats as report

    checks.require_known(arguments.ignore)
    configs = [file for file in arguments.files if _is_config(file, arguments.limits)]
    manifests = [file for file in arguments.files if file not in configs]
    wrong = [problem for path in configs for problem in _problems(path, arguments.limits)]
    stdio.say_lines(map(str, wrong))
    if wrong or (configs and not manifests):
        return errors.USAGE if wrong else errors.OK
    found = _findings(arguments, manifests)
    is_text = arguments.format == FORMATS[0]
    written = {"json": report.findings_as_json, "github": report.findings_for_github, "text": report.findings_as_text}
    stdio.write(
        written[arguments.format](found).encode(), report.colour_of_finding if is_text else None, arguments.color
    )
    counting = ("error", "warning") if arguments.strict else ("error",)
    return errors.DIFFERENCES if any(finding.level in counting for finding in found) else errors.OK


def _is_config(file: str, limits: Limits) -> bool:
    """Report whether a file is meant as a config: by what it says of itself, or else by its name."""
    from postrender import config
    from postrender.cli import sources
    from postrender.hosts import files

    path = sources.path(file)
    if path is None:
        return False
    if os.path.basename(path).startswith("spk-macvlan"):
        return True
    data = files.read(path, limits)
    return len(data) <= limits.config_size and config.KIND.encode() in data and config.API_VERSION.encode() in data


def _findings(arguments: Arguments, files: Sequence[str]) -> tuple[Finding, ...]:
    from postrender.conversion import checks

    settings = conversions.settings(arguments.config, arguments.limits)
    how = conversions.options(arguments.include_hooks, arguments.limits)
    path = conversions.config_path(arguments.config)
    converted = conversions.convert_files(settings, how, files, arguments.allow_no_target, arguments.verbose)
    found = [
        finding
        for each in converted
        for finding in checks.findings(each, settings, whole_stream=True, ignored=arguments.ignore)
    ]
    return conversions.located(found, path)


def _problems(path: str, limits: Limits) -> Iterator[Exception]:
    """Yield the errors of a config."""
    from postrender import config

    try:
        config.load(path, limits)
    except errors.Failure as failure:
        yield failure
