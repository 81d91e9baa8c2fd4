"""Words of the command line -> Arguments.

The words that a render takes are read by hand: argparse costs more than the conversion. Whatever that does not know
(a verb, --help, a mistake) goes to argparse, whose parser (`postrender.parser`) is made from the same table.
"""

from __future__ import annotations

from postrender.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn


class Arguments(NamedTuple):
    """What the command line asks for."""

    verb: str = "render"
    config: str | None = None
    include_hooks: bool = False
    allow_no_target: bool = False
    on_error_document: bool = False
    verbose: bool = False
    debug: bool = False
    format: str = "text"
    strict: bool = False
    ignore: tuple[str, ...] = ()
    network: tuple[str, ...] = ()
    directory: str | None = None
    action: str = ""
    plugin_config: str | None = None
    force: bool = False
    helm_release: str | None = None
    flux_version: str | None = None
    only: str | None = None
    limit: tuple[str, ...] = ()
    values: str | None = None
    in_place: bool = False
    source: str | None = None
    kubectl: str | None = None
    context: str | None = None
    kubeconfig: str | None = None
    namespace: str | None = None
    timeout: int = 30
    explain: bool = False
    configs: tuple[str, ...] = ()
    shell: str = ""


CONFIG = "--config"
FLAGS = {
    "--include-hooks": "let documents with helm.sh/hook be converted too",
    "--allow-no-target": "pass a stream without TMM through, instead of exit status 4",
    "--on-error-document": "for Helm 4, which hides standard error: print an error as a document that it refuses",
    "--verbose": "say on standard error what was found and done",
    "--debug": "show the traceback of an error",
}


class Help(Exception):
    """The user asked for help; the exception's text is what to print."""


def parse(words: Sequence[str]) -> Arguments:
    """Return what the words ask for; raise UsageError where they cannot be understood."""
    return _render_words(words) or _any_words(words)


def _render_words(words: Sequence[str]) -> Arguments | None:
    """Read the words of a render; None where there is any other word."""
    found: dict[str, str | bool] = {}
    rest = iter(words)
    for word in rest:
        name, equals, value = word.partition("=")
        if name == CONFIG:
            found["config"] = value if equals else next(rest, "")
            if not found["config"] or (not equals and str(found["config"]).startswith("-")):
                return None
        elif word in FLAGS:
            found[_field(word)] = True
        else:
            return None
    return Arguments(**found)  # type: ignore[arg-type]


def _field(flag: str) -> str:
    return flag.removeprefix("--").replace("-", "_")


def _any_words(words: Sequence[str]) -> Arguments:
    import argparse

    from postrender.cli.parser import parser
    from postrender.errors import UsageError

    class Parser(argparse.ArgumentParser):
        def error(self, message: str) -> NoReturn:
            raise UsageError(f"{message}; see `{self.prog} --help`")

        def print_help(self, _file: object = None) -> NoReturn:
            raise Help(self.format_help())

    known = vars(parser(Parser, FLAGS).parse_args(list(words)))
    given = {name: value for name, value in known.items() if name in Arguments._fields and value}
    lists = {name: tuple(given.get(name, ())) for name in ("network", "ignore", "limit", "configs")}
    return Arguments(**{**given, **lists})
