"""Test that docs/reference.md, which is generated from the parser, the errors and the schema, is complete."""

from __future__ import annotations

import ast
import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from postrender import cli, errors, files, hosts
from postrender.cli import arguments, commands, conversions
from postrender.hosts import parameters
from tests.docs import first_column, prose, read
from tools import reference_page

PAGE = "docs/reference.md"
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


def section(title: str) -> str:
    """Return the text below a second-level heading."""
    return prose(PAGE).partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_the_page_is_fresh() -> None:
    assert read(PAGE) == reference_page.page(), "run `make docs`"


@pytest.mark.parametrize("verb", commands.VERBS)
def test_a_verb_has_a_section_with_every_option_of_its_help(verb: str) -> None:
    with pytest.raises(arguments.Information) as asked:
        arguments.parse([verb, "--help"])
    verbs = section("Verbs")
    common, own = verbs.partition("\n### ")[0], verbs.partition(f"\n### {verb}\n")[2].partition("\n### ")[0]
    assert f"`{verb}" in own
    assert set(OPTION.findall(str(asked.value))) <= set(OPTION.findall(common + own))


def test_no_verb_has_an_option_that_its_help_lacks() -> None:
    for part in section("Verbs").split("\n### ")[1:]:
        with pytest.raises(arguments.Information) as asked:
            arguments.parse([part.partition("\n")[0], "--help"])
        assert set(OPTION.findall(part)) <= set(OPTION.findall(str(asked.value)))


def test_every_exit_status_has_a_meaning_of_its_own() -> None:
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", section("Exit statuses"), re.MULTILINE)
    assert [status for status, _ in rows] == [str(it.number) for it in errors.STATUSES]
    assert len({meaning for _, meaning in rows}) == len(rows)


def test_the_readme_has_the_same_exit_statuses() -> None:
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", read("README.md"), re.MULTILINE)
    assert rows == [(str(it.number), it.meaning) for it in errors.STATUSES]


def test_an_error_ends_with_a_status_of_the_table() -> None:
    kinds = [it for it in vars(errors).values() if inspect.isclass(it) and issubclass(it, errors.Failure)]
    assert {kind.status for kind in kinds} <= {it.number for it in errors.STATUSES}


def paths(schema: dict[str, Any], named: dict[str, Any], path: str = "") -> Iterator[str]:
    """Yield the paths of a schema's fields, following its references."""
    schema = {**named[schema["$ref"].split("/")[-1]], **schema} if "$ref" in schema else schema
    for variant in schema.get("oneOf", ()):
        yield from paths(variant, named, path)
    if "items" in schema and "$ref" not in schema["items"].get("$ref", ""):
        yield from paths(schema["items"], named, f"{path}[]")
    for name, inner in schema.get("properties", {}).items():
        deeper = f"{path}.{name}".removeprefix(".")
        yield deeper
        yield from paths(inner, named, deeper)


def test_every_field_of_the_config_is_there() -> None:
    schema = json.loads(files.read_shipped("schemas", "config.schema.json"))
    fields = {"apiVersion", "spec.networks[].vlan.selfIPv4", "spec.patches[].patch[].from"}
    assert fields <= set(paths(schema, schema["$defs"]))
    assert set(first_column(section("The config"))) == set(paths(schema, schema["$defs"]))


def variables() -> set[str]:
    """Return the environment variables in the source: the first argument of each `environ.get` or `environment.get`."""
    sources = [*Path(cli.__file__).parent.rglob("*.py"), *Path(hosts.__file__).parent.rglob("*.py")]
    calls = [it for source in sources for it in ast.walk(ast.parse(source.read_bytes())) if isinstance(it, ast.Call)]
    getting = [it for it in calls if re.fullmatch(r"(os\.)?environ(ment)?\.get", ast.unparse(it.func))]
    named = {it.args[0].value for it in getting if isinstance(it.args[0], ast.Constant)}
    return {*map(str, named), conversions.CONFIG_VARIABLE, parameters.VARIABLE}


def test_every_environment_variable_is_there() -> None:
    assert set(first_column(section("Environment"))) == variables()
