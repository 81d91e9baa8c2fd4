"""`vlans`: print the config's self IPs as objects, to apply after the release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.cli import conversions, options, stdio
from postrender.errors import ConfigError, Place, UsageError
from postrender.limits import DEFAULTS
from postrender.record import NamedTuple

if TYPE_CHECKING:
    import argparse

    from postrender.limits import Limits

SUMMARY = "print the objects that give TMM its self IPs, to apply after the release"
EXAMPLE = "spk-macvlan vlans | kubectl apply -f -"


class Arguments(NamedTuple):
    """The arguments of `vlans`."""

    config: str | None = None
    namespace: str | None = None
    limits: Limits = DEFAULTS


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `vlans`."""
    options.add_common(parser, "--debug")
    options.add_namespace(parser, "spec.tmm.namespace, else the namespace of `kubectl apply`")


def run(arguments: Arguments) -> int:
    """Print the objects."""
    from postrender.conversion import self_ips

    settings = conversions.settings(arguments.config, arguments.limits, arguments.namespace)
    try:
        stdio.write(self_ips.stream_of(settings).data)
    except UsageError as error:
        raise ConfigError(error.sentence, Place(conversions.config_path(arguments.config))) from None
    return 0
