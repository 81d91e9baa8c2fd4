"""Test that findings are complete: our sentences are never cut, and no user value makes a finding too long."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
import yaml

from postrender import errors
from postrender.errors import Failure
from postrender.kubernetes.objects import objects
from postrender.rules import CHANGE
from postrender.rules.finding import FIX, Finding
from postrender.rules.subject import Subject
from postrender.spk import target
from postrender.yamledit import stream
from tests.rules.examples import completed
from tools import rules_page

CHECKS = [module for module in rules_page.modules() if module.LEVEL != CHANGE and hasattr(module, "apply")]
LONG = "x" * 5_000
ROOM = 1_000  #: how many characters of a line may be our own text


def lengthened(value: Any) -> Iterator[Any]:
    """Yield copies of a value in which one string, or one key, is much longer."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield {(f"{key}{LONG}" if it == key else it): other for it, other in value.items()}
            yield from ({**value, key: longer} for longer in lengthened(item))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from ([*value[:number], longer, *value[number + 1 :]] for longer in lengthened(item))
    elif isinstance(value, str | int) and not isinstance(value, bool):
        yield f"{value}{LONG}"


def variants(subject: Subject) -> Iterator[Subject]:
    """Yield the subject with one longer string in its TMM or in another object."""
    assert subject.stream
    for documents in lengthened([*yaml.safe_load_all(subject.stream.data)]):
        manifests = stream.read(yaml.safe_dump_all(documents, width=1 << 20).encode())
        found = next(objects(stream.parse(manifests, manifests.documents[0])))
        try:
            yield subject._replace(tmm=target.locate(found), stream=manifests)
        except Failure as failure:
            assert len(str(failure)) < ROOM + 4 * errors.NAME


def findings(module: ModuleType, subject: Subject) -> list[Finding]:
    return [*module.apply(subject)]


@pytest.mark.parametrize("module", CHECKS, ids=lambda module: module.ID)
def test_a_long_value_or_name_is_cut_and_the_sentence_is_not(module: ModuleType) -> None:
    subject = completed(rules_page.examples(module)["Failing"])
    usual = {finding.fix for finding in findings(module, subject)}
    for variant in variants(subject):
        for finding in findings(module, variant):
            line, fix = finding.lines
            assert len(line) < ROOM + 4 * errors.NAME
            assert line.endswith(f" [{module.ID}]")
            assert f": {finding.level}: " in f": {line}"
            assert len(fix) < ROOM
            assert fix.startswith(FIX)
    assert all(usual)


@pytest.mark.parametrize("module", CHECKS, ids=lambda module: module.ID)
def test_nothing_of_an_ordinary_finding_is_cut(module: ModuleType) -> None:
    subject = completed(rules_page.examples(module)["Failing"])
    assert not [finding for finding in findings(module, subject) if "…" in "".join(finding.lines)]


def test_names_are_whole_as_far_as_kubernetes_admits_them() -> None:
    longest = f"{'d' * 253}/{'n' * 63}"
    assert errors.full_name(longest) == longest
    assert errors.full_name(f"{longest}x") == f"{longest}…"


def test_a_value_is_cut_at_60_characters() -> None:
    assert errors.brief("v" * 60) == "v" * 60
    assert errors.brief("v" * 61) == f"{'v' * 60}…"


def test_a_path_is_whole_however_long() -> None:
    place = errors.Place("folder/" * 100 + "file.yaml", 12, 34, "spec.networks[0].name")
    line, _ = Finding("rule", "error", "message", "fix", place).lines
    assert line == f"{place}: error: message [rule]"
