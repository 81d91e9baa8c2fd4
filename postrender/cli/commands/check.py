"""`check`: report findings on the converted stream, or on a values file, and the config; or only validate configs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from postrender import errors
from postrender.cli import conversions, options, sources, stdio, terminal
from postrender.limits import DEFAULTS
from postrender.record import NamedTuple

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from postrender.cli.sources import Source
    from postrender.limits import Limits
    from postrender.rules.finding import Finding
    from postrender.yamledit.stream import Stream

SUMMARY = "report what would fail or behave differently than intended"
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
    options.add_files(parser, " or values files to check, or configs to validate")
    parser.add_argument("--format", choices=FORMATS, help="output format (default: text)")
    parser.add_argument("--strict", action="store_true", help="also exit with status 1 for warnings")
    parser.add_argument("--ignore", action="append", metavar="RULE", help="skip a rule; repeatable")
    options.add_color(parser)


def run(arguments: Arguments) -> int:
    """Print the findings; return exit status 1 if there is an error or, with --strict, a warning."""
    from postrender.conversion import checks

    checks.require_known(arguments.ignore)
    given = sources.read_all(arguments.files, arguments.limits, stdio.MANIFESTS)
    configs = [it for it in given if sources.is_config(it)]
    manifests = [it for it in given if it not in configs]
    if configs and manifests:
        name = configs[0].file
        raise errors.UsageError(f"{name} is a config; to check manifests with it, use --config {name}")
    wrong = [problem for it in configs for problem in _problems(it, arguments.limits)]
    if wrong:
        return _refused(arguments, wrong)
    if configs and os.isatty(1):
        stdio.write("".join(f"{it.file or '<stdin>'}: no mistakes\n" for it in configs).encode())
    return _report(arguments, _findings(arguments, manifests) if manifests else ())


def _refused(arguments: Arguments, wrong: Sequence[errors.Failure]) -> int:
    """Report the mistakes in the configs, also on standard output if --format is json or github."""
    from postrender.report import failures

    for message in (message for failure in wrong for message in failure.messages):
        stdio.say(*message)
    stdio.write(failures.serialize(wrong, arguments.format).encode())
    return errors.USAGE


def _report(arguments: Arguments, found: Sequence[Finding]) -> int:
    from postrender.report import formats as report

    written = {"json": report.findings_as_json, "github": report.findings_for_github, "text": report.findings_as_text}
    is_text = arguments.format == FORMATS[0]
    colours = report.colours_of_findings(found) if is_text else ()
    is_silent = not found and is_text and arguments.files  # nothing to print about the given files
    stdio.write(b"" if is_silent else written[arguments.format](found).encode(), colours, arguments.color)
    counting = ("error", "warning") if arguments.strict else ("error",)
    return errors.DIFFERENCES if any(finding.level in counting for finding in found) else errors.OK


def _findings(arguments: Arguments, given: Sequence[Source]) -> tuple[Finding, ...]:
    from postrender.conversion import checks, values_checks

    settings = conversions.settings(arguments.config, arguments.limits)
    wanted = conversions.make_options(arguments.include_hooks, arguments.limits)
    path = conversions.config_path(arguments.config)
    charts = [it for it in given if _is_values_file(it, arguments.limits)]
    found = [
        finding
        for it in charts
        for finding in values_checks.findings(_stream(it, arguments.limits), settings, arguments.ignore)
    ]
    manifests = [it for it in given if it not in charts]
    allowed = arguments.allow_no_target
    converted = conversions.convert_all(settings, wanted, manifests, allowed, arguments.verbose) if manifests else ()
    for each in converted:
        found += checks.findings(each, settings, whole_stream=True, ignored=arguments.ignore)
    return conversions.resolve_places(found, path)


def _stream(given: Source, limits: Limits) -> Stream:
    from postrender.yamledit import stream

    return stream.read(given.data, given.file or stream.STDIN, limits)


def _is_values_file(given: Source, limits: Limits) -> bool:
    """Report whether an input is a chart's values file; manifests, which start with an apiVersion, are not parsed."""
    from postrender.spk import values_file

    lines = b"\n" + given.data
    if any(lines.find(word) >= 0 for word in (b"\napiVersion:", b"\nkind:")):
        return False
    try:
        return values_file.is_values_file(_stream(given, limits))
    except errors.InputError:
        return False  # the conversion reports what is wrong


def _problems(given: Source, limits: Limits) -> Iterator[errors.Failure]:
    """Yield the errors of a config."""
    from postrender import config
    from postrender.conversion import self_ips

    name = given.file or "<stdin>"
    try:
        self_ips.objects(config.parse(given.data, name, limits))
    except errors.UsageError as misfit:
        yield errors.ConfigError(misfit.sentence, errors.Place(name))
    except errors.Failure as failure:
        yield failure
