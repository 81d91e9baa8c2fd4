"""`explain`: print a rule's manual page, or the explanation of a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender import errors
from postrender.cli import stdio, unread
from postrender.record import NamedTuple

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

SUMMARY = "explain a rule or a message, and what to do about it"
EXAMPLE = "kubectl describe pod NAME | spk-macvlan explain -"
STDIN = "-"
LONGEST = 1 << 18  #: only this many characters at the end of a text are searched: a log ends with the reason
ASKED = "paste the text, then press Ctrl-D"


class Arguments(NamedTuple):
    """The arguments of `explain`."""

    text: tuple[str, ...] = ()


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `explain`."""
    help_text = "a rule, or a message of one or more lines; `-` means standard input; default: list all rules"
    parser.add_argument("text", nargs="*", metavar="RULE/TEXT", help=help_text)


def run(arguments: Arguments) -> int:
    """Explain a text; return exit status 1 if it contains nothing known, or an unknown message of this program."""
    from postrender.manual import text
    from postrender.rules import manual

    if arguments.text != (STDIN,):
        unread.refuse_manifests("explain")
    if not arguments.text:
        stdio.write(text.list_rules(manual.pages()).encode())
        return errors.OK
    asked = (_read() if arguments.text == (STDIN,) else " ".join(arguments.text)).strip()
    if not asked:
        raise errors.UsageError("there is no text to explain; pass a message or the name of a rule")
    known, unknown = _known(asked[-LONGEST:])
    stdio.write("\n".join([*known, *unknown] or _unknown(asked)).encode())
    return errors.OK if known and not unknown else errors.DIFFERENCES


def _read() -> str:
    import os

    from postrender.limits import DEFAULTS

    if os.isatty(0):
        stdio.say(ASKED)
    return stdio.read(DEFAULTS, "").decode("utf-8", "replace")


def _known(asked: str) -> tuple[list[str], list[str]]:
    """Return explanations of the rules and messages in a text, and advice on this program's unexplained messages."""
    from postrender.manual import rules, search, text

    named = rules.find_named(asked)
    known = [*map(text.of_rule, named.pages), *map(text.of_entry, search.known(named.rest))]
    unknown = search.unknown_of_ours(named.rest)
    return known, [text.of_ours(map(errors.one_line, unknown))] if unknown else []


def _unknown(asked: str) -> Iterator[str]:
    """Yield the output for a text without a known rule or message, with the most similar known message."""
    from postrender.manual import search, text
    from postrender.rules import manual

    near = search.nearest(asked)
    suggested = errors.suggestion(asked, [page.rule for page in manual.pages()])
    yield f"not known: {errors.brief(asked)}{suggested}\n"
    if near:
        yield f"The nearest known message:\n\n{text.of_entry(near)}"
