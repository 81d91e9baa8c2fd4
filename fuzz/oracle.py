"""Checks that a conversion makes only the planned changes, with two YAML readers and line by line.

Unlike the program's own parser, both readers are pure Python: PyYAML's reader, which here reads every scalar as a
string, and ruamel.yaml's reader for YAML 1.2, which reads types. A reader that cannot read the input is skipped, and
the fuzzer counts how often this happens.
"""

from __future__ import annotations

import copy
import functools
import json
import re
import traceback
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import YAMLError

from fuzz.generator import Stream
from postrender import conversion
from postrender.conversion import Converted
from postrender.errors import INPUT, NO_TARGET, Failure
from postrender.yamledit import nodes
from postrender.yamledit.change import ADD, APPEND, REMOVE, Change
from tests.property import oracle

SPLICED, LAID_OUT, UNCHANGED, REFUSED, WRONG = "edited in place", "reformatted", "unchanged", "refused", "wrong"
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
COMMENT = re.compile(r"# c\d+")
NULLS = ("null", "~", "Null", "NULL", "")

Read = Callable[[str], list[Any]]
Convert = Callable[..., Converted]


class Outcome(NamedTuple):
    """The outcome of a conversion, the reason if refused or wrong, and the readers that cannot read the input."""

    kind: str
    reason: str = ""
    unread: tuple[str, ...] = ()


class Wrong(Exception):
    """The result of a conversion is wrong."""


class Unreadable(Wrong):
    """A reader that can read the input cannot read the result."""


def judge(stream: Stream, convert: Convert = conversion.convert) -> Outcome:
    """Convert a stream, check the result, and return the outcome."""
    try:
        result = convert(stream.data, stream.config)
    except Failure as failure:
        if failure.status in (INPUT, NO_TARGET):
            return Outcome(REFUSED, failure.sentence)
        return Outcome(WRONG, f"exit {failure.status}: {failure}")
    except Exception as error:
        return Outcome(WRONG, f"{_where(error)}: {error!r}")
    try:
        unread = _require_right(stream, result, convert)
        return Outcome(_kind(stream, result), unread=("both",) if len(unread) == len(READERS) else unread)
    except Wrong as wrong:
        return Outcome(WRONG, str(wrong))
    except Exception as error:
        return Outcome(WRONG, f"an error occurred while the result was checked: {_where(error)}: {error!r}")


def _where(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.name}, line {frame.lineno}"


def _kind(stream: Stream, result: Converted) -> str:
    if result.output == stream.data:
        return UNCHANGED
    return LAID_OUT if _is_laid_out(result) else SPLICED


def _is_laid_out(result: Converted) -> bool:
    return any(finding.rule == "layout" for finding in result.findings)


def _require_right(stream: Stream, result: Converted, convert: Convert) -> tuple[str, ...]:
    if not planned(result) and not result.defined:
        _require(result.output == stream.data, "something changed, although no change was planned")
        return ()
    edited = edited_text(stream, result)
    if not _is_laid_out(result):
        require_lines(stream.tmm, edited, planned(result), _namespace(result))
    unread = require_meaning(stream, edited, result)
    _require_stable(stream, result, convert)
    return unread


def _namespace(result: Converted) -> str:
    return result.rendered.namespace or ""


def planned(result: Converted) -> tuple[Change, ...]:
    """Return all changes of the TMM's document; those from the user's patches come last."""
    return (*result.changes, *(change for _, change in result.patched))


def _require(holds: bool, sentence: str) -> None:
    if not holds:
        raise Wrong(sentence)


# Bytes and lines.


def edited_text(stream: Stream, result: Converted) -> str:
    """Return the definitions and the TMM's document from the output; require that all other bytes are unchanged."""
    output = result.output
    _require(output.startswith(stream.before), "bytes before the document changed")
    _require(output.endswith(stream.after), "bytes after the document changed")
    end = len(output) - len(stream.after)
    _require(end >= len(stream.before), "the document is missing")
    return output[len(stream.before) : end].decode()


def require_lines(text: str, edited: str, changes: Sequence[Change], namespace: str = "") -> None:
    """Require that lines without a planned change stay in order, and that no comment is lost or repeated.

    The definitions repeat the TMM's namespace, which may look like a comment.
    """
    root = nodes.compose(text)
    kept = _untouched(text, root, changes)
    lost = _lost(kept, edited)
    _require(lost is None, f"a line changed without a planned change: {lost!r}")
    before, after = COMMENT.findall(text), COMMENT.findall(edited)
    gone = {it for it in before if before.count(it) > after.count(it)} - _with_what_went(text, root, changes)
    _require(not gone, f"comments are lost: {sorted(gone)}")
    said = f"{changes}{namespace}"  # text that looks like a comment may be part of a block scalar
    _require(not [it for it in after if after.count(it) > before.count(it) and it not in said], "a comment is repeated")
    _require(_blanks(edited) <= _blanks(text) + _emptied(root, changes), "the result has additional blank lines")


def _emptied(root: Any, changes: Sequence[Change]) -> int:
    """Return how many lines of flow collections may become blank when their entries are removed."""
    holders = [nodes.find(root, it.path[:-1]) for it in changes if it.op == REMOVE]
    return sum(holder is not None and nodes.is_flow(holder) for holder in holders)


def _lines(text: str) -> list[str]:
    return LINE.findall(text)


def _blanks(text: str) -> int:
    return sum(not line.strip() for line in _lines(text))


def _untouched(text: str, root: Any, changes: Sequence[Change]) -> list[str]:
    """Return the lines that must stay, with their line breaks, except a last line that may get a line break."""
    numbered = oracle.lines(text)
    # Skip removals of a value that an earlier patch added, because the input does not have this value.
    changes = [it for it in changes if it.op == ADD or nodes.find(root, it.path) is not None]
    touched = {line for change in changes for line in oracle._touched(numbered, root, change)}
    whole = _lines(text)
    if whole and not whole[-1].endswith(("\n", "\r")):
        touched.add(len(whole) - 1)
    return [line for number, line in enumerate(whole) if number not in touched]


def _lost(kept: Sequence[str], edited: str) -> str | None:
    """Return the first line of `kept` that the edited text lacks, or None."""
    rest = iter(_lines(edited))
    return next((line for line in kept if not any(line == other for other in rest)), None)


def _with_what_went(text: str, root: Any, changes: Sequence[Change]) -> set[str]:
    """Return the comments in removed values, and in replaced values that are not scalars on one line."""
    numbered = oracle.lines(text)
    found: set[str] = set()
    for change in changes:
        node = nodes.find(root, change.path)
        if node is not None and (change.op == REMOVE or not _is_on_one_line(node)):
            for first, last in oracle.spans(numbered, nodes.find(root, change.path[:-1]), change.path[-1]):
                found |= set(COMMENT.findall("\n".join(numbered[first : last + 1])))
    return found


def _is_on_one_line(node: Any) -> bool:
    return nodes.is_scalar(node) and node.start_mark.line == node.end_mark.line


# Values.


class _Strings(yaml.SafeLoader):
    """PyYAML's pure-Python loader, changed to read every plain scalar except the merge key as a string."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - as PyYAML declares it
        "<": [("tag:yaml.org,2002:merge", re.compile("^<<$"))]
    }

    def tagged(self, node: yaml.Node) -> Any:
        return _tagged(self, node, yaml.ScalarNode, yaml.SequenceNode)


class _Types(SafeConstructor):
    """ruamel.yaml's constructor, which also reads values with unknown tags."""

    def tagged(self, node: Any) -> Any:
        from ruamel.yaml import ScalarNode, SequenceNode

        return _tagged(self, node, ScalarNode, SequenceNode)


def _tagged(constructor: Any, node: Any, scalar: type, sequence: type) -> Any:
    if isinstance(node, scalar):
        return constructor.construct_scalar(node)
    if isinstance(node, sequence):
        return constructor.construct_sequence(node, deep=True)
    return constructor.construct_mapping(node, deep=True)


_Strings.add_constructor(None, _Strings.tagged)
_Types.add_constructor(None, _Types.tagged)


@functools.lru_cache(maxsize=256)
def read_strings(text: str) -> list[Any]:
    """Return the documents of a text; raise ValueError if PyYAML refuses it."""
    try:
        return list(yaml.load_all(text, Loader=_Strings))
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError(str(error)) from None


@functools.lru_cache(maxsize=256)
def read_types(text: str) -> list[Any]:
    """Return the documents of a text; raise ValueError if ruamel.yaml refuses it, for example for a repeated key."""
    reader = YAML(typ="safe", pure=True)
    reader.Constructor = _Types
    try:
        return list(reader.load_all(text))
    except (YAMLError, RecursionError, ValueError, AttributeError, IndexError) as error:
        raise ValueError(str(error)) from None


READERS: dict[str, Read] = {"PyYAML": read_strings, "ruamel.yaml": read_types}


def require_meaning(stream: Stream, edited: str, result: Converted) -> tuple[str, ...]:
    """Require that the readers see the planned changes, and return the readers that could not read the input."""
    return tuple(name for name in READERS if not is_read_alike(name, stream, edited, result))


def is_read_alike(name: str, stream: Stream, edited: str, result: Converted) -> bool:
    """Require that a reader sees the planned changes; return False if the reader cannot read the input."""
    read = READERS[name]
    try:
        before = read(stream.tmm)
    except ValueError:
        return False
    try:
        after = read(edited)
    except ValueError as error:
        raise Unreadable(f"{name} cannot read the result: {error}") from None
    count = len(result.defined)
    _require_defined(name, after[:count], result)
    wanted = [applied(before[0], planned(result)), *before[1:]]
    _require(_seen(name, after[count:]) == _seen(name, wanted), f"{name} sees something other than the planned changes")
    return True


def _seen(name: str, value: Any) -> str:
    return oracle.typed(value if name == "ruamel.yaml" else strings(value))


def strings(value: Any) -> Any:
    """Return a value as a reader without types sees it, with every scalar as a string and null as an empty string."""
    if isinstance(value, dict):
        return {key: strings(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [strings(inner) for inner in value]
    text = value if isinstance(value, str) else json.dumps(value, default=repr)
    return "" if text in NULLS else text


def applied(value: Any, changes: Sequence[Change]) -> Any:
    """Return a document after applying the changes in order, as in RFC 6902."""
    value = copy.deepcopy(_unshared(value))
    for change in changes:
        *parents, step = change.path
        inner = value
        for parent in parents:
            inner = inner[parent]
        _apply(inner, step, change)
    return value


def _unshared(value: Any) -> Any:
    """Return a copy of a value in which each alias has its own copy."""
    if isinstance(value, dict):
        return {key: _unshared(inner) for key, inner in value.items()}
    return [_unshared(inner) for inner in value] if isinstance(value, list) else value


def _apply(inner: Any, step: Any, change: Change) -> None:
    if change.op == REMOVE:
        del inner[step]
    elif isinstance(inner, list) and step == APPEND:
        inner.append(copy.deepcopy(change.value))
    elif isinstance(inner, list) and change.op == ADD:
        inner.insert(step, copy.deepcopy(change.value))
    else:
        _require(change.op == ADD or step in inner or isinstance(inner, list), "a replaced value did not exist")
        inner[step] = copy.deepcopy(change.value)


def _require_defined(name: str, documents: Sequence[Any], result: Converted) -> None:
    found = [(it["kind"], it["metadata"]["name"], json.loads(it["spec"]["config"])["master"]) for it in documents]
    wanted = [("NetworkAttachmentDefinition", it.name, it.master) for it in result.defined]
    _require(found == wanted, f"{name} sees definitions other than the planned ones")


def _require_stable(stream: Stream, result: Converted, convert: Convert) -> None:
    """Require that a second run changes no byte."""
    try:
        again = convert(result.output, stream.config)
    except Exception as error:
        raise Wrong(f"the second run fails: {error}") from None
    _require(again.output == result.output, "the second run changes something")
