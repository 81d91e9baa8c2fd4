"""Test that the registry agrees with each rule's declarations, and with the condition under which a rule can apply."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from postrender import config, rules
from postrender.conversion import plan
from postrender.kubernetes.objects import objects
from postrender.rules import CHANGE, INSTANCE, STREAM, TMM, VALUES, WORKLOAD, NetworkHas, Rule, TextHas, TmmHas
from postrender.rules.finding import LEVELS
from postrender.rules.registry import RULES
from postrender.rules.subject import Subject
from postrender.spk import target
from postrender.yamledit import stream
from tests.configs import HEAD
from tools import rules_page, rules_registry, rules_types

REGISTRY = Path(__file__).parent.parent.parent / "postrender" / "rules" / "registry.py"
PROTOCOLS = Path(__file__).parent / "protocols.py"
WORKLOAD_TEXT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: f5-tmm}
spec: {template: {spec: {containers: [{name: f5-tmm, env: [{name: A, value: %s}]}]}}}
"""
INSTANCE_TEXT = "apiVersion: k8s.f5.com/v1\nkind: CNEInstance\nmetadata: {name: bnk}\n"


def subject(
    text: str = WORKLOAD_TEXT % "a", networks: str = "[{name: net-a, master: ens1}]", tmm: str = "{}"
) -> Subject:
    given = config.parse(f"{HEAD}spec: {{networks: {networks}, tmm: {tmm}}}\n".encode())
    manifests = stream.read(text.encode())
    (found,) = objects(stream.parse(manifests, manifests.documents[0]))
    return Subject(given, target.locate(found))


def values() -> Subject:
    workload = subject()
    return workload._replace(tmm=workload.tmm._replace(kind=VALUES))


@pytest.mark.parametrize(
    ("file", "tool"), [(REGISTRY, rules_registry), (PROTOCOLS, rules_types)], ids=["registry", "protocols"]
)
def test_what_is_made_of_the_rules_is_fresh(file: Path, tool: Any) -> None:
    assert file.read_text() == tool.source(), "run `make docs`"


def test_every_file_that_applies_is_in_it() -> None:
    names = {found.name for found in pkgutil.iter_modules(rules.__path__)}
    applying = {name for name in names if hasattr(importlib.import_module(f"{rules.__name__}.{name}"), "apply")}
    assert {name.replace("_", "-") for name in applying} == {rule.id for rule in RULES}


@pytest.mark.parametrize("module", rules_page.modules(), ids=lambda module: module.ID)
def test_only_a_rule_that_changes_something_has_an_order(module: ModuleType) -> None:
    assert hasattr(module, "ORDER") is (module.LEVEL == CHANGE and hasattr(module, "apply"))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_declares_what_is_known(rule: Rule) -> None:
    assert rule.level in (CHANGE, *LEVELS)
    assert rule.subjects
    assert set(rule.subjects) <= {WORKLOAD, INSTANCE, VALUES}
    assert rule.scope in (TMM, STREAM)


def test_the_rules_that_change_come_in_their_order_and_the_others_by_level_and_name() -> None:
    changing, checking = ([rule for rule in RULES if (rule.level == CHANGE) == wanted] for wanted in (True, False))
    assert (*changing, *checking) == RULES
    assert checking == sorted(checking, key=lambda rule: (LEVELS.index(rule.level), rule.id))


# Tests of when a rule is called.


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        pytest.param(subject(), WORKLOAD, id="workload"),
        pytest.param(subject(INSTANCE_TEXT), INSTANCE, id="instance"),
        pytest.param(values(), VALUES, id="values"),
    ],
)
def test_a_rule_concerns_the_subjects_that_it_names(asked: Subject, kind: str) -> None:
    every = (WORKLOAD, INSTANCE, VALUES)
    assert [Rule("x", CHANGE, (it,), TMM, None).concerns(asked) for it in every] == [it == kind for it in every]


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (TextHas("net"), False),
        (TextHas("f5-tmm"), True),
        (TmmHas("env"), False),
        (TmmHas("unset_env"), True),
        (NetworkHas("mtu"), False),
        (NetworkHas("namespace"), True),
        (NetworkHas("namespace", other_than="lab"), False),
        (NetworkHas("namespace", other_than="default"), True),
        (NetworkHas("mode", "passthru"), False),
        (NetworkHas("mode", "vepa"), True),
    ],
    ids=str,
)
def test_a_condition(condition: TextHas | TmmHas | NetworkHas, holds: bool) -> None:
    networks = "[{name: net-a, master: ens1}, {name: net-b, master: ens1, namespace: lab, mode: vepa}]"
    asked = subject(networks=networks, tmm="{unsetEnv: [OLD]}")
    assert condition.holds(asked) is holds
    assert Rule("x", CHANGE, (WORKLOAD,), TMM, condition).concerns(asked) is holds
    assert not Rule("x", CHANGE, (INSTANCE,), TMM, condition).concerns(asked)


def test_an_escape_could_spell_any_word() -> None:
    assert TextHas("PAL_CPU_SET").holds(subject(WORKLOAD_TEXT % '"\\x50"'))


@pytest.mark.parametrize("kind", [WORKLOAD, INSTANCE, VALUES])
def test_a_change_that_is_not_asked_for_would_be_none(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    asked = {WORKLOAD: subject(), INSTANCE: subject(INSTANCE_TEXT), VALUES: values()}[kind]
    wanted = plan.collect(asked.tmm, asked.config)
    monkeypatch.setattr(plan, "CHANGING", tuple(rule._replace(when=None) for rule in plan.CHANGING))
    assert plan.collect(asked.tmm, asked.config) == wanted != []


def test_a_rule_yields_under_its_own_name() -> None:
    for rule in RULES:
        apply: Any = rule.changes if rule.level == CHANGE else rule.findings
        yielded = apply(subject(tmm="{env: {B: b}}")) if WORKLOAD in rule.subjects else []
        assert {it.rule for it in yielded} <= {rule.id}
