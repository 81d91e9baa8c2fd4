"""docs/rules.md is made from the rules' docstrings, and says all that a rule's manual page must say."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

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
