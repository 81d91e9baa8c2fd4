"""Options that several verbs have, with what --help says of them."""

from __future__ import annotations

from postrender import limits

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

CONFIG_HELP = "the config (default: $SPK_MACVLAN_CONFIG, else spk-macvlan.yaml)"
LIMIT_HELP = f"read more than usual: {', '.join(limits.amounts)}; repeatable"
FLAGS = {
    "--include-hooks": "let documents with helm.sh/hook be converted too",
    "--allow-no-target": "pass a stream without TMM through, instead of exit status 4",
    "--on-error-document": "for Helm 4, which hides standard error: print an error as a document that it refuses",
    "--verbose": "say on standard error what was found and done",
    "--debug": "show the traceback of an error",
}


def add_common(parser: argparse.ArgumentParser, *flags: str) -> None:
    """Add what a verb that reads the config takes: where that is, limits, and those of the flags that it knows."""
    parser.add_argument("--config", metavar="FILE", help=CONFIG_HELP)
    add_limit(parser)
    for flag in flags:
        parser.add_argument(flag, action="store_true", help=FLAGS[flag])


def add_limit(parser: argparse.ArgumentParser) -> None:
    """Add the one option that whatever reads manifests has."""
    parser.add_argument("--limit", metavar="NAME=AMOUNT", action="append", help=LIMIT_HELP)
