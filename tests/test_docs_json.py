"""Test docs/json.md: its examples agree with the verbs' output, and its table says how each failure ends."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from postrender.report import failures
from tests.configs import HEAD
from tests.docs import ROOT, below, blocks, first_column
from tests.json_documents import VERBS, problems
from tools.binaries import binary

Program = Callable[..., CompletedProcess[bytes]]

PAGE = "docs/json.md"
EXAMPLES = {block.heading.strip("`"): json.loads(block.text) for block in blocks(PAGE) if block.language == "json"}
FAILING = "When a verb fails"


def is_part(shown: Any, printed: Any) -> bool:
    """Report whether an example agrees with the output; the example may omit items of lists."""
    if isinstance(shown, list) and isinstance(printed, list):
        return all(any(is_part(item, other) for other in printed) for item in shown)
    if isinstance(shown, dict) and isinstance(printed, dict):
        return [*shown] == [*printed] and all(is_part(shown[name], printed[name]) for name in shown)
    return bool(shown == printed)


def test_there_is_an_example_of_each_kind() -> None:
    assert set(EXAMPLES) == {*VERBS, FAILING}


@pytest.mark.parametrize("verb", VERBS)
def test_an_example_fits_the_schema(verb: str) -> None:
    assert problems(verb, EXAMPLES[verb]) == []
    assert problems(verb, EXAMPLES[FAILING]) == []


@pytest.mark.hosts
@pytest.mark.parametrize("verb", ["check", "diff"])
def test_an_example_is_what_is_printed_of_the_example_chart(called: Program, tmp_path: Path, verb: str) -> None:
    rendered = subprocess.check_output([binary("helm-3.19.0"), "template", "spk", ROOT / "examples/spk"], text=True)
    (tmp_path / "release.yaml").write_text(rendered)
    (tmp_path / "spk-macvlan.yaml").write_text((ROOT / "examples/spk-macvlan.yaml").read_text())
    printed = json.loads(called(verb, "--format", "json", "release.yaml").stdout)
    assert is_part(EXAMPLES[verb], printed), json.dumps(printed, indent=2)


def test_the_example_of_a_failure_is_what_is_printed(called: Program, tmp_path: Path) -> None:
    spec = "spec:\n  # in this order\n  networks:\n\n  - name: net-a\n    master: ens224\n    mod: bridge\n"
    (tmp_path / "spk-macvlan.yaml").write_text(f"{HEAD}{spec}")
    for verb in VERBS:
        assert json.loads(called(verb, "--format", "json").stdout) == EXAMPLES[FAILING]


def test_the_table_of_failures_has_each_with_its_status() -> None:
    rows = [line.split("|") for line in below(PAGE, f"## {FAILING}").splitlines() if line.startswith("| [")]
    told = {row[1].partition("]")[0].strip(" ["): int(row[2]) for row in rows}
    assert told == {rule: kind.status for kind, rule in failures.RULES}
    assert len(first_column(below(PAGE, f"## {FAILING}"))) == len(told)
