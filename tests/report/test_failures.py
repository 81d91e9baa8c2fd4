"""A failure in the formats that programs read: the parts of its sentence, and its place."""

from __future__ import annotations

import json

import pytest

from postrender.errors import (
    ConfigError,
    Failure,
    InputError,
    NoTarget,
    Place,
    ProgramFailed,
    ProofFailed,
    TooLarge,
    UsageError,
    quoted,
)
from postrender.report import failures
from postrender.rules import manual

PLACE = Place("lab.yaml", 5, 3, "spec.networks[0].nic")


@pytest.mark.parametrize(
    ("sentence", "message", "fix"),
    [
        pytest.param("is odd", "is odd", "", id="nothing-to-do"),
        pytest.param("is odd; remove it", "is odd", "remove it", id="one-thing"),
        pytest.param("is odd; remove it; or else", "is odd", "remove it; or else", id="two-things"),
        pytest.param(f"is {quoted('a; b')}; remove it", "is a; b", "remove it", id="a-semicolon-in-a-value"),
        pytest.param(f"is odd; write {quoted('a; b')}", "is odd", "write a; b", id="a-semicolon-in-a-value-to-write"),
        pytest.param("is a;b", "is a;b", "", id="no-space-behind-it"),
    ],
)
def test_a_sentence_is_what_is_wrong_and_then_what_to_do(sentence: str, message: str, fix: str) -> None:
    found = failures.finding(ConfigError(sentence, PLACE))
    assert (found.level, found.message, found.fix, found.place) == ("error", message, fix, PLACE)


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
    found = json.loads(failures.written(wrong, "json"))
    assert [(it["message"], it["fix"], it["line"], it["column"], it["path"]) for it in found["findings"]] == [
        ("a", "b", 5, 3, "spec.networks[0].nic"),
        ("c", None, None, None, None),
    ]
    assert found["summary"] == {"error": 2, "warning": 0, "note": 0}


def test_several_failures_are_a_command_each_for_github() -> None:
    wrong = [ConfigError("a; b", PLACE), ConfigError("c", Place("lab.yaml"))]
    assert failures.written(wrong, "github").splitlines() == [
        "::error title=spk-macvlan config,file=lab.yaml,line=5,col=3::spec.networks[0].nic: a; b",
        "::error title=spk-macvlan config,file=lab.yaml::c",
    ]


@pytest.mark.parametrize("form", ["text", "summary", "markdown"])
def test_a_format_for_people_has_no_failures(form: str) -> None:
    assert failures.written([ConfigError("a", PLACE)], form) == ""
