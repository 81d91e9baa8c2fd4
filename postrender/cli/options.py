"""Options that several verbs share, with their help texts."""

from __future__ import annotations

from postrender import limits
from postrender.cli import terminal

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import Any

CONFIG_HELP = "the config file (default: $SPK_MACVLAN_CONFIG, else spk-macvlan.yaml)"
LIMIT_HELP = f"raise a limit: {', '.join(limits.names())}; repeatable"
FLAGS = {
    "--include-hooks": "also convert Helm hooks (documents with the annotation helm.sh/hook)",
    "--allow-no-target": "pass through a stream without a TMM instead of exiting with status 4",
    "--on-error-document": "for Helm 4, which hides standard error: print errors as a document that Helm rejects",
    "--strict": "fail and write nothing if `check` finds an error",
    "--verbose": "report on standard error what was found and changed",
    "--debug": "show the traceback of an error",
}


def once() -> type[argparse.Action]:
    """Return an argparse action for an option that may be given only once; by default, the last value would win."""
    import argparse

    class Once(argparse.Action):
        def __call__(self, parser: argparse.ArgumentParser, given: Any, values: Any, name: str | None = None) -> None:
            if getattr(given, self.dest, None) is not None:
                parser.error(f"{name} is given twice; give it once")
            setattr(given, self.dest, values)

    return Once


def add_common(parser: argparse.ArgumentParser, *flags: str, limits_in_full: bool = False) -> None:
    """Add the options of a verb that reads the config: the config's path, the limits, and the given flags."""
    parser.add_argument("--config", metavar="FILE", help=CONFIG_HELP, action=once())
    add_limit(parser, in_full=limits_in_full)
    for flag in flags:
        parser.add_argument(flag, action="store_true", help=FLAGS[flag])


def add_namespace(parser: argparse.ArgumentParser, default: str) -> None:
    """Add the option for the TMM's namespace, with its default."""
    parser.add_argument("--namespace", metavar="NS", help=f"the TMM's namespace (default: {default})")


def add_files(parser: argparse.ArgumentParser, more: str = "") -> None:
    """Add the file arguments of a verb that reads manifests from files or from standard input."""
    help_text = f"manifests{more}; each file is a separate stream; `-` or no FILE means standard input"
    parser.add_argument("files", nargs="*", metavar="FILE", help=help_text)


def add_color(parser: argparse.ArgumentParser) -> None:
    """Add the option for color."""
    help_text = "when to use color; auto (the default) uses it on a terminal, unless NO_COLOR is set or TERM is dumb"
    parser.add_argument("--color", choices=terminal.WHEN, help=help_text)


def add_limit(parser: argparse.ArgumentParser, *, in_full: bool = False) -> None:
    """Add the option --limit. The help of a verb does not list the limits; the help of the program does."""
    help_text = LIMIT_HELP if in_full else "raise a limit; `spk-macvlan --help` lists the limits"
    parser.add_argument("--limit", metavar="NAME=AMOUNT", action="append", help=help_text)
