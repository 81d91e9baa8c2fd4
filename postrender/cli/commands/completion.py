"""`completion`: print a shell's completion script, generated from the argument parser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.cli import stdio
from postrender.record import NamedTuple

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

SUMMARY = "print the completion script for a shell"
EXAMPLE = "source <(spk-macvlan completion bash)"
SHELLS = ("bash", "fish", "powershell", "tcsh", "zsh")
FILES = ("FILE", "CONFIG", "PATH")  #: the metavars of file arguments
FOLDERS = ("DIR",)


class Arguments(NamedTuple):
    """The arguments of `completion`."""

    shell: str = ""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `completion`."""
    parser.add_argument("shell", choices=SHELLS, help="the shell")


def run(arguments: Arguments) -> int:
    """Print the script."""
    stdio.write(script(arguments.shell).encode())
    return 0


def script(shell: str) -> str:
    """Return the completion script for a shell."""
    import shtab

    from postrender.cli import arguments

    whole = arguments.parser()
    kinds = {**dict.fromkeys(FILES, shtab.FILE), **dict.fromkeys(FOLDERS, shtab.DIRECTORY)}
    for action in _actions(whole):
        if action.metavar in kinds:
            action.complete = kinds[action.metavar]  # type: ignore[attr-defined]  # where shtab looks for it
        action.choices = _names(action) or action.choices
    written: str = shtab.complete(whole, shell)
    return written if written.endswith("\n") else f"{written}\n"


def _names(action: argparse.Action) -> list[str]:
    """Return the names of rules or limits that an argument accepts; an empty list for other arguments."""
    from postrender import limits
    from postrender.conversion import checks
    from postrender.rules import manual

    if action.dest == "limit":
        return [f"{name}=" for name in limits.names()]
    if action.dest == "ignore":
        return checks.names()
    return [page.rule for page in manual.pages()] if action.dest == "text" else []


def _actions(whole: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    import argparse

    for action in whole._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for choice in action._choices_actions:
                verb = action.choices[choice.dest]
                verb.description = choice.help  # shtab shows the description beside the verb
                yield from _actions(verb)
