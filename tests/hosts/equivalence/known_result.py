"""A KRM function that replaces the items with result.yaml from its folder, and changes nothing else."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import yaml

Object = dict[str, Any]


def identity(item: Object) -> tuple[object, ...]:
    metadata = item["metadata"]
    return item["apiVersion"], item["kind"], metadata["name"], metadata.get("namespace")


def with_marks(item: Object, marks: dict[tuple[object, ...], Object]) -> Object:
    """Keep kustomize's own annotations, by which kustomize recognizes its objects; every function must keep them."""
    metadata = item["metadata"]
    annotations = {**marks.get(identity(item), {}), **(metadata.get("annotations") or {})}
    return {**item, "metadata": {**metadata, "annotations": annotations}}


def main() -> None:
    given = yaml.load(sys.stdin, yaml.CSafeLoader)
    marks = {identity(item): item["metadata"].get("annotations") or {} for item in given["items"]}
    result = [item for item in yaml.load_all(Path("result.yaml").read_bytes(), yaml.CSafeLoader) if item]
    json.dump({**given, "items": [with_marks(item, marks) for item in result]}, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
