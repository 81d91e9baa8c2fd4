"""docs/rules.md is made from the rules' docstrings, and says all that a rule's manual page must say."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest

from postrender.rules import manual
from tools import rules_page

PAGE = Path(__file__).parent.parent / "docs" / "rules.md"
MODULES = rules_page.modules()


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text() == rules_page.page(), "run `make docs`"


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.ID)
def test_a_rule_says_what_why_how_and_whence(module: ModuleType) -> None:
    labels = [part.partition(":")[0] for part in (module.__doc__ or "").split("\n\n") if not part.startswith(" ")]
    wanted = ["What", "Why", "Fix", "Source", "Failing", "Passing"]
    assert [label for label in labels if label in wanted] == wanted


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
