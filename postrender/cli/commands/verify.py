"""`verify`: compare a live cluster with the config. Standard input is not read."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from postrender import errors
from postrender.cli import conversions, options, stdio
from postrender.limits import DEFAULTS, Work, whole_number
from postrender.record import NamedTuple

if TYPE_CHECKING:
    from postrender.config import Config
    from postrender.limits import Limits

SUMMARY = "compare a live cluster with the config (read-only)"
EXAMPLE = "spk-macvlan verify --namespace spk-ingress"
FORMATS = ("text", "json", "markdown")
MAX_TIMEOUT = 3600


class Arguments(NamedTuple):
    """The arguments of `verify`."""

    config: str | None = None
    format: str = FORMATS[0]
    strict: bool = False
    explain: bool = False
    namespace: str | None = None
    kubectl: str | None = None
    context: str | None = None
    kubeconfig: str | None = None
    timeout: int = 30
    limits: Limits = DEFAULTS


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `verify`."""
    options.add_common(parser, "--debug")
    parser.add_argument("--format", choices=FORMATS, help="output format (default: text)")
    parser.add_argument("--strict", action="store_true", help="also exit with status 1 for unknown rows")
    parser.add_argument(
        "--explain",
        action="store_true",
        help="print the client's version and path, and commands to investigate further; contact no cluster",
    )
    options.add_namespace(parser, "spec.tmm.namespace, else the namespace where the TMM is found")
    parser.add_argument("--kubectl", metavar="PATH", help="the client program (default: kubectl, else oc)")
    parser.add_argument("--context", metavar="NAME", help="the kubeconfig context to use, passed to kubectl")
    parser.add_argument("--kubeconfig", metavar="FILE", help="the kubeconfig file to use, passed to kubectl")
    parser.add_argument("--timeout", metavar="SECONDS", type=_seconds, help="time limit for each request (default: 30)")


def _seconds(text: str) -> int:
    seconds = whole_number(text, len(str(MAX_TIMEOUT)))
    if seconds is None or not 0 < seconds <= MAX_TIMEOUT:
        raise argparse.ArgumentTypeError(f"must be a whole number of seconds from 1 to {MAX_TIMEOUT}, not {text!r}")
    return seconds


def run(arguments: Arguments) -> int:
    """Print a row for each comparison; return exit status 1 if there is a difference."""
    from postrender import programs
    from postrender import verify as cluster
    from postrender.cli import timer
    from postrender.verify import kubectl, rows, table

    settings = conversions.settings(arguments.config, arguments.limits, arguments.namespace)
    if arguments.explain:
        return _explain(arguments, settings)
    program = kubectl.find(arguments.kubectl)
    access = kubectl.Access(program, Work(arguments.limits), arguments.context, arguments.kubeconfig, arguments.timeout)
    with programs.ending(), timer.limited_searches():
        found = cluster.verify(settings, access)
    stdio.write(table.format_rows(found, arguments.format).encode("utf-8", "backslashreplace"))
    return errors.DIFFERENCES if rows.differ(found, strict=arguments.strict) else errors.OK


def _explain(arguments: Arguments, settings: Config) -> int:
    """Print commands to run by hand for a closer look, and the client program that was found."""
    from postrender import programs
    from postrender.verify import client, next_steps

    with programs.ending():
        program = client.find(arguments.kubectl, arguments.timeout)
    stdio.write(next_steps.format_steps(settings, program, arguments.format).encode("utf-8", "backslashreplace"))
    return errors.OK
