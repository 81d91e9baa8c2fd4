"""`helm-plugin`: the Helm 4 plugin's folder, written, or where the shipped one is."""

from __future__ import annotations

import os

from postrender.cli import stdio
from postrender.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

SUMMARY = "write the Helm 4 plugin folder, or print the shipped one's path"


class Arguments(NamedTuple):
    """What `helm-plugin` can be told."""

    directory: str | None = None


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what `helm-plugin` takes."""
    writing = "write DIR/spk-macvlan; HELM_PLUGINS=DIR then works"
    parser.add_argument("directory", nargs="?", metavar="DIR", help=writing)


def run(arguments: Arguments) -> int:
    """Print the folder's path, after writing it where one is asked for."""
    from postrender.hosts import helm

    folder = helm.write_plugin(arguments.directory) if arguments.directory else helm.plugin_folder()
    stdio.write(os.fsencode(folder) + b"\n")
    return 0
