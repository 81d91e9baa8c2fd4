"""`init`: print a commented config for given networks, or one proposed from a chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.cli import options, sources, stdio
from postrender.limits import DEFAULTS
from postrender.record import NamedTuple

if TYPE_CHECKING:
    import argparse

    from postrender.limits import Limits

NEEDS = "no chart; pass a values file, or pipe in the output of `helm template`"
SUMMARY = "print a commented config"
EXAMPLE = "spk-macvlan init --network macvlan-internal=ens224 > spk-macvlan.yaml"
NETWORK_HELP = "a network and its NIC; with --from, NAME=NEW:MASTER renames the network; repeatable"


class Arguments(NamedTuple):
    """The arguments of `init`."""

    network: tuple[str, ...] = ()
    source: str | None = None
    limits: Limits = DEFAULTS


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `init`."""
    options.add_limit(parser)
    parser.add_argument("--network", action="append", metavar="NAME=MASTER", help=NETWORK_HELP)
    proposing = "propose a config from a chart's values file or rendered manifests (`-` means standard input)"
    parser.add_argument("--from", dest="source", metavar="FILE", help=proposing)


def run(arguments: Arguments) -> int:
    """Print the config."""
    from postrender.config import template

    if arguments.source is None:
        from postrender.cli import unread

        unread.refuse_manifests("init", "to propose a config from them, add --from -")
    text = template.text(arguments.network) if arguments.source is None else _proposed(arguments)
    stdio.write(text.encode())
    return 0


def _proposed(arguments: Arguments) -> str:
    from postrender import proposal
    from postrender.config import template
    from postrender.errors import UsageError
    from postrender.yamledit import stream

    (given,) = sources.read_all((arguments.source or "",), arguments.limits, NEEDS)
    if sources.is_config(given):
        raise UsageError(
            "--from takes a chart's values file or manifests, not a config; to use a config, pass it to another verb"
            " with --config"
        )
    chart = stream.read(given.data, given.file or stream.STDIN, arguments.limits)
    return template.fill(proposal.propose(chart, arguments.network))
