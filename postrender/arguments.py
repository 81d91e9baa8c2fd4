"""Words of the command line -> Arguments.

The words that a render takes are read by hand: argparse costs more than the conversion. Whatever that does not know
(a verb, --help, a mistake) goes to argparse, whose parser is made from the same table.
"""

from __future__ import annotations

from postrender.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from typing import NoReturn


class Arguments(NamedTuple):
    """What the command line asks for."""

    verb: str = "render"
    config: str | None = None
    include_hooks: bool = False
    allow_no_target: bool = False
    on_error_document: bool = False
    debug: bool = False
    format: str = "text"
    strict: bool = False
    ignore: tuple[str, ...] = ()
    network: tuple[str, ...] = ()
    directory: str | None = None


CONFIG = "--config"
FLAGS = {
    "--include-hooks": "let documents with helm.sh/hook be converted too",
    "--allow-no-target": "pass a stream without TMM through, instead of exit status 4",
    "--on-error-document": "for Helm 4, which hides standard error: print an error as a document that it refuses",
    "--debug": "show the traceback of an error",
}
DESCRIPTION = """\
Convert rendered SPK manifests (standard input) to macvlan (standard output), and touch nothing else.
For labs: F5 does not support SPK on macvlan in production."""
EPILOG = """\
exit status: 0 ok; 1 differences or findings; 2 usage or config; 3 input that cannot be read or is refused;
4 no TMM found; 70 internal error (a bug); 130 interrupted"""


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

    from postrender.errors import UsageError

    class Parser(argparse.ArgumentParser):
        def error(self, message: str) -> NoReturn:
            raise UsageError(f"{message}; see `{self.prog} --help`")

        def print_help(self, _file: object = None) -> NoReturn:
            raise Help(self.format_help())

    known = vars(_parser(Parser).parse_args(list(words)))
    given = {name: value for name, value in known.items() if name in Arguments._fields and value}
    lists = {name: tuple(given.get(name, ())) for name in ("network", "ignore")}
    return Arguments(**{**given, **lists})


def _parser(kind: type[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    import argparse

    parser = kind("spk-macvlan", description=DESCRIPTION, epilog=EPILOG, allow_abbrev=False,
                  formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("--version", action="store_true", help="print the version")
    _add_render_options(parser, None, False)
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", help="what to do; without one, render")
    common = kind(add_help=False)
    _add_render_options(common, argparse.SUPPRESS, argparse.SUPPRESS)
    verbs.add_parser("render", help="convert manifests (the default)", parents=[common])
    init = verbs.add_parser("init", help="print a commented config")
    init.add_argument("--network", action="append", metavar="NAME=MASTER", help="a network and its NIC; repeatable")
    plugin = verbs.add_parser(
        "helm-plugin", help="write the Helm 4 plugin folder, or print the path of the shipped one"
    )
    plugin.add_argument(
        "directory", nargs="?", metavar="DIR", help="write DIR/spk-macvlan; HELM_PLUGINS=DIR then works"
    )
    check = verbs.add_parser("check", help="say what would not run, or not as meant", parents=[common])
    check.add_argument("--format", choices=("text", "json", "github"), help="how (default: text)")
    check.add_argument("--strict", action="store_true", help="let warnings count as errors")
    check.add_argument("--ignore", action="append", metavar="RULE", help="leave a rule out; repeatable")
    diff = verbs.add_parser("diff", help="show what would change, and why", parents=[common])
    diff.add_argument("--format", choices=("text", "json", "markdown"), help="how (default: text)")
    verbs.add_parser("vlans", help="print the F5SPKVlan objects of the config, for after the release", parents=[common])
    verbs.add_parser("schema", help="print the config's JSON Schema")
    return parser


def _add_render_options(parser: argparse.ArgumentParser, config: object, flag: object) -> None:
    help_text = "the config (default: $SPK_MACVLAN_CONFIG, else spk-macvlan.yaml)"
    parser.add_argument(CONFIG, metavar="FILE", default=config, help=help_text)
    for name, text in FLAGS.items():
        parser.add_argument(name, action="store_true", default=flag, help=text)
