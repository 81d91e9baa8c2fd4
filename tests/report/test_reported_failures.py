"""Test failures in machine-readable formats: their name, message and location."""

from __future__ import annotations

import json

import pytest

from postrender.errors import (
    ConfigError,
    ConfigErrors,
    Failure,
    InputError,
    NoTarget,
    Place,
    ProgramFailed,
    ProofFailed,
    TooLarge,
    UsageError,
    brief,
)
from postrender.report import failures
from postrender.rules import manual

PLACE = Place("lab.yaml", 5, 3, "spec.networks[0].nic")


def test_a_failure_is_an_error_with_its_sentence_and_place() -> None:
    found = failures.finding(ConfigError(f"is {brief('a; b')}; remove it", PLACE))
    assert (found.level, found.message, found.fix, found.place) == ("error", "is a; b; remove it", "", PLACE)


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        (ConfigError, "config"),
        (UsageError, "usage"),
        (InputError, "input"),
        (TooLarge, "input"),
        (ProgramFailed, "input"),
        (NoTarget, "no-target"),
        (ProofFailed, "internal"),
        (Failure, "internal"),
    ],
)
def test_each_kind_of_failure_has_a_rules_name(kind: type[Failure], rule: str) -> None:
    assert failures.finding(kind("x")).rule == rule


def test_each_of_these_names_has_a_page() -> None:
    assert {name for _, name in failures.RULES} <= {page.rule for page in manual.pages()}


def test_several_failures_are_one_document() -> None:
    wrong = [ConfigError("a; b", PLACE), ConfigError("c", Place("lab.yaml"))]
    found = json.loads(failures.serialize(wrong, "json"))
    assert [(it["message"], it["fix"], it["line"], it["column"], it["path"]) for it in found["findings"]] == [
        ("a; b", None, 5, 3, "spec.networks[0].nic"),
        ("c", None, None, None, None),
    ]
    assert found["summary"] == {"error": 2, "warning": 0, "note": 0}


def test_each_mistake_of_a_config_is_a_finding() -> None:
    mistakes = [ConfigError(str(number), Place("lab.yaml", number)) for number in range(1, 30)]
    found = json.loads(failures.serialize([ConfigErrors(mistakes)], "json"))["findings"]
    assert [(it["rule"], it["message"], it["line"]) for it in found] == [
        ("config", str(number), number) for number in range(1, 30)
    ]


def test_several_failures_are_a_command_each_for_github() -> None:
    wrong = [ConfigError("a; b", PLACE), ConfigError("c", Place("lab.yaml"))]
    assert failures.serialize(wrong, "github").splitlines() == [
        "::error title=spk-macvlan config,file=lab.yaml,line=5,col=3::spec.networks[0].nic: a; b",
        "::error title=spk-macvlan config,file=lab.yaml::c",
    ]


@pytest.mark.parametrize("form", ["text", "summary", "markdown"])
def test_a_format_for_people_has_no_failures(form: str) -> None:
    assert failures.serialize([ConfigError("a", PLACE)], form) == ""
