"""`helm-plugin`: write the Helm 4 plugin folder, or print the path of the folder that came with the program."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from postrender.cli import stdio
from postrender.record import NamedTuple

if TYPE_CHECKING:
    import argparse

SUMMARY = "write the Helm 4 plugin folder to DIR, or print the path of the folder that came with the program"
EXAMPLE = "spk-macvlan helm-plugin plugins"


class Arguments(NamedTuple):
    """The arguments of `helm-plugin`."""

    directory: str | None = None


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `helm-plugin`."""
    writing = "write DIR/spk-macvlan, for use with HELM_PLUGINS=DIR"
    parser.add_argument("directory", nargs="?", metavar="DIR", help=writing)


def run(arguments: Arguments) -> int:
    """Write the folder if a directory is given, and print its path."""
    from postrender.hosts import helm

    folder = helm.write_plugin(arguments.directory) if arguments.directory else helm.plugin_folder()
    stdio.write(os.fsencode(folder) + b"\n")
    if arguments.directory and os.isatty(2):
        stdio.say(f"for Helm 4, set HELM_PLUGINS to {os.path.abspath(arguments.directory)}")
    return 0
