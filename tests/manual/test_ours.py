"""Test that our own messages can be explained: a finding leads to its rule's page, an error to one entry."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest

from postrender.errors import Place
from postrender.manual import rules, search
from postrender.report import formats
from postrender.rules.finding import Finding
from tests.conftest import Program
from tests.rules.examples import completed
from tests.test_cases import CASES, convert
from tools import rules_page
from tools.case import name

SPEAKING = [it for it in CASES if (it / "errors.txt").exists() or (it / "warnings.txt").exists()]
MODULES = [it for it in rules_page.modules() if it.LEVEL != "change" and hasattr(it, "apply")]


@pytest.mark.parametrize("folder", SPEAKING, ids=name)
def test_every_message_of_the_cases_leads_to_one_place(called: Program, folder: Path) -> None:
    said = convert(called, folder, (folder / "input.yaml").read_bytes()).stderr.decode()
    for message in re.split(r"^(?=spk-macvlan: )", said, flags=re.MULTILINE)[1:]:
        pages, rest = rules.find_named(message)
        assert len(pages) + len(search.known(rest)) == 1, message


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.ID)
def test_a_finding_leads_to_its_rule_in_every_format(module: ModuleType) -> None:
    subject = completed(rules_page.examples(module)["Failing"])
    found: list[Finding] = [*module.apply(subject)]
    for text in (
        f"spk-macvlan: {found[0].lines[0]}\n{found[0].lines[1]}",
        f"spk-macvlan: {' '.join(found[0].lines)}",
        formats.findings_as_text(found),
        formats.findings_as_json(found),
        formats.findings_for_github(found),
    ):
        assert [page.rule for page in rules.find_named(text).pages] == [module.ID]


def test_findings_of_several_rules_lead_to_each_in_their_order() -> None:
    found = [Finding(rule, "error", "a", "b", Place("a.yaml", 1)) for rule in ("mtu", "layout", "mtu", "no-rule")]
    text = formats.findings_as_text(found)
    pages, rest = rules.find_named(f"Error: a\n{text}")
    assert [page.rule for page in pages] == ["mtu", "layout"]
    assert rest.startswith("Error: a\na.yaml:1: error: a [no-rule]\n")


@pytest.mark.parametrize("text", ["[network]", "resources [1]", "the mtu of a network", '{"rule": 1}', "[mtu", "mtu]"])
def test_what_only_looks_like_a_rule_names_none(text: str) -> None:
    assert rules.find_named(text) == ((), text)
