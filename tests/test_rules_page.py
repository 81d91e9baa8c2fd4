"""Test docs/rules.md, which is generated from the rules' docstrings: each rule's page must be complete."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from postrender.conversion import checks, draft
from postrender.rules import confinement, definitions, manual, policy, repeated_keys, replaced_list
from tools import rules_page

PAGE = Path(__file__).parent.parent / "docs" / "rules.md"
MODULES = rules_page.modules()


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text() == rules_page.page(), "run `make docs`"


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.ID)
def test_a_rule_says_what_why_how_and_whence(module: ModuleType) -> None:
    labels = [part.partition(":")[0] for part in (module.__doc__ or "").split("\n\n") if not part.startswith(" ")]
    examples = ["Failing", "Passing"] if is_shown_by_an_example(module) else []
    wanted = ["What", "Why", "Fix", "Source", "Confidence", *examples]
    assert [label for label in labels if label in rules_page.LABELS] == wanted


def is_shown_by_an_example(module: ModuleType) -> bool:
    """Report whether a rule has examples. Besides rules with `apply`, only `definitions` can have examples."""
    return hasattr(module, "apply") or module is definitions


@pytest.mark.parametrize(
    "rule", ["layout", checks.REPEATED_KEYS, draft.ID, repeated_keys.ID, replaced_list.ID, policy.ID, confinement.ID]
)
def test_what_no_rule_finds_has_a_page_too(rule: str) -> None:
    assert rule in {page.rule for page in manual.pages()}


def test_without_docstrings_the_pages_are_the_same() -> None:
    code = "from postrender.rules import manual; print(*manual.pages(), sep='\\n')"
    done = subprocess.run([sys.executable, "-OO", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [str(page) for page in manual.pages()]


def test_a_rule_is_named_as_its_module_and_once() -> None:
    assert [module.ID for module in MODULES] == [
        module.__name__.rpartition(".")[2].replace("_", "-") for module in MODULES
    ]


def test_the_table_at_the_top_has_a_row_for_each_rule_with_its_level_and_one_line() -> None:
    table = PAGE.read_text().partition("\n\n`render` says")[0]
    rows = [tuple(cell.strip() for cell in line.split("|")[1:-1]) for line in table.splitlines() if line[:3] == "| ["]
    wanted = {(f"[{it.ID}](#{it.ID})", it.LEVEL, (it.__doc__ or "").splitlines()[0]) for it in MODULES}
    assert set(rows) == wanted
    assert len(rows) == len(wanted)


@pytest.mark.parametrize("page", manual.pages(), ids=lambda page: page.rule)
def test_a_rules_one_line_is_a_short_sentence(page: manual.Page) -> None:
    assert re.fullmatch(r"[A-Z].{10,88}\.", manual.one_line(page))


@pytest.mark.parametrize("page", manual.pages(), ids=lambda page: page.rule)
def test_each_page_names_its_source_and_a_known_confidence(page: manual.Page) -> None:
    paragraphs = {it.partition(": ")[0]: " ".join(it.split()).partition(": ")[2] for it in page.text.split("\n\n")}
    assert paragraphs["Source"]
    for part in paragraphs["Confidence"].rstrip(".").split("; "):
        assert part.partition(" for ")[0].partition(", which ")[0] in manual.CONFIDENCES
