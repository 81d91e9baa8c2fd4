from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postrender.cli import arguments, commands
from postrender.cli.commands import Command, Misuse, Reporting, check, helm_plugin, init, render, schema
from postrender.errors import UsageError
from postrender.limits import Limits

RENDER_WORDS = ["render", "--config=a", "--config", "b", *render.FLAGS]
QUIET = Reporting()
DEBUG = Reporting(debug=True)


def parse(words: list[str]) -> Command:
    return render.read_by_hand(words) or arguments.parse(words)


def by_argparse(words: list[str]) -> Command | str:
    try:
        return arguments.parse(words)
    except UsageError:
        return "refused"


def by_hand_first(words: list[str]) -> Command | str:
    try:
        return parse(words)
    except UsageError:
        return "refused"


def rendering(config: str | None = None, reporting: Reporting = QUIET, **flags: Any) -> Command:
    return Command("render", render.Arguments(config, **flags), reporting=reporting)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", rendering()),
        ("render", rendering()),
        ("--config a", rendering("a")),
        ("--config=a", rendering("a")),
        ("--config=a=b", rendering("a=b")),
        ("render --config a", rendering("a")),
        ("--config a render", rendering("a")),
        ("--include-hooks", rendering(include_hooks=True)),
        ("render --include-hooks", rendering(include_hooks=True)),
        ("--include-hooks render", rendering(include_hooks=True)),
        ("--allow-no-target --debug", rendering(reporting=DEBUG, allow_no_target=True)),
        ("--on-error-document", rendering(reporting=Reporting(on_error_document=True))),
        ("--debug --debug", rendering(reporting=DEBUG)),
        ("--verbose", rendering(verbose=True)),
        ("--limit values=1 render --limit entries=2", rendering(limits=Limits(values=1, entries=2))),
        ("init", Command("init", init.Arguments())),
        ("--config a init", Command("init", init.Arguments())),
        ("init --network a=b --network=c=d", Command("init", init.Arguments(network=("a=b", "c=d")))),
        (
            "--verbose check --strict a b",
            Command("check", check.Arguments(verbose=True, files=("a", "b"), strict=True)),
        ),
        ("helm-plugin", Command("helm-plugin", helm_plugin.Arguments())),
        ("helm-plugin plugins", Command("helm-plugin", helm_plugin.Arguments("plugins"))),
        ("--debug helm-plugin -- -odd", Command("helm-plugin", helm_plugin.Arguments("-odd"), reporting=DEBUG)),
        ("schema", Command("schema", schema.Arguments())),
    ],
)
def test_words(words: str, expected: Command) -> None:
    command = parse(words.split())
    assert command == expected
    assert type(command.arguments) is type(expected.arguments)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("rendr", "rendr is not a verb; did you mean render?;"),
        ("helo", "helo is not a verb; did you mean help?;"),
        ("zzz", "zzz is not a verb; see"),
        (
            "r.yaml",
            "r.yaml is not a verb; convert a file with `spk-macvlan < FILE`, or pass it to check or diff;",
        ),
        (
            "render extra",
            "render does not take the argument extra; pass the file on standard input: `spk-macvlan < FILE`;",
        ),
        ("check --format gitub", "--format must be text or json or github, not gitub; did you mean github?;"),
        ("--conf=a", "unknown option --conf; did you mean --config?;"),
        ("--conf a", "unknown option --conf; did you mean --config?;"),
        ("diff --formt json", "unknown option --formt; did you mean --format?;"),
        ("--unknown", "unknown option --unknown; see"),
        ("-c", "unknown option -c; did you mean --config?;"),
        ("-c a", "unknown option -c; did you mean --config?;"),
        ("vlans -n a", "unknown option -n; did you mean --namespace?;"),
        ("-f a", "unknown option -f; pass the file on standard input: `spk-macvlan … < FILE`;"),
        ("check -f a", "unknown option -f; pass FILE without -f; see `spk-macvlan check --help`"),
        ("verify -f a", "unknown option -f; see `spk-macvlan verify --help`"),
        ("--debug help", "help must come first: `spk-macvlan help`;"),
        ("check --on-error-document", "check does not take --on-error-document; remove it;"),
        ("--config", "argument --config: expected one argument"),
        ("--config --debug", "argument --config: expected one argument"),
        ("--debug=yes", "argument --debug: ignored explicit argument 'yes'"),
        ("init --network", "argument --network: expected one argument"),
        ("helm-plugin a b", "helm-plugin does not take the argument b;"),
        ("schema --network a=b", "unknown option --network; see"),
    ],
)
def test_mistakes(words: str, said: str) -> None:
    with pytest.raises(UsageError) as raised:
        parse(words.split())
    assert str(raised.value).startswith(said)
    assert str(raised.value).endswith(" --help`")


def test_an_option_and_its_value_in_one_word_are_said_to_be_one() -> None:
    with pytest.raises(UsageError) as raised:
        parse(["--config a"])
    assert str(raised.value).startswith(
        "--config a is a single argument; write --config=a (in Helm, put --post-renderer-args= before"
    )
    with pytest.raises(UsageError) as raised:
        parse(["--strict --verbose"])
    assert str(raised.value).startswith(
        "--strict --verbose is a single argument; pass its parts as separate arguments (in Helm,"
    )


@pytest.mark.parametrize("words", [["help", "check"], ["check", "--help"], ["check", "-h"]])
def test_help_is_a_verb_too(words: list[str]) -> None:
    with pytest.raises(arguments.Information, match=r"^usage: spk-macvlan check .*\n(?s:.*)example:\n  helm template"):
        parse(words)


@pytest.mark.parametrize("words", [["version"], ["--version"]])
def test_version_is_a_verb_too(words: list[str]) -> None:
    with pytest.raises(arguments.Information, match=r"^spk-macvlan \d"):
        parse(words)


def test_help_lists_the_verbs_by_what_they_are_for() -> None:
    text = arguments.parser().format_help()
    places = [text.index(f"  {title}:\n") for title in commands.GROUPS]
    assert places == sorted(places)
    assert all(re.search(rf"^    {verb} +\S", text, re.M) for verb in commands.VERBS)
    assert text.count("stream-size") == 1


@given(st.lists(st.sampled_from(RENDER_WORDS), max_size=6))
def test_the_quick_way_and_argparse_agree(words: list[str]) -> None:
    assert by_hand_first(words) == by_argparse(words)


@pytest.mark.parametrize("verb", ["schema", "check", "networks", "init"])
def test_helm_4_takes_the_output_of_no_other_verb_for_the_release(verb: str) -> None:
    with pytest.raises(Misuse) as raised:
        parse(["--on-error-document", verb])
    assert str(raised.value).startswith(f"Helm would use the output of {verb} as the release; remove {verb} from")
    assert raised.value.reporting == Reporting(on_error_document=True)


# The parser knows how to report a mistake before it finds the mistake.


@pytest.mark.parametrize(
    ("words", "reporting"),
    [
        ("--unknown", Reporting()),
        ("--unknown --debug", Reporting(debug=True)),
        ("--debug --config", Reporting(debug=True)),
        ("check --debug --format none", Reporting(debug=True)),
        ("--on-error-document rendr", Reporting(on_error_document=True)),
        ("--unknown --on-error-document", Reporting(on_error_document=True)),
        ("render --on-error-document --config", Reporting(on_error_document=True)),
        ("--on-error-document check --format none", Reporting()),
        ("--on-error-document check --unknown", Reporting()),
    ],
)
def test_how_a_mistake_is_reported(words: str, reporting: Reporting) -> None:
    with pytest.raises(Misuse) as raised:
        parse(words.split())
    assert raised.value.reporting == reporting


@pytest.mark.parametrize("words", ["--version", "--version check", "check --version", "--version --unknown --config"])
def test_the_version(words: str) -> None:
    with pytest.raises(arguments.Information, match=r"^spk-macvlan "):
        parse(words.split())


# Each verb has its own file.


def test_every_verb_is_a_file_and_every_file_a_verb() -> None:
    files = {file.stem for file in Path(inspect.getfile(commands)).parent.glob("*.py")} - {"__init__"}
    assert {verb.replace("-", "_") for verb in commands.VERBS} == files


@pytest.mark.parametrize("verb", commands.VERBS)
def test_the_arguments_of_a_verb_are_those_of_its_options(verb: str) -> None:
    module = commands.load(verb)
    (choices,) = (action.choices for action in arguments.parser()._actions if action.dest == "verb")
    assert isinstance(choices, dict)
    ours = {"help", "debug", "on_error_document"}  # these options belong to the command line as a whole
    fields = {"limit" if field == "limits" else field for field in module.Arguments._fields}
    assert fields == {action.dest for action in choices[verb]._actions} - ours
    assert str(module.__doc__).startswith(f"`{verb}`")
