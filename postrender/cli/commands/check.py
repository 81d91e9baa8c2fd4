"""`check`: report findings on the converted stream and the config, or only validate config files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender import errors
from postrender.cli import conversions, options, stdio
from postrender.limits import DEFAULTS
from postrender.record import NamedTuple

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from postrender.limits import Limits
    from postrender.rules.finding import Finding

SUMMARY = "report what would fail, or behave differently than intended"
FORMATS = ("text", "json", "github")


class Arguments(NamedTuple):
    """The arguments of `check`."""

    config: str | None = None
    include_hooks: bool = False
    allow_no_target: bool = False
    verbose: bool = False
    configs: tuple[str, ...] = ()
    format: str = FORMATS[0]
    strict: bool = False
    ignore: tuple[str, ...] = ()
    limits: Limits = DEFAULTS


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `check`."""
    options.add_common(parser, "--include-hooks", "--allow-no-target", "--verbose", "--debug")
    parser.add_argument(
        "configs", nargs="*", metavar="CONFIG", help="validate these config files instead; no manifests are read"
    )
    parser.add_argument("--format", choices=FORMATS, help="output format (default: text)")
    parser.add_argument("--strict", action="store_true", help="treat warnings as errors")
    parser.add_argument("--ignore", action="append", metavar="RULE", help="skip a rule; repeatable")


def run(arguments: Arguments) -> int:
    """Print the findings; the exit status is 1 if one of them is an error."""
    from postrender.conversion import checks
    from postrender.report import formats as report

    checks.require_known(arguments.ignore)
    if arguments.configs:
        return _check_configs(arguments)
    found = _findings(arguments)
    written = {"json": report.findings_as_json, "github": report.findings_for_github, "text": report.findings_as_text}
    stdio.write(written[arguments.format](found).encode())
    counting = ("error", "warning") if arguments.strict else ("error",)
    return errors.DIFFERENCES if any(finding.level in counting for finding in found) else errors.OK


def _findings(arguments: Arguments) -> tuple[Finding, ...]:
    from postrender.conversion import checks

    settings = conversions.settings(arguments.config, arguments.limits)
    how = conversions.options(arguments.include_hooks, arguments.limits)
    converted = conversions.convert(settings, how, arguments.allow_no_target, arguments.verbose)
    path = conversions.config_path(arguments.config)
    found = checks.findings(converted, settings, whole_stream=True, ignored=arguments.ignore)
    return conversions.located(found, path)


def _check_configs(arguments: Arguments) -> int:
    """Validate each config, and print nothing if all are valid. Standard input is not read."""
    given = {"--config": arguments.config, "--strict": arguments.strict, "--ignore": arguments.ignore}
    given["--format"] = arguments.format != FORMATS[0]
    for option, value in given.items():
        if value:
            raise errors.UsageError(f"check accepts {option} only without CONFIG arguments; remove one of them")
    found = [problem for path in arguments.configs for problem in _problems(path, arguments.limits)]
    stdio.say_lines(map(str, found))
    return errors.USAGE if found else errors.OK


def _problems(path: str, limits: Limits) -> Iterator[Exception]:
    """Yield the errors of a config."""
    from postrender import config

    try:
        config.load(path, limits)
    except errors.Failure as failure:
        yield failure
