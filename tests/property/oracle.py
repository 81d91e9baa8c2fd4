"""Determine the expected result of a conversion without the editing code: with other parsers, jsonpatch, and lines."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import jsonpatch
import yaml
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from postrender.yamledit import nodes
from postrender.yamledit.change import ADD, APPEND, REMOVE, Change, pointer
from tests.configs import TMM_NAME

BREAK = re.compile(r"\r\n|\r|\n")


def patched(original: Any, changes: Sequence[Change]) -> Any:
    """Return the document after the changes, applied one by one according to RFC 6902."""
    operations = [{"op": change.op, "path": pointer(change.path), "value": change.value} for change in changes]
    return jsonpatch.apply_patch(copy.deepcopy(original), operations)


def read_1_1(text: str) -> list[Any]:
    return list(yaml.load_all(text, Loader=yaml.CSafeLoader))


def read_1_2(text: str) -> list[Any] | None:
    """Return the documents, or None if ruamel.yaml refuses the text, such as repeated keys and some tabs."""
    try:
        return list(YAML(typ="safe", pure=True).load_all(text))
    except YAMLError:
        return None


def typed(value: Any) -> str:
    """Return a form in which 1, 1.0, True and "1" differ, and the order of keys does not matter."""
    if isinstance(value, dict):
        return "{" + ", ".join(sorted(f"{key!r}: {typed(inner)}" for key, inner in value.items())) + "}"
    return "[" + ", ".join(map(typed, value)) + "]" if isinstance(value, list) else repr(value)


# Lines.


def lines(text: str) -> list[str]:
    return BREAK.split(text)


def untouched(text: str, root: Any, changes: Sequence[Change]) -> list[str]:
    """Return the lines that no change may affect."""
    numbered = lines(text)
    touched = {line for change in changes for line in _touched(numbered, root, change)}
    return [line for number, line in enumerate(numbered) if number not in touched]


def is_subsequence(wanted: Iterable[str], of: Iterable[str]) -> bool:
    rest = iter(of)
    return all(any(line == other for other in rest) for line in wanted)


def _touched(numbered: list[str], root: Any, change: Change) -> Iterator[int]:
    *parents, step = change.path
    parent = nodes.find(root, tuple(parents))
    if parent is None or (step == APPEND and nodes.is_sequence(parent)) or nodes.find(root, change.path) is None:
        assert change.op == ADD
    if nodes.is_flow(parent):  # type: ignore[arg-type]
        yield from range(parent.start_mark.line, parent.end_mark.line + 1)  # type: ignore[union-attr]
        return
    for first, last in spans(numbered, parent, step):
        yield from range(first, last + 1)
        if change.op == REMOVE:
            yield from _lines_of_key(root, tuple(parents))  # this line gets `{}` or `[]` if nothing is left
            yield from _lines_up_to_text(numbered, last + 1)  # the next entry can move up to the dash


def _lines_up_to_text(numbered: list[str], line: int) -> Iterator[int]:
    while line < len(numbered) and not numbered[line].strip():
        yield line
        line += 1
    yield line


def spans(numbered: list[str], parent: Any, step: str | int) -> Iterator[tuple[int, int]]:
    """Yield the first and the last line of each entry at a step; an item starts at its dash."""
    if isinstance(step, int):
        node = parent.value[step]
        yield _line_of_dash(numbered, node) if nodes.is_block(parent) else node.start_mark.line, _last_line(node)
        return
    for key, node in parent.value if nodes.is_mapping(parent) else ():
        if key.value == step:
            yield key.start_mark.line, max(_last_line(node), key.end_mark.line)


def _line_of_dash(numbered: list[str], node: Any) -> int:
    line: int = node.start_mark.line
    if "-" in numbered[line][: node.start_mark.column]:
        return line
    return next(above for above in range(line - 1, -1, -1) if numbered[above].lstrip(" ").startswith("-"))


def _lines_of_key(root: Any, path: tuple[str | int, ...]) -> Iterator[int]:
    above = nodes.find(root, path[:-1])
    for key, _ in above.value if nodes.is_mapping(above) and path else ():
        if key.value == path[-1]:
            yield key.start_mark.line


def _last_line(node: Any) -> int:
    """Return the last line of a node; libyaml's end mark of a block comes after comments and blank lines."""
    if nodes.is_block(node) and node.value:
        last = node.value[-1]
        return max(map(_last_line, last)) if isinstance(last, tuple) else _last_line(last)
    line: int = node.end_mark.line
    return line - 1 if nodes.is_scalar(node) and node.style in ("|", ">") and node.end_mark.column == 0 else line


# The expected SPK settings according to F5's guide and the design, determined only from the parsed document.

SRIOV = re.compile(r"(OPENSHIFT|ROBIN)_VFIO_RESOURCE_\d+|PCIDEVICE_.*")


def workload(document: Any) -> Any:
    """Return the TMM workload of a document, which may be a List."""
    return document["items"][1] if document["kind"] == "List" else document


def tmm_container(document: Any) -> Any:
    found = [it for it in workload(document)["spec"]["template"]["spec"]["containers"] if it["name"] == TMM_NAME]
    assert len(found) == 1
    return found[0]


def variables(document: Any) -> list[tuple[str, str | None, bool]]:
    """Return the name and value of every variable of TMM, and whether `valueFrom` sets the value."""
    entries = tmm_container(document).get("env") or []
    return [(entry["name"], entry.get("value"), "valueFrom" in entry) for entry in entries]


def amounts(document: Any, group: str) -> dict[str, str]:
    found = (tmm_container(document).get("resources") or {}).get(group) or {}
    return {name: str(amount) for name, amount in found.items()}


def definitions(documents: list[Any]) -> list[tuple[str, str | None, dict[str, Any]]]:
    """Return the name, namespace and CNI config of each definition."""
    assert all(it["kind"] == "NetworkAttachmentDefinition" for it in documents)
    return [
        (it["metadata"]["name"], it["metadata"].get("namespace"), json.loads(it["spec"]["config"])) for it in documents
    ]
