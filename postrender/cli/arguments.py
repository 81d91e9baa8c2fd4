"""Parses the command line with argparse, whose parser also provides --help and the reference page.

Not loaded for a plain render.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from postrender import limits
from postrender.cli import commands, options, stdio
from postrender.cli.commands import Command, Misuse, Reporting, render

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, NoReturn

    Verbs = argparse._SubParsersAction[Any]

DESCRIPTION = """\
Convert rendered SPK manifests (standard input) to macvlan (standard output), and change nothing else.
For labs only: F5 does not support SPK on macvlan in production."""
EPILOG = """\
exit status: 0 ok; 1 differences or findings; 2 usage or config; 3 input that cannot be read or is refused;
4 no TMM found; 70 internal error (a bug); 130 interrupted"""


class Information(Exception):
    """The user asked for help or for the version; the exception's text is what to print."""


class _Reader(argparse.ArgumentParser):
    """Raises where argparse would print and exit, and reads every word into one namespace.

    Options that precede a mistake, such as --debug, are therefore known when it is reported. Options that are not given
    are absent from the namespace; a verb's `Arguments` hold the defaults. A verb is loaded when its options are read.
    """

    def __init__(self, given: argparse.Namespace, verb: str = "", **others: Any) -> None:
        super().__init__(argument_default=argparse.SUPPRESS, **others)
        self.given = given
        self.verb = verb

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        if self.verb:
            commands.load(self.verb).add_options(self)
        return super().parse_known_args(args, self.given if namespace is None else namespace)

    def error(self, message: str) -> NoReturn:
        if "version" in self.given:
            raise Information(stdio.VERSION)
        raise Misuse(f"{message}; see `{self.prog} --help`", _reporting(self.given))

    def print_help(self, _file: object = None) -> NoReturn:
        raise Information((self if self.verb else parser()).format_help())


def parse(words: Sequence[str]) -> Command:
    """Parse a command line; raise Misuse if it is not valid, Information for help or version."""
    given = argparse.Namespace()
    reader = _Reader(given, prog=stdio.PROGRAM, allow_abbrev=False)
    verbs = _add_whole(reader)
    for verb in commands.VERBS:
        verbs.add_parser(verb, given=given, verb=verb)
    _, unknown = reader.parse_known_args(words)
    if "version" in given or "--version" in unknown:  # no verb knows it
        raise Information(stdio.VERSION)
    if unknown:
        reader.error(f"unrecognized arguments: {' '.join(unknown)}")
    return _command(given)


def parser() -> argparse.ArgumentParser:
    """Return a parser of the whole command line."""
    whole = argparse.ArgumentParser(
        stdio.PROGRAM,
        description=DESCRIPTION,
        epilog=EPILOG,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = _add_whole(whole)
    for verb in commands.VERBS:
        command = commands.load(verb)
        command.add_options(verbs.add_parser(verb, help=command.SUMMARY))
    return whole


def _add_whole(whole: argparse.ArgumentParser) -> Verbs:
    """Add the options that may precede the verb, and those of a render."""
    whole.add_argument("--version", action="store_true", help="print the version")
    options.add_common(whole, *render.FLAGS)
    return whole.add_subparsers(dest="verb", metavar="VERB", help="what to do (default: render)")


def _command(given: argparse.Namespace) -> Command:
    """Return a command with the arguments of its verb; an empty value counts as not given."""
    verb = given.verb or "render"
    kind = commands.load(verb).Arguments
    known = {name: _frozen(value) for name, value in vars(given).items() if value}
    if "limit" in known:
        known["limits"] = limits.parsed(known["limit"])
    own = {name: value for name, value in known.items() if name in kind._fields}
    return Command(verb, kind(**own), _reporting(given))


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _reporting(given: argparse.Namespace) -> Reporting:
    """Return how to report a failure. An error as a document is exit status 0, so only a render may do that."""
    is_render = getattr(given, "verb", None) in (None, "render")
    return Reporting("debug" in given, is_render and "on_error_document" in given)
