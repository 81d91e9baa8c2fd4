"""`render`, the default verb: manifests in, converted manifests out, findings on standard error.

It parses its command line without argparse, which takes longer than the conversion. argparse handles everything else:
another verb, --help, or a mistake.
"""

from __future__ import annotations

from postrender.cli import conversions, stdio
from postrender.cli.commands import Command, Reporting
from postrender.limits import DEFAULTS
from postrender.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from postrender.limits import Limits

SUMMARY = "convert manifests (the default)"
EXAMPLE = "helm template NAME CHART | spk-macvlan > converted.yaml"
CONFIG = "--config"
FLAGS = ("--include-hooks", "--allow-no-target", "--on-error-document", "--strict", "--verbose", "--debug")


class Arguments(NamedTuple):
    """The arguments of a render."""

    config: str | None = None
    include_hooks: bool = False
    allow_no_target: bool = False
    strict: bool = False
    verbose: bool = False
    limits: Limits = DEFAULTS


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options for rendering."""
    from postrender.cli import options

    options.add_common(parser, *FLAGS)


def run(arguments: Arguments) -> int:
    """Convert standard input. The config is read first, so that its errors appear even without manifests."""
    from postrender.conversion import checks

    settings = conversions.settings(arguments.config, arguments.limits)
    wanted = conversions.make_options(arguments.include_hooks, arguments.limits)
    converted = conversions.convert(settings, wanted, arguments.allow_no_target, arguments.verbose)
    found = checks.of_render(converted, settings, strict=arguments.strict)
    if found:
        found = conversions.resolve_places(found, conversions.config_path(arguments.config))
    checks.refuse_if_strict(found, settings, strict=arguments.strict)
    stdio.answer(converted.output, found)
    return 0


def read_by_hand(words: Sequence[str]) -> Command | None:
    """Parse the command line of a plain render; return None for anything else."""
    config, flags = None, set()
    rest = iter(words)
    for word in filter(None, rest):  # Helm 4 passes an unset variable as an empty argument
        name, equals, value = word.partition("=")
        if name == CONFIG and config is None:
            config = value if equals else next(rest, "")
            if not config or (not equals and config.startswith("-")):
                return None
        elif word in FLAGS:
            flags.add(word)
        else:
            return None
    hooks, no_target, on_error_document, strict, verbose, debug = (flag in flags for flag in FLAGS)
    return Command(
        "render",
        Arguments(config, hooks, no_target, strict, verbose),
        reporting=Reporting(debug, on_error_document),
    )
