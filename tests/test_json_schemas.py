"""Test the published schemas of the verbs' JSON output: complete, strict, and equal in their common parts."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from subprocess import CompletedProcess
from typing import Any

import pytest

from postrender import config, conversion, files
from postrender.cli.commands import schema as verb
from postrender.errors import ConfigError, Place
from postrender.report import failures, formats
from postrender.rules import manual
from postrender.rules.finding import LEVELS, Finding, Reference
from postrender.verify import next_steps, rows, table
from postrender.verify.client import Client
from postrender.yamledit.change import ADD, REMOVE, REPLACE
from tests import json_documents
from tests.configs import HEAD
from tests.json_documents import VERBS, problems, require_valid, schema

Program = Callable[..., CompletedProcess[bytes]]

CONFIG = config.parse(f"{HEAD}spec: {{networks: [{{name: net-a, master: ens1}}]}}\n".encode())
TMM = b"""\
# Source: spk/tmm.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: f5-tmm}
spec: {template: {spec: {containers: [{name: f5-tmm, env: [{name: PCIDEVICE_X, value: a}]}]}}}
"""
OBJECT = Reference(2, "Deployment", "spk", "f5-tmm", "spk/templates/tmm.yaml")
FOUND = Finding("rule-a", "error", "is wrong", "fix it", Place("a.yaml", 7, 3, "spec.a"), OBJECT)
BARE = Finding("rule-b", "note", "is odd", "")
QUESTION = rows.Question(rows.RESULT, "a thing", "this", "Next steps")
ROWS = (rows.ok(QUESTION, "this"), rows.differs(QUESTION, "that", "fix it"))
FAILURE = failures.serialize([ConfigError("is wrong; fix it", Place("lab.yaml", 5, 3, "spec"))], "json")
CLIENT = Client("oc", "/usr/bin/oc", None)

DOCUMENTS = [
    pytest.param("check", formats.findings_as_json([FOUND, BARE]), id="check"),
    pytest.param("check", FAILURE, id="check-fails"),
    pytest.param("diff", formats.difference_as_json([conversion.convert(TMM, CONFIG)]), id="diff"),
    pytest.param("diff", FAILURE, id="diff-fails"),
    pytest.param("verify", table.format_rows(ROWS, "json"), id="verify"),
    pytest.param("verify", next_steps.format_steps(CONFIG, CLIENT, "json"), id="verify-explains"),
    pytest.param("verify", next_steps.format_steps(CONFIG, None, "json"), id="verify-explains-without-a-client"),
    pytest.param("verify", FAILURE, id="verify-fails"),
]


def objects(node: Any) -> Iterator[dict[str, Any]]:
    """Yield every object in a JSON document, except objects in values from the manifests, which may be anything."""
    if isinstance(node, dict):
        yield node
        node = [inner for name, inner in node.items() if name not in ("value", "old")]
    for inner in node if isinstance(node, list) else ():
        yield from objects(inner)


def described(node: Any) -> Iterator[dict[str, Any]]:
    """Yield every part of a schema that describes an object."""
    yield from (it for it in objects(node) if "properties" in it and "required" in it)


# Tests of the schemas.


@pytest.mark.parametrize("of", VERBS)
def test_every_property_has_a_meaning(of: str) -> None:
    whole = schema(of)
    for found in described(whole):
        for name, inner in found["properties"].items():
            named = whole["$defs"][inner["$ref"].rpartition("/")[2]] if "$ref" in inner else inner
            told = inner.get("description") or named["description"]
            assert told.endswith("."), name


@pytest.mark.parametrize("of", VERBS)
def test_no_object_has_other_properties_or_leaves_one_out(of: str) -> None:
    for found in described(schema(of)):
        assert found["additionalProperties"] is False
        assert set(found["properties"]) - set(found["required"]) <= {"value"}  # a removal has no value


def test_what_verbs_have_in_common_is_the_same() -> None:
    check, *others = (schema(of)["$defs"] for of in VERBS)
    for name in ("finding", "document", "levels"):
        assert [other[name] for other in others] == [check[name]] * 2
    parts = [{name: schema("check")[name] for name in ("required", "properties")}] * 2
    assert [{name: other["failure"][name] for name in ("required", "properties")} for other in others] == parts


def test_what_may_be_said_is_what_the_program_says() -> None:
    check, diff, verify = (schema(of)["$defs"] for of in VERBS)
    assert check["finding"]["properties"]["level"]["enum"] == list(LEVELS)
    assert check["levels"]["required"] == list(LEVELS)
    assert diff["change"]["properties"]["op"]["enum"] == [ADD, REPLACE, REMOVE]
    assert verify["row"]["properties"]["state"]["enum"] == list(rows.STATES)
    assert verify["states"]["required"] == list(rows.STATES)
    groups = [rows.PREREQUISITES, rows.CONFIGURATION, rows.RESULT]
    assert verify["row"]["properties"]["group"]["enum"] == groups


@pytest.mark.parametrize("page", manual.pages(), ids=lambda page: page.rule)
def test_the_name_of_every_rule_fits(page: manual.Page) -> None:
    assert problems("check", json.loads(formats.findings_as_json([BARE._replace(rule=page.rule)]))) == []


@pytest.mark.parametrize("of", verb.OF)
def test_the_verb_prints_each(called: Program, of: str) -> None:
    done = called("schema", "--of", of)
    assert (done.returncode, done.stdout) == (0, files.read_shipped("schemas", f"{of}.schema.json"))


def test_the_usual_schema_is_the_configs(called: Program) -> None:
    assert called("schema").stdout == files.read_shipped("schemas", "config.schema.json")


# Tests of documents against the schemas.


@pytest.mark.parametrize(("of", "text"), DOCUMENTS)
def test_what_is_printed_fits(of: str, text: str) -> None:
    assert problems(of, json.loads(text)) == []


@pytest.mark.parametrize(("of", "text"), DOCUMENTS)
def test_a_property_more_or_less_does_not(of: str, text: str) -> None:
    document = json.loads(text)
    for number, found in enumerate(objects(document)):
        for name in [*found, "more"]:
            other = copy.deepcopy(document)
            (changed,) = (it for at, it in enumerate(objects(other)) if at == number)
            changed.pop(name, None) if name in found else changed.update({name: None})
            assert problems(of, other) != [], (number, name)


@pytest.mark.parametrize(("of", "text"), DOCUMENTS)
def test_a_value_of_another_type_does_not(of: str, text: str) -> None:
    document = json.loads(text)
    for number, found in enumerate(objects(document)):
        for name in found.keys() - {"value", "old"}:
            other = copy.deepcopy(document)
            (changed,) = (it for at, it in enumerate(objects(other)) if at == number)
            changed[name] = 1.5
            assert problems(of, other) != [], (number, name)


# Tests of the hook that validates JSON in every test.


@pytest.mark.parametrize(
    "words", ["check --format json", "diff --format=json a.yaml", "verify --format json --explain"]
)
def test_a_run_that_prints_something_else_is_noticed(words: str) -> None:
    with pytest.raises(AssertionError, match="printed what its schema does not allow"):
        require_valid(words.split(), 0, b"{}")
    with pytest.raises(ValueError, match="Expecting value"):
        require_valid(words.split(), 3, b"")


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("check --format github json", 0),
        ("compile --format flux", 0),
        ("check --format json --help", 0),
        ("check --format json", -9),
        ("check --format json", 130),
        ("check --format jsonn", 2),
    ],
)
def test_a_run_that_owes_no_document_is_left_alone(words: str, status: int) -> None:
    require_valid(words.split(), status, b"no document")


def test_the_hook_is_where_tests_run_the_program(
    called: Program, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(json_documents, "require_valid", lambda words, *_: asked.append(words))
    called("schema")
    program("schema")
    assert asked == [("schema",), ("schema",)]
