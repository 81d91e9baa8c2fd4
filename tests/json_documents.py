"""Validate the JSON that a verb prints in any test against the published schema of the verb."""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from typing import Any

import jsonschema

from postrender import files
from postrender.cli import arguments
from postrender.errors import INTERRUPTED, Failure

VERBS = ("check", "diff", "verify")


@functools.cache
def schema(verb: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files.read_shipped("schemas", f"{verb}.schema.json"))
    return found


@functools.cache
def _validator(verb: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema(verb))


def problems(verb: str, document: object) -> list[str]:
    """Return the errors of a document against a verb's schema; if there are alternatives, those of the nearest."""
    errors = _validator(verb).iter_errors(document)
    return [jsonschema.exceptions.best_match([error]).message for error in errors]


def require_valid(words: Sequence[str], status: int, output: bytes | str | None) -> None:
    """Fail if a run that ended by itself printed invalid JSON; an output of None was not captured."""
    verb = _printing_json(words)
    if verb and output is not None and 0 <= status < INTERRUPTED:
        assert problems(verb, json.loads(output)) == [], f"{verb} printed what its schema does not allow"


def _printing_json(words: Sequence[str]) -> str | None:
    """Return the verb of a command line if the verb prints JSON."""
    if not set(VERBS) & set(words) or not any("json" in word for word in words):
        return None
    try:
        command = arguments.parse(words)
    except (Failure, arguments.Information):
        return None
    return command.verb if command.verb in VERBS and getattr(command.arguments, "format", None) == "json" else None
