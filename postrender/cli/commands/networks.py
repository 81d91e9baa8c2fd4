"""`networks`: print only the config's NetworkAttachmentDefinitions, to apply before the release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.cli import conversions, options, stdio
from postrender.limits import DEFAULTS
from postrender.record import NamedTuple

if TYPE_CHECKING:
    import argparse

    from postrender.limits import Limits

SUMMARY = "print only the NetworkAttachmentDefinitions of the config"
EXAMPLE = "spk-macvlan networks | kubectl apply -f -"


class Arguments(NamedTuple):
    """The arguments of `networks`."""

    config: str | None = None
    namespace: str | None = None
    limits: Limits = DEFAULTS


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `networks`."""
    options.add_common(parser, "--debug")
    options.add_namespace(parser, "spec.tmm.namespace, else the namespace of `kubectl apply`")


def run(arguments: Arguments) -> int:
    """Print the definitions."""
    from postrender.cli import timer
    from postrender.conversion import network_stream

    settings = conversions.settings(arguments.config, arguments.limits, arguments.namespace)
    with timer.limited_searches():
        stdio.write(network_stream.render(settings).data)
    return 0
