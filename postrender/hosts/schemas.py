"""Checks the schema of a chart's values: Helm follows its references to any file or server, and quotes what it reads.

Every reference must therefore stay inside the schema. Source: Helm 3.19 and 4.2, pkg/chartutil/jsonschema.go; a
reference without a scheme is resolved against `file:///`.
"""

from __future__ import annotations

import json
import re

from postrender.errors import InputError, Place, TooLarge, brief

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

NAME = "values.schema.json"
VALUES = 500_000  #: the maximum number of values in a schema, because each takes much more memory than its text
REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
#: The dialects that Helm's library includes; it fetches any other dialect.
DIALECT = re.compile(r"https?://json-schema\.org/(draft-0[467]|draft/20(19-09|20-12))/schema#?")


def require_local(data: bytes, file: str) -> None:
    """Raise InputError if a schema refers to anything outside of itself, is too large, or cannot be read."""
    if sum(map(data.count, (b"{", b"[", b","))) > VALUES:
        raise TooLarge(f"has more than {VALUES} values; remove what it does not need", Place(file))
    try:
        json.loads(data.decode(), object_pairs_hook=_checked)
    except _Foreign as error:
        sentence = f"{brief(error)} refers to another schema, which is never read"
        raise InputError(f"{sentence}; move that schema into this file, below #/$defs", Place(file)) from None
    except (ValueError, RecursionError):
        raise InputError("is not valid JSON, so its references cannot be checked; fix the JSON", Place(file)) from None


class _Foreign(Exception):
    """A keyword that refers to another schema."""


def _checked(pairs: list[tuple[str, Any]]) -> None:
    """Check every key of an object, including repeated keys, because readers differ on which one counts."""
    for key, value in pairs:
        leaves = key in REFERENCES and not (isinstance(value, str) and value.startswith("#"))
        if leaves or (key == "$schema" and not (isinstance(value, str) and DIALECT.fullmatch(value))):
            raise _Foreign(key)
