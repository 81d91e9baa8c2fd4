"""The published types of Argo CD's objects as one JSON Schema that refuses unknown fields.

The types are TypeScript, generated from Argo CD's Go source. npm downloads the package, whose hash is pinned; its code
is never run.
"""

from __future__ import annotations

import functools
import io
import re
import tarfile
from collections.abc import Iterator
from typing import Any

from tools.npm import Package, archive

PACKAGE = Package(
    "@kubernetes-models/argo-cd",
    "4.0.0",
    "xzgoF4x2iXJdbkOywP1tpZTzUzAU2dQ/LKBWHQKCupH/AQkJIgtv9J79+Vti5z4in/Kr6sUyCMBwDIF6YVWRfw==",
)
FOLDER = "package/argoproj.io/v1alpha1/"

Schema = dict[str, Any]

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_TYPE = re.compile(
    r"export interface I(?P<name>\w+)(?: extends (?P<bases>[^{]+))? (?=\{)|export type I(?P<alias>\w+) = "
)
_WORD = re.compile(r'"[^"]*"|\w+|[\[\]{}<>:;?|]')
_OURS = re.compile(r"I\w+V1alpha1(\w+)")
_PLAIN: dict[str, Schema] = {it: {"type": it} for it in ("string", "boolean", "number")}


@functools.cache
def schema(kind: str) -> Schema:
    """Return the schema of a kind in argoproj.io/v1alpha1."""
    types: dict[str, Schema] = {}
    for text in _declarations():
        types.update(_declared(_COMMENT.sub("", text)))
    return {"$ref": f"#/$defs/{kind}", "$defs": {name: _closed(name, types) for name in types}}


def _declarations() -> Iterator[str]:
    with tarfile.open(fileobj=io.BytesIO(archive(PACKAGE))) as tar:
        for member in tar:
            file = tar.extractfile(member) if re.fullmatch(rf"{FOLDER}\w+\.d\.ts", member.name) else None
            if file:
                yield file.read().decode()


def _declared(text: str) -> Iterator[tuple[str, Schema]]:
    """Yield each type that a file declares; `_closed` adds the fields that an interface inherits."""
    for found in _TYPE.finditer(text):
        words = iter(_WORD.findall(text[found.end() :]))
        declared = _type(next(words), words)
        yield found["name"] or found["alias"], {**declared, "bases": _OURS.findall(found["bases"] or "")}


def _type(word: str, words: Iterator[str]) -> Schema:
    """Return the schema of the type that starts with this word; `_object` handles the words after the type."""
    if word == "{":
        return _object(words)
    if word == "Array":
        next(words)
        return {"type": "array", "items": _type(next(words), words)}
    if word.startswith('"'):
        return {"type": "string"}
    ours = _OURS.fullmatch(word)
    return _PLAIN.get(word) or ({"$ref": f"#/$defs/{ours[1]}"} if ours else {})


def _object(words: Iterator[str]) -> Schema:
    properties: dict[str, Schema] = {}
    found: Schema = {"type": "object", "properties": properties, "required": [], "additionalProperties": False}
    for word in words:
        if word == "}":
            break
        if word == "[":  # from `[key: string]: TYPE;`
            *_, first = (next(words) for _ in range(6))
            found["additionalProperties"] = _type(first, words)
        elif word.startswith('"'):
            name, mark = word.strip('"'), next(words)
            if mark == ":":
                found["required"].append(name)
            else:
                next(words)
            properties[name] = _type(next(words), words)
    return found


def _closed(name: str, types: dict[str, Schema]) -> Schema:
    """Return the schema of a type, including inherited fields."""
    own = types[name]
    bases = [_closed(base, types) for base in own["bases"]]
    if not bases:
        return {key: value for key, value in own.items() if key != "bases"}
    every = [*bases, own]
    properties = {key: value for it in every for key, value in it["properties"].items()}
    required = [key for it in every for key in it["required"]]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
