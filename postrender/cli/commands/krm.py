"""`krm`: run as a kustomize function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.cli import options, stdio
from postrender.limits import DEFAULTS
from postrender.record import NamedTuple

if TYPE_CHECKING:
    import argparse

    from postrender.limits import Limits

NEEDS = "no ResourceList on standard input; kustomize runs this verb as a function"
SUMMARY = "run as a kustomize function that converts a ResourceList"
EXAMPLE = "spk-macvlan krm < resource-list.yaml"


class Arguments(NamedTuple):
    """The arguments of `krm`. The config is in the input."""

    limits: Limits = DEFAULTS


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `krm`."""
    options.add_limit(parser)


def run(arguments: Arguments) -> int:
    """Convert the ResourceList on standard input, and print the result."""
    from postrender.cli import timer
    from postrender.hosts import kustomize

    data = stdio.read(arguments.limits, NEEDS)
    with timer.limited_searches():
        answer = kustomize.function(data, arguments.limits)
    stdio.answer(*answer)
    return 0
