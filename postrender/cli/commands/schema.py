"""`schema`: print the JSON Schema of the config or of a verb's JSON output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.cli import stdio
from postrender.record import NamedTuple

if TYPE_CHECKING:
    import argparse

SUMMARY = "print the JSON Schema of the config or of a verb's JSON output"
EXAMPLE = "spk-macvlan schema > spk-macvlan.schema.json"
OF = ("config", "check", "diff", "verify")


class Arguments(NamedTuple):
    """The arguments of `schema`."""

    of: str = OF[0]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `schema`."""
    parser.add_argument(
        "--of",
        choices=OF,
        help="what the schema describes: the config (default), or the output of this verb with --format json",
    )


def run(arguments: Arguments) -> int:
    """Print the schema."""
    from postrender import files

    stdio.write(files.read_shipped("schemas", f"{arguments.of}.schema.json"))
    return 0
