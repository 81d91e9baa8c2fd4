from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postrender.cli import arguments
from postrender.cli.arguments import Arguments, parse
from postrender.errors import UsageError

RENDER_WORDS = ["render", "--config=a", "--config", "b", *arguments.FLAGS]


def by_argparse(words: list[str]) -> Arguments | str:
    try:
        return arguments._any_words(words)
    except UsageError:
        return "refused"


def by_hand_first(words: list[str]) -> Arguments | str:
    try:
        return parse(words)
    except UsageError:
        return "refused"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", Arguments()),
        ("render", Arguments()),
        ("--config a", Arguments(config="a")),
        ("--config=a", Arguments(config="a")),
        ("--config=", Arguments()),
        ("--config=a=b", Arguments(config="a=b")),
        ("--config a --config=b", Arguments(config="b")),
        ("render --config a", Arguments(config="a")),
        ("--config a render", Arguments(config="a")),
        ("--config a render --config b", Arguments(config="b")),
        ("--include-hooks", Arguments(include_hooks=True)),
        ("render --include-hooks", Arguments(include_hooks=True)),
        ("--include-hooks render", Arguments(include_hooks=True)),
        ("--allow-no-target --debug", Arguments(allow_no_target=True, debug=True)),
        ("--on-error-document", Arguments(on_error_document=True)),
        ("--debug --debug", Arguments(debug=True)),
        ("init", Arguments(verb="init")),
        ("--config a init", Arguments(verb="init", config="a")),
        ("init --network a=b --network=c=d", Arguments(verb="init", network=("a=b", "c=d"))),
        ("helm-plugin", Arguments(verb="helm-plugin")),
        ("helm-plugin plugins", Arguments(verb="helm-plugin", directory="plugins")),
        ("--debug helm-plugin -- -odd", Arguments(verb="helm-plugin", directory="-odd", debug=True)),
        ("schema", Arguments(verb="schema")),
    ],
)
def test_words(words: str, expected: Arguments) -> None:
    assert parse(words.split()) == expected


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("rendr", "argument VERB: invalid choice: 'rendr'"),
        ("render extra", "unrecognized arguments: extra"),
        ("--conf=a", "unrecognized arguments: --conf=a"),
        ("--unknown", "unrecognized arguments: --unknown"),
        ("-c", "unrecognized arguments: -c"),
        ("--config", "argument --config: expected one argument"),
        ("--config --debug", "argument --config: expected one argument"),
        ("--debug=yes", "argument --debug: ignored explicit argument 'yes'"),
        ("init --network", "argument --network: expected one argument"),
        ("helm-plugin a b", "unrecognized arguments: b"),
        ("schema --network a=b", "unrecognized arguments: --network a=b"),
    ],
)
def test_mistakes(words: str, said: str) -> None:
    with pytest.raises(UsageError) as raised:
        parse(words.split())
    assert str(raised.value).startswith(said)
    assert str(raised.value).endswith(" --help`")


@given(st.lists(st.sampled_from(RENDER_WORDS), max_size=6))
def test_the_quick_way_and_argparse_agree(words: list[str]) -> None:
    assert by_hand_first(words) == by_argparse(words)
