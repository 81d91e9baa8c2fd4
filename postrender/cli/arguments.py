"""Parses the command line with argparse; the same parser provides --help and the reference page.

A plain render does not load this module.
"""

from __future__ import annotations

import argparse
import itertools
from typing import TYPE_CHECKING

from postrender import limits
from postrender.cli import commands, options, stdio
from postrender.cli.commands import Command, Misuse, Reporting, render
from postrender.errors import STATUSES, brief, suggestion

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, NoReturn

    from postrender.cli.commands import Verb

    Verbs = argparse._SubParsersAction[Any]

DESCRIPTION = """\
Convert rendered SPK manifests (standard input) to macvlan (standard output), and change nothing else.
For labs only: F5 does not support SPK on macvlan in production.

  helm template NAME CHART | spk-macvlan | kubectl apply -f -"""
HELP, VERSION = "help", "version"
MEANT = {"-c": "--config", "-n": "--namespace", "-o": "--format", "-v": "--verbose", "-V": "--version"}
READING = {
    **dict.fromkeys(("check", "diff", "values"), "pass FILE without -f"),
    **dict.fromkeys(
        (commands.RENDER, "compile", "krm"), f"pass the file on standard input: `{stdio.PROGRAM} … < FILE`"
    ),
}
TAKES = {
    commands.RENDER: f"; pass the file on standard input: `{stdio.PROGRAM} < FILE`",
    "init": "; use --from FILE for a chart's values file or rendered manifests",
}
#: Options that users know from other programs, and this program's verbs with the same effect.
INSTEAD = {"--dry-run": "diff", "--validate": "check", "--lint": "check"}
#: Words that users may mistake for verbs, and the rest of the error message for each.
NOT_VERBS = {
    **dict.fromkeys(
        ("convert", "apply", "run", "transform"),
        f"is not a verb; to convert a file, use `{stdio.PROGRAM} < FILE`",
    ),
    **dict.fromkeys(("validate", "lint", "test"), "is not a verb; did you mean check?"),
    **dict.fromkeys(
        ("install", "upgrade", "template", "uninstall", "rollback"),
        f"is a Helm command; run this program through Helm: `helm install … --post-renderer {stdio.PROGRAM}`",
    ),
    **dict.fromkeys(
        ("revert", "undo", "restore"),
        "is not a verb; to undo the conversion, run `helm upgrade` without --post-renderer",
    ),
    **{word: f"must come first: `{stdio.PROGRAM} {word}`" for word in (HELP, VERSION)},
}
BEGUN = 4  #: the minimum length of a word to suggest an option or verb that starts with it
EPILOG = "exit statuses:\n" + "\n".join(f"  {it.number:<4} {it.meaning}" for it in STATUSES)


class Information(Exception):
    """Raised if the user asks for help or for the version. Its text is the output."""


class _Reader(argparse.ArgumentParser):
    """A parser that raises an exception instead of printing and exiting, and stores all options in one namespace.

    Options before a mistake, such as --debug, therefore apply when the mistake is reported. Options that the user omits
    are absent from the namespace; their defaults are in the verb's `Arguments`. A verb's module is loaded when the
    verb's options are parsed.
    """

    def __init__(self, given: argparse.Namespace, verb: str = "", **others: Any) -> None:
        super().__init__(argument_default=argparse.SUPPRESS, **others)
        self.given = given
        self.verb = verb
        self.words: Sequence[str] = ()

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        if self.verb:
            _describe(self, commands.load(self.verb))
        return super().parse_known_args(args, self.given if namespace is None else namespace)

    def error(self, message: str) -> NoReturn:
        if "version" in self.given:
            raise Information(stdio.VERSION)
        verb = self.verb or getattr(self.given, "verb", None) or ""
        named = f"{stdio.PROGRAM} {verb}" if verb in commands.VERBS else stdio.PROGRAM
        raise Misuse(f"{message}; see `{named} --help`", _reporting(self.given))

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.dest == "verb" and value not in commands.VERBS:
            self.error(_no_verb(str(value), self.words))
        if action.choices is not None and value not in action.choices:
            self.error(_no_choice(action, str(value)))

    def print_help(self, _file: object = None) -> NoReturn:
        raise Information((self if self.verb else parser()).format_help())


def parse(words: Sequence[str]) -> Command:
    """Parse a command line; raise Misuse if it is not valid, and Information for help or the version.

    Helm 4 passes an unset variable as an empty argument. A standalone empty argument is ignored. An empty option value
    is an error: otherwise, the program would silently use the option's default, such as a different config.
    """
    words = _without_empty(words)
    if words[:1] == [HELP]:
        words = [*words[1:], "--help"]
    if words[:1] == [VERSION]:
        raise Information(stdio.VERSION)
    given = argparse.Namespace()
    reader = _reader(given, words)
    _, unknown = reader.parse_known_args(words)
    if "version" in given or "--version" in unknown:  # no verb has an option --version
        raise Information(stdio.VERSION)
    for name in _without_value(words):
        reader.error(f"{name} has no value, perhaps because a variable is not set; add a value or remove the option")
    if unknown:
        reader.error(_unknown(unknown, given))
    return _command(given)


def _without_empty(words: Sequence[str]) -> list[str]:
    """Return the arguments without empty ones, but keep an empty argument that is the value of an option."""
    if "" not in words:
        return list(words)
    valued = _valued(words)
    return [word for before, word in zip(("", *words), words, strict=False) if word or before in valued]


def _without_value(words: Sequence[str]) -> list[str]:
    """Return the options whose value is empty."""
    spaced = [name for name, value in itertools.pairwise(words) if not value]
    return spaced + [word[:-1] for word in words if word.endswith("=") and word[:-1] in _valued(words)]


def _valued(words: Sequence[str]) -> list[str]:
    """Return the options that take a value."""
    verb = next((word for word in words if word in commands.VERBS), commands.RENDER)
    return [name for name, action in _actions(verb).items() if action.nargs is None]


def _reader(given: argparse.Namespace, words: Sequence[str]) -> _Reader:
    """Return a parser that stores options in `given`, and loads only the module of the verb on the command line."""
    reader = _Reader(given, prog=stdio.PROGRAM, allow_abbrev=False)
    reader.words = words
    verbs = _add_whole(reader)
    for verb in commands.VERBS:
        verbs.add_parser(verb, given=given, verb=verb)
    return reader


def _no_verb(word: str, words: Sequence[str]) -> str:
    """Return the error message for an argument that is not a verb, but may be the value of an unknown option."""
    known = _actions(commands.RENDER)
    before = (it for it in words[: list(words).index(word) + 1] if it.startswith("-"))
    unknown = next((it for it in before if it.partition("=")[0] not in known), None)
    if unknown:
        return _unknown_option(unknown, commands.RENDER)
    if word in NOT_VERBS:
        return f"{word} {NOT_VERBS[word]}"
    if "." in word or "/" in word:
        reads = f"convert a file with `{stdio.PROGRAM} < FILE`, or pass it to check or diff"
        return f"{brief(word)} is not a verb; {reads}"
    return f"{brief(word)} is not a verb{_suggested(word, (*commands.VERBS, HELP, VERSION))}"


def _no_choice(action: argparse.Action, value: str) -> str:
    choices = [str(it) for it in action.choices or ()]
    name = "/".join(action.option_strings) or action.dest
    return f"{name} must be {' or '.join(choices)}, not {brief(value)}{_suggested(value, choices)}"


def _unknown(words: Sequence[str], given: argparse.Namespace) -> str:
    """Return the error message for the first argument that neither the verb nor the program accepts."""
    verb, word = given.verb or commands.RENDER, words[0]
    if word.startswith("-"):
        return _unknown_option(word, verb)
    advice = _network(words, given.network) if "network" in given else ""
    return f"{verb} does not take the argument {brief(word)}{advice or TAKES.get(verb, '')}"


def _network(words: Sequence[str], before: Sequence[str]) -> str:
    """Return advice for extra arguments after a --network option; `before` lists the values of --network so far."""
    name, _, master = words[0].partition("=")
    if name and master:
        return f"; give each network its own --network {brief(words[0])}"
    network = f"{before[-1].rstrip('=')}={next((it for it in words if it.strip('=')), 'MASTER').lstrip('=')}"
    return f"; write --network {brief(network)}"


def _unknown_option(word: str, verb: str) -> str:
    actions = _actions(verb)
    if "--format" in actions and word[2:] in (actions["--format"].choices or ()):
        return f"unknown option {brief(word)}; write --format {word[2:]}"
    known = [it for it in actions if it.startswith("--")]
    return _one_word(word, known) or _misspelled(word.partition("=")[0], verb, known)


def _one_word(word: str, known: Sequence[str]) -> str:
    """Return the error message for an option and its value in one argument; an empty string for any other mistake."""
    name, _, rest = word.partition(" ")
    value = rest.strip()
    if name not in known or not value:
        return ""
    advice = "pass its parts as separate arguments" if value.startswith("-") else f"write {name}={value}"
    return f"{brief(word)} is a single argument; {advice} (in Helm, put --post-renderer-args= before each argument)"


def _misspelled(name: str, verb: str, known: Sequence[str]) -> str:
    if name in known:
        return f"{verb} does not take {name}; remove it"
    meant = MEANT.get(name[:2]) if not name.startswith("--") else None
    if meant in known:
        return f"unknown option {brief(name)}; did you mean {meant}?"
    if name in ("-n", "--namespace"):
        return f"{verb} has no option {name}; set spec.tmm.namespace in the config"
    if name in INSTEAD:
        return f"unknown option {brief(name)}; use the verb {INSTEAD[name]}"
    if name == "-f" and verb in READING:
        return f"unknown option -f; {READING[verb]}"
    return f"unknown option {brief(name)}{_suggested(name, known)}"


def _actions(verb: str) -> dict[str, argparse.Action]:
    """Return the options that a command line with this verb may use, as argparse actions by option name."""
    own = argparse.ArgumentParser()
    commands.load(verb).add_options(own)
    whole = argparse.ArgumentParser(add_help=False)
    _add_whole(whole)
    return {**own._option_string_actions, **whole._option_string_actions}


def _suggested(word: str, known: Sequence[str]) -> str:
    begun = [it for it in known if len(word) >= BEGUN and it.startswith(word)]
    return suggestion(word, begun or known)


def parser() -> argparse.ArgumentParser:
    """Return a parser for the whole command line."""
    whole = argparse.ArgumentParser(
        stdio.PROGRAM,
        description=DESCRIPTION,
        epilog=EPILOG,
        allow_abbrev=False,
        formatter_class=_Grouped,
    )
    verbs = _add_whole(whole)
    for verb in commands.VERBS:
        command = commands.load(verb)
        _describe(verbs.add_parser(verb, help=command.SUMMARY), command)
    return whole


def _describe(own: argparse.ArgumentParser, command: Verb) -> None:
    """Add a verb's options, description and example to its parser."""
    command.add_options(own)
    own.description = f"{command.SUMMARY[0].upper()}{command.SUMMARY[1:]}."
    own.epilog = f"example:\n  {command.EXAMPLE}"
    own.formatter_class = argparse.RawDescriptionHelpFormatter


class _Grouped(argparse.RawDescriptionHelpFormatter):
    """A help formatter that lists the verbs in groups."""

    def _format_action(self, action: argparse.Action) -> str:
        if not isinstance(action, argparse._SubParsersAction):
            return super()._format_action(action)
        helps = {choice.dest: str(choice.help) for choice in action._choices_actions}
        groups = commands.GROUPS.items()
        lines = [
            line
            for title, verbs in groups
            for line in (f"  {title}:", *(f"    {verb:<12} {helps[verb]}" for verb in verbs), "")
        ]
        return "".join(f"{line}\n" for line in (*lines, f"  For a verb's options, run `{stdio.PROGRAM} help VERB`."))


def _add_whole(whole: argparse.ArgumentParser) -> Verbs:
    """Add the options that may precede a verb, including those of a render; return the object for adding verbs."""
    whole.add_argument("--version", action="store_true", help="print the version")
    options.add_common(whole, *render.FLAGS, limits_in_full=True)
    whole._positionals.title = "verbs (default: render)"
    return whole.add_subparsers(dest="verb", metavar="VERB")


def _command(given: argparse.Namespace) -> Command:
    """Return the parsed command; raise Misuse if a verb other than `render` runs as Helm's post-renderer."""
    verb = given.verb or commands.RENDER
    if verb != commands.RENDER and "on_error_document" in given:
        sentence = f"Helm would use the output of {verb} as the release; remove {verb} from --post-renderer-args"
        raise Misuse(sentence, Reporting(on_error_document=True))
    kind = commands.load(verb).Arguments
    present = {name: value for name, value in vars(given).items() if value not in ("", [], None)}
    known = {name: tuple(value) if isinstance(value, list) else value for name, value in present.items()}
    if "limit" in known:
        known["limits"] = limits.parse(known["limit"])
    own = {name: value for name, value in known.items() if name in kind._fields}
    return Command(verb, kind(**own), _reporting(given))


def _reporting(given: argparse.Namespace) -> Reporting:
    """Return how to report a failure. Only a render may print an error document, because the exit status is then 0."""
    is_render = getattr(given, "verb", None) in (None, commands.RENDER)
    form = getattr(given, "format", "")
    read = form if form in commands.READ_BY_PROGRAMS else ""
    return Reporting("debug" in given, is_render and "on_error_document" in given, read)
