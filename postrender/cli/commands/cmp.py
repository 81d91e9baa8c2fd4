"""`cmp`: the commands of the Argo CD config management plugin."""

from __future__ import annotations

import os

from postrender.cli import options, stdio
from postrender.limits import DEFAULTS
from postrender.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from postrender.limits import Limits

SUMMARY = "run as Argo CD's config management plugin"
EXAMPLE = "spk-macvlan cmp parameters"
PARAMETERS = "parameters"
ACTIONS = ("generate", PARAMETERS)


class Arguments(NamedTuple):
    """The arguments of `cmp`; Argo CD passes everything else in environment variables."""

    action: str = ""
    limits: Limits = DEFAULTS


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `cmp`."""
    options.add_limit(parser)
    parser.add_argument(
        "action",
        choices=ACTIONS,
        help="generate: render and convert the application; parameters: announce the parameters",
    )


def run(arguments: Arguments) -> int:
    """Print the converted manifests or the parameters."""
    if arguments.action == PARAMETERS:
        _announce_parameters()
    else:
        _generate(arguments.limits)
    return 0


def _announce_parameters() -> None:
    import json

    from postrender.hosts import parameters

    stdio.write(json.dumps(parameters.announcements(os.environ), indent=2).encode() + b"\n")


def _generate(limits: Limits) -> None:
    from postrender.cli import timer
    from postrender.hosts import argocd

    with timer.limited_searches():
        answer = argocd.generate(os.environ, limits)
    stdio.answer(*answer)
