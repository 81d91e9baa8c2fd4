"""Test the examples on each rule's page: the rule acts on the failing example and not on the passing example.

Other rules may act on an example, too; MEETINGS lists them.
"""

from __future__ import annotations

from types import ModuleType

import pytest

from postrender import conversion
from postrender.rules import CHANGE, Rule, definitions
from postrender.rules.finding import NOTE, Finding
from postrender.rules.registry import RULES
from postrender.rules.subject import Subject
from postrender.yamledit.change import Change
from tests.rules.examples import completed
from tools import rules_page

MODULES = [module for module in rules_page.modules() if hasattr(module, "apply")]
#: Rules that report a note on every TMM, so that no example can pass.
ALWAYS = {module.ID for module in MODULES if "Passing" not in rules_page.examples(module)}
PASSING = [module for module in MODULES if module.ID not in ALWAYS]
#: The rule of an example, and another rule that also acts on it. The list must be complete and exact.
MEETINGS = {
    ("egress-subnet", "gateway-settings"),
    ("gateway-group", "gateway-settings"),
    ("gateway-group", "reserved-name"),
    ("gateway-settings", "reserved-name"),
    ("infra-networks", "gateway-settings"),
    ("infra-pools", "gateway-settings"),
    ("repeated-variables", "guaranteed-qos"),
    ("reserved-name", "gateway-settings"),
    ("smartnic", "guaranteed-qos"),
}


def yielded(rule: Rule, subject: Subject) -> list[Change | Finding]:
    """Return the changes or findings of a rule if the rule applies."""
    if not rule.concerns(subject):
        return []
    return [*(rule.changes(subject) if rule.level == CHANGE else rule.findings(subject))]


def own(module: ModuleType, label: str) -> list[Change | Finding]:
    """Return the changes or findings of a rule on its own example."""
    (rule,) = (rule for rule in RULES if rule.id == module.ID)
    return yielded(rule, completed(rules_page.examples(module)[label]))


def acting(subject: Subject, level: str) -> set[str]:
    """Return the rules that propose changes, or the rules that report findings, without the notes on every TMM."""
    asked = [rule for rule in RULES if (rule.level == CHANGE) == (level == CHANGE) and rule.id not in ALWAYS]
    return {rule.id for rule in asked if yielded(rule, subject)}


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.ID)
def test_the_failing_example_makes_the_rule_act(module: ModuleType) -> None:
    assert {getattr(it, "level", CHANGE) for it in own(module, "Failing")} == {module.LEVEL}


@pytest.mark.parametrize("module", PASSING, ids=lambda module: module.ID)
def test_the_passing_example_does_not(module: ModuleType) -> None:
    assert own(module, "Passing") == []


def test_which_other_rules_act_on_an_example_is_known() -> None:
    found = {
        (module.ID, other)
        for module in MODULES
        for example in rules_page.examples(module).values()
        for other in acting(completed(example), module.LEVEL) - {module.ID}
    }
    assert found == MEETINGS


@pytest.mark.parametrize("module", [module for module in MODULES if module.ID in ALWAYS], ids=lambda module: module.ID)
def test_only_what_is_noted_of_every_tmm_has_no_passing_example(module: ModuleType) -> None:
    assert [it.level for it in module.apply(completed(""))] == [NOTE]


@pytest.mark.parametrize(("label", "defined"), [("Failing", ["macvlan-internal"]), ("Passing", [])])
def test_the_examples_of_the_networks_definitions(label: str, defined: list[str]) -> None:
    subject = completed(rules_page.examples(definitions)[label])
    assert subject.stream
    converted = conversion.convert(subject.stream.data, subject.config)
    assert [network.name for network in converted.defined] == defined


# Tests of the config and the TMM that complete an example.


@pytest.mark.parametrize("level", [CHANGE, NOTE])
@pytest.mark.parametrize("example", ["", "kind: CNEInstance\n---\nnetworks: [{name: a, master: b}]", "f5-tmm: {}"])
def test_of_what_completes_an_example_no_rule_has_anything_to_say(example: str, level: str) -> None:
    assert acting(completed(example), level) == set()


def test_a_key_without_a_place_is_refused() -> None:
    with pytest.raises(ValueError, match="top-level key limit"):
        completed("limit: {cpu: 1}")
