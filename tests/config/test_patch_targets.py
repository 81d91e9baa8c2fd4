"""The expressions in a patch's target: what Python cannot read, or reads differently than Go, is refused."""

from __future__ import annotations

import pytest

from postrender import config
from postrender.errors import ConfigError
from tests.configs import HEAD

WRONG = {
    "not-closed": "a(b",
    "repeated-too-often": "a{4294967296}",
    "brackets-in-brackets": "[[a]",
    "a-class-of-posix": "[[:alpha:]]",
    "a-flag-in-the-middle": "a(?i)b",
    "two-operators": "a**",
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
    with pytest.raises(ConfigError, match="is not a regular expression: "):
        read(expression)  # a warning of Python's would be an error here


@pytest.mark.parametrize("expression", ["f5-.*", "a|b", "[a-z0-9]+", "(?i)tmm", "a{1,3}", r"\\[x\\]"])
def test_an_expression_that_both_read_alike_is_taken(expression: str) -> None:
    assert read(expression) == expression
