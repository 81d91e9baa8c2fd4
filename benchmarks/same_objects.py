"""Compares the objects of two outputs, regardless of order and layout."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

Objects = dict[str, Any]
_NOTHING = "(nothing)"


def objects(text: bytes) -> Objects:
    """Return the objects of a stream by identity; end the program if two objects have the same identity."""
    found: Objects = {}
    for document in yaml.load_all(text, yaml.CSafeLoader):
        identity = _identity(document)
        if identity in found:
            raise SystemExit(f"benchmarks: {identity} occurs twice")
        found[identity] = _by_name(_readable(document))
    return found


def require_same(expected: Path, actual: Path) -> None:
    """End the program and show the differences, unless both files have the same objects."""
    left, right = objects(expected.read_bytes()), objects(actual.read_bytes())
    differences = _differences("", left, right)
    if differences:
        shown = "\n".join(f"  {line}" for line in differences[:20])
        raise SystemExit(f"benchmarks: the outputs differ, {expected.stem} -> {actual.stem}:\n{shown}")


def _identity(document: dict[str, Any]) -> str:
    metadata = document["metadata"]
    parts = (document["apiVersion"], document["kind"], metadata.get("namespace", ""))
    return " ".join((*parts, metadata["name"]))


def _readable(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document for comparison, with the CNI config of a network attachment definition parsed as JSON."""
    if document["kind"] == "NetworkAttachmentDefinition":
        document["spec"]["config"] = json.loads(document["spec"]["config"])
    return document


def _by_name(value: Any) -> Any:
    """Return a value with its lists of uniquely named entries as maps: a strategic merge reorders such lists."""
    if isinstance(value, dict):
        return {key: _by_name(child) for key, child in value.items()}
    if not isinstance(value, list):
        return value
    names = [child.get("name") for child in value if isinstance(child, dict)]
    children = [_by_name(child) for child in value]
    if len(names) == len(value) == len(set(names)) and None not in names:
        return dict(zip(names, children, strict=True))
    return children


def _differences(path: str, left: Any, right: Any) -> list[str]:
    if isinstance(left, dict) and isinstance(right, dict):
        return [
            line
            for key in sorted({*left, *right}, key=str)
            for line in _differences(f"{path}/{key}", left.get(key, _NOTHING), right.get(key, _NOTHING))
        ]
    same = type(left) is type(right) and left == right
    return [] if same else [f"{path}: {_short(left)} -> {_short(right)}"]


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
