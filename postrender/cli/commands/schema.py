"""`schema`: the config's JSON Schema, as it is shipped."""

from __future__ import annotations

from postrender.cli import stdio
from postrender.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

SUMMARY = "print the config's JSON Schema"


class Arguments(NamedTuple):
    """Nothing: there is one schema."""


def add_options(_parser: argparse.ArgumentParser) -> None:
    """Add nothing."""


def run(_arguments: Arguments) -> int:
    """Print the schema."""
    from postrender.hosts import package_files

    stdio.write(package_files.read("schemas", "config.schema.json"))
    return 0
