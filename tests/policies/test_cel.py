"""Test literals and globs in CEL without an API server: Python reads both in the same way."""

from __future__ import annotations

import ast
import re
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postrender.policies import cel

TEXTS = st.text(st.characters(codec="utf-8"))
#: Characters with a meaning in globs, in character classes, or in regular expressions.
GLOBS = st.text("ab-]!^[*?\\.|(){}$+", max_size=8)
NAMES = st.text("ab-]!^[*?\\.|(){}$+", max_size=5)


@given(TEXTS)
def test_a_literal_is_the_text_in_ascii(text: str) -> None:
    literal = cel.literal(text)
    assert literal.isascii()
    assert literal.isprintable()
    assert ast.literal_eval(literal) == text  # Python knows the same escapes


@pytest.mark.parametrize("text", ['") || true || ("', "\\", '\\"', "\n", "${x}", "\u2028", "\U0001f600"])
def test_nothing_ends_a_literal_early(text: str) -> None:
    assert ast.literal_eval(cel.literals([text, "x"])) == [text, "x"]


def holds(condition: str, name: str) -> bool:
    """Evaluate a condition on a name, which has one of three forms."""
    form = re.fullmatch(r'n(?: == |\.(startsWith|matches)\()(".*?[^\\]"|".*")\)?', condition)
    assert form, condition
    value = ast.literal_eval(form[2])
    if form[1] == "matches":
        return re.search(value, name) is not None
    return name.startswith(value) if form[1] else name == value


@given(GLOBS, NAMES)
def test_a_glob_matches_what_it_does_in_the_config(glob: str, name: str) -> None:
    condition = cel.matches("n", glob)
    assert (condition != cel.NEVER and holds(condition, name)) == fnmatchcase(name, glob)


@pytest.mark.parametrize(
    ("glob", "condition"),
    [
        ("A", 'n == "A"'),
        ("A*", 'n.startsWith("A")'),
        ("*", 'n.startsWith("")'),
        ("A?", 'n.matches("^A.$")'),
        ("a.b/*c", 'n.matches("^a\\\\.b\\\\/.*c$")'),
        ("[!a-c]", 'n.matches("^[^a-c]$")'),
        ("[a", 'n.matches("^\\\\[a$")'),
        ("[z-a]", "false"),
        ("[z-ab]*", 'n.matches("^[b].*$")'),
        ("[!z-a]Q", 'n.matches("^.Q$")'),
    ],
)
def test_a_glob_as_an_expression(glob: str, condition: str) -> None:
    assert cel.matches("n", glob) == condition


def test_without_conditions_nothing_holds() -> None:
    assert cel.either([]) == "false"
