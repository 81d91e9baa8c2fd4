"""The script that completes our command lines in a shell, made of the same parser that reads them."""

from __future__ import annotations

import argparse

import shtab

from postrender.cli.arguments import FLAGS
from postrender.cli.parser import parser

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

#: What a value is, by the word that stands for it in --help.
KINDS = {"FILE": shtab.FILE, "CONFIG": shtab.FILE, "PATH": shtab.FILE, "DIR": shtab.DIRECTORY}


def script(shell: str) -> str:
    """Return the text that the shell reads."""
    whole = parser(argparse.ArgumentParser, FLAGS)
    for action in _actions(whole):
        if action.metavar in KINDS:
            action.complete = KINDS[action.metavar]  # type: ignore[attr-defined]  # where shtab looks for it
    written: str = shtab.complete(whole, shell)
    return written if written.endswith("\n") else f"{written}\n"


def _actions(whole: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in whole._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for choice in action._choices_actions:
                verb = action.choices[choice.dest]
                verb.description = choice.help  # shtab shows it beside the verb
                yield from _actions(verb)
