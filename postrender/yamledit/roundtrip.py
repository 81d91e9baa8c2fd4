"""The fallback if an edit in place is not safe: ruamel.yaml loads, changes and dumps the document.

Most comments stay, but the layout changes, so the user gets a warning. The result is compared with the plan, as after
an edit in place. If an alias or a merge key uses the edited node elsewhere too, the edit changes the value there as
well, so the comparison fails and the input is refused.
"""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

from postrender.yamledit import emit, nodes
from postrender.yamledit.change import ADD, APPEND, REMOVE
from postrender.yamledit.marks import BREAKS, line_break, line_start

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from postrender.yamledit.change import Change
    from postrender.yamledit.nodes import Node

MERGED = 10_000  #: the maximum number of entries that merge keys may supply in a document
WIDTH = 1 << 20  #: the maximum length of a line; ruamel.yaml folds longer lines


class Impossible(Exception):
    """A round trip fails, or its result differs from the plan. The exception's text is the reason."""


def edit(text: str, root: Node, changes: Sequence[Change]) -> str:
    """Return the changed document, reformatted below its marker; raise Impossible if that fails."""
    _require_few_merged(root)
    head, body, tail = _parts(text, root)
    try:
        dumped = _dumped(body, changes)
        # ruamel.yaml loses the last line break if a replaced collection ends with a blank line.
        if body.endswith("\n") and not dumped.endswith("\n"):
            dumped += "\n"
        return head + dumped.replace("\n", line_break(text, root.start_mark.index)) + tail
    except MemoryError:
        raise
    except Exception as error:  # ruamel.yaml's emitter also raises AttributeError, RecursionError and others
        problem = getattr(error, "problem", None) or str(error) or type(error).__name__
        raise Impossible(problem.partition("\n")[0]) from error


def _require_few_merged(root: Node) -> None:
    """Raise Impossible if merge keys supply too many entries, because ruamel.yaml copies each entry."""
    left = MERGED
    for node in nodes.walk(root):
        for source in nodes.merge_sources(node) if nodes.is_mapping(node) else ():
            left -= len(source.value) if source is not node else 0
            if left < 0:
                raise Impossible("merge keys (<<) supply too many entries")


def require_indented(text: str, root: Node) -> None:
    """Raise Impossible if a line between brackets is indented less than YAML 1.2 requires.

    After a comment in a flow collection, ruamel.yaml continues in column 0, which only some readers accept.
    """
    waiting = [(root, -1)]
    while waiting:
        node, column = waiting.pop()
        if nodes.is_flow(node):
            _require_inside(text[node.start_mark.index : node.end_mark.index], column)
        elif nodes.is_block(node):
            column = int(node.start_mark.column)
            waiting += ((child, column) for child in nodes.children(node))


def _require_inside(flow: str, column: int) -> None:
    for line in nodes.lines(flow)[1:]:
        if line.strip(" ]}\t") and len(line) - len(line.lstrip(" ")) <= column:
            raise Impossible("a flow collection would continue at the wrong indentation")


def _parts(text: str, root: Node) -> tuple[str, str, str]:
    """Return a document in three parts: down to its marker, the body, and from the end marker on.

    Only the body goes through ruamel.yaml, which would lose the rest.
    """
    start = root.start_mark.index
    line = line_start(text, start)
    head = text[:line] if not text[line:start].strip() else f"{text[:line]}---{line_break(text)}"
    starts = (at + 1 for at in range(start, len(text)) if text[at] in BREAKS)
    end = next((at for at in starts if text.startswith("...", at)), len(text))
    body = text[line if head == text[:line] else start : end]
    return head, body.replace("\r\n", "\n").replace("\r", "\n"), text[end:]


def _dumped(body: str, changes: Sequence[Change]) -> str:
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = WIDTH
    yaml.representer.add_representer(type(None), _null)
    data = yaml.load(body)
    for change in changes:
        _apply(data, change)
    written = StringIO()
    yaml.dump(data, written)
    # Check that the result can be read: ruamel.yaml writes `{*a : b}` as `{*a: b}`, which is valid only in YAML 1.1.
    yaml.load(written.getvalue())
    return written.getvalue()


def _null(representer: Any, _: None) -> Any:
    """Return a null as the word `null`, which most charts use; ruamel.yaml would leave the value empty."""
    return representer.represent_scalar("tag:yaml.org,2002:null", "null")


def _apply(data: Any, change: Change) -> None:
    """Make one change. If an alias shares the node, an earlier change may already have removed the key."""
    *parents, step = change.path
    for parent in parents:
        data = data[parent]
    if change.op == REMOVE:
        if isinstance(step, int) or step in data:
            del data[step]
    elif step == APPEND and isinstance(data, list):
        data.append(_value(change.value))
    elif change.op == ADD and isinstance(step, int):
        data.insert(step, _value(change.value))
    else:
        data[step] = _value(change.value)


def _value(value: object) -> object:
    """Return a value in a form that ruamel.yaml quotes as `emit` does."""
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    if isinstance(value, dict):
        return {key: _value(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_value(inner) for inner in value]
    if isinstance(value, str) and not emit.needs_no_quotes(value):
        return DoubleQuotedScalarString(value)
    return value
