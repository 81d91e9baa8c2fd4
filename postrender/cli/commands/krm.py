"""`krm`: run as a kustomize function, or as an older exec plugin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.cli import options, stdio
from postrender.limits import DEFAULTS
from postrender.record import NamedTuple

if TYPE_CHECKING:
    import argparse

    from postrender.hosts import Answer
    from postrender.limits import Limits

SUMMARY = "run as a kustomize function: a ResourceList in and out"


class Arguments(NamedTuple):
    """The arguments of `krm`: the config of an exec plugin; a function receives it in its input."""

    plugin_config: str | None = None
    limits: Limits = DEFAULTS


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `krm`."""
    options.add_limit(parser)
    older = "run as an older exec plugin with this config: a stream in and out"
    parser.add_argument("plugin_config", nargs="?", metavar="CONFIG", help=older)


def run(arguments: Arguments) -> int:
    """Convert standard input."""
    from postrender.cli import timer

    data = stdio.read(arguments.limits)
    with timer.limited_searches():
        answer = _answer(data, arguments)
    stdio.answer(*answer)
    return 0


def _answer(data: bytes, arguments: Arguments) -> Answer:
    from postrender import config
    from postrender.hosts import kustomize

    if arguments.plugin_config is None:
        return kustomize.function(data, arguments.limits)
    return kustomize.plugin(data, config.load(arguments.plugin_config, arguments.limits))
