"""Test the expressions in a patch's target.

An expression is refused if Python cannot read it, or if Go reads it differently.
"""

from __future__ import annotations

import json

import pytest

from postrender import config, files
from postrender.errors import ConfigError
from postrender.kubernetes.selector import EXPRESSION
from tests.configs import HEAD

WRONG = {
    "not-closed": "a(b",
    "repeated-too-often": "a{4294967296}",
    "brackets-in-brackets": "[[a]",
    "a-class-of-posix": "[[:alpha:]]",
    "a-flag-in-the-middle": "a(?i)b",
    "two-operators": "a**",
    "a-flag": "(?i)tmm",
    "a-count-without-a-beginning": "f5-dssm{,1}",
    "a-count-of-a-group": "(a){2}",
    "a-digit-of-any-script": r"f5-\d",
    "a-letter-of-any-script": r"\w+",
    "a-blank-of-any-script": r"a\sb",
    "beyond-ascii": "größe",
    "a-range-of-signs": "[.-9]",
    "a-set-operation": "[a-z&&b]",
    "a-range-backwards": "[z-a]",
    "a-count-backwards": "a{3,1}",
    "lookahead": "(?=a)a",
    "a-reference": r"(a)\1",
    "a-named-group": "(?P<a>b)",
    "lazy": "a+?",
    "a-text-boundary": r"\Aa",
    "a-hexadecimal-escape": r"\x41",
    "an-open-brace": "a{",
    "an-anchor-that-repeats": "^*a",
}
RIGHT = {
    "f5-.*",
    "a|b",
    "[a-z0-9]+",
    "a{1,3}",
    "a{2,}b{3}",
    r"\[x\]",
    r"f5\.tmm",
    "(?:a|b)*",
    "(a|b)?c",
    "[^a-z.-]",
    "^tmm$",
}
SECTION = """\
spec:
  networks: [{{name: net-a, master: ens1}}]
  patches:
  - target: {{name: {}}}
    patch: [{{op: remove, path: /data}}]
"""


def read(expression: str) -> str:
    quoted = "'" + expression.replace("'", "''") + "'"
    (patch,) = config.parse((HEAD + SECTION.format(quoted)).encode()).patches
    return patch.target.name


@pytest.mark.parametrize("expression", [pytest.param(text, id=name) for name, text in WRONG.items()])
def test_an_expression_that_kustomize_reads_differently_is_refused(expression: str) -> None:
    with pytest.raises(ConfigError, match="is not a regular expression"):
        read(expression)  # pytest turns a warning from Python into an error


@pytest.mark.parametrize("expression", sorted(RIGHT))
def test_an_expression_that_both_read_alike_is_taken(expression: str) -> None:
    assert read(expression) == expression


def test_the_schema_has_the_same_notation() -> None:
    schema = json.loads(files.read_shipped("schemas", "config.schema.json"))
    assert schema["$defs"]["expression"]["pattern"] == f"^{EXPRESSION}$"
