"""`schema`: print the config's JSON Schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.cli import stdio
from postrender.record import NamedTuple

if TYPE_CHECKING:
    import argparse

SUMMARY = "print the config's JSON Schema"
EXAMPLE = "spk-macvlan schema > spk-macvlan.schema.json"


class Arguments(NamedTuple):
    """`schema` has no arguments."""


def add_options(_parser: argparse.ArgumentParser) -> None:
    """Add no options."""


def run(_arguments: Arguments) -> int:
    """Print the schema."""
    from postrender.hosts import package_files

    stdio.write(package_files.read("schemas", "config.schema.json"))
    return 0
