"""Changes -> text edits at parser marks. The only code that knows indentation; nothing is ever re-dumped.

Each collection on the way gets its edits at once: values replaced, entries removed, entries added behind the last.
All indexes are the original document's, and edits are joined in one pass. What cannot be edited without touching
something unplanned raises Unsafe; the caller then takes another way, or refuses.

What libyaml's marks mean (all measured, see tests/unit/test_marks.py): scalars and flow collections end exactly; a
block collection ends where the next token starts, past comments, so walk to its last leaf; a block scalar ends at the
start of the next line that is not its own; an alias is its anchor's node, with the anchor's marks.
"""

from __future__ import annotations

from postrender import emit, nodes
from postrender.change import APPEND, REMOVE
from postrender.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any, TypeGuard

    from yaml.nodes import ScalarNode

    from postrender.change import Change
    from postrender.nodes import Node, Path

    Entry = tuple["Node | None", Node]  #: key (None in a list) and value

BREAKS = "\r\n"
SURPRISING_BREAKS = frozenset("\x85\u2028\u2029")  #: line breaks to libyaml and YAML 1.1, text to YAML 1.2
INDENT = 2  #: of a block that we open; blocks that are there keep theirs


class Unsafe(Exception):
    """A splice would touch something that was not planned. Line and column count from 0 in the document."""

    def __init__(self, problem: str, node: Node) -> None:
        super().__init__(problem)
        self.problem = problem
        self.line = node.start_mark.line
        self.column = node.start_mark.column


class Edit(NamedTuple):
    """Replace the code points from `start` up to `end` by `text`."""

    start: int
    end: int
    text: str


class Source(NamedTuple):
    """The text that the marks point into, and the ids of nodes that occur twice: an anchor and its aliases."""

    text: str
    shared: frozenset[int]


class Spot(NamedTuple):
    """A collection to edit, the key it stands under, and whether it is, or is inside, a flow collection."""

    node: Node
    key: Node | None
    in_flow: bool


def splice(text: str, root: Node, changes: Sequence[Change]) -> str:
    """Return the document with the changes made; raise Unsafe where that takes more than local edits."""
    source = Source(text, _shared(text, root))
    edits: list[Edit] = []
    for parent, group in _by_parent(changes).items():
        edits += _collection_edits(source, _walk(source, root, parent), group)
    return _joined(text, sorted(edits))


def _by_parent(changes: Iterable[Change]) -> dict[Path, list[Change]]:
    groups: dict[Path, list[Change]] = {}
    for change in changes:
        groups.setdefault(change.path[:-1], []).append(change)
    return groups


def _joined(text: str, edits: Sequence[Edit]) -> str:
    pieces, at = [], 0
    for edit in edits:
        pieces += [text[at : edit.start], edit.text]
        at = max(at, edit.end)
    return "".join([*pieces, text[at:]])


def _shared(text: str, root: Node) -> frozenset[int]:
    once: set[int] = set()
    twice: set[int] = set()
    stack = [root] if "*" in text and "&" in text else []
    while stack:
        node = stack.pop()
        if id(node) in once:
            twice.add(id(node))
        else:
            once.add(id(node))
            stack += _children(node)
    return frozenset(twice)


def _children(node: Node) -> list[Node]:
    return [part for entry in _entries(node) for part in entry if part is not None]


def _entries(node: Node) -> list[Entry]:
    if nodes.is_mapping(node):
        return list(node.value)
    return [(None, item) for item in nodes.items(node)]


def _walk(source: Source, root: Node, path: Path) -> Spot:
    """Go down to the collection at `path`; refuse to go through what is shared with, or merged from, elsewhere."""
    key, node, in_flow = None, root, False
    for step in (*path, None):
        if id(node) in source.shared:
            raise Unsafe("an alias shares this with another place", node)
        if nodes.is_mapping(node) and any(nodes.is_merge(name) for name, _ in node.value):
            raise Unsafe("a merge key (<<) fills this map", node)
        in_flow = in_flow or nodes.is_flow(node)
        if step is not None:
            key, node = _entry(node, step)
    return Spot(node, key, in_flow)


def _entry(node: Node, step: str | int) -> Entry:
    """Return the entry at one step: of repeated keys the last, which is the one that counts."""
    if isinstance(step, int):
        return None, node.value[step]
    return next((key, value) for key, value in reversed(node.value) if key.value == step)


def _collection_edits(source: Source, spot: Spot, changes: Sequence[Change]) -> Iterator[Edit]:
    """Yield the edits of one collection."""
    entries = _entries(spot.node)
    if any(id(key or item) in source.shared for key, item in entries):
        raise Unsafe("an anchor or an alias stands in this collection", spot.node)
    removed: set[int] = set()
    added: list[Change] = []
    for change in changes:
        numbers = _numbers(entries, change)
        if change.op == REMOVE:
            removed.update(numbers)
        elif numbers:
            yield _replacement(source, spot, entries[numbers[-1]], change.value)
        else:
            added.append(change)
    for number in removed:
        _require_unshared(source, entries[number][1])
    yield from (_flow_edits if spot.in_flow else _block_edits)(source, spot, removed, added)


def _numbers(entries: Sequence[Entry], change: Change) -> list[int]:
    """Return which entries a change is about: every one of a key's, or the item of an index."""
    step = change.path[-1]
    if isinstance(step, int):
        return [step]
    return [number for number, (key, _) in enumerate(entries) if key is not None and key.value == step]


def _require_unshared(source: Source, node: Node) -> None:
    """Refuse to take away an anchor that an alias elsewhere needs, or what an alias stands for."""
    stack = [node] if source.shared else []
    while stack:
        node = stack.pop()
        if id(node) in source.shared:
            raise Unsafe("an alias shares this with another place", node)
        stack += _children(node)


# Replacing a value.


def _replacement(source: Source, spot: Spot, entry: Entry, value: object) -> Edit:
    key, node = entry
    _require_unshared(source, node)
    end = _end(source, node)
    if spot.in_flow or key is None or not _opens_block(value) or not _rest_is_blank(source.text, end):
        return _replace_inline(source, node, emit.flow(value) if spot.in_flow else emit.inline(value))
    lines = emit.block(value, key.start_mark.column + INDENT)
    return Edit(_after_colon(source, key), end, _as_lines(source, lines, fresh=False))


def _opens_block(value: object) -> TypeGuard[dict[str, Any] | list[Any]]:
    return isinstance(value, dict | list) and bool(value)


def _replace_inline(source: Source, node: Node, new: str) -> Edit:
    """Put a value on one line in the place of another; an empty one has its mark right behind the colon or dash."""
    start, end = node.start_mark.index, _end(source, node)
    before = source.text[start - 1 : start]
    if start == end and before not in (" ", ":", "-"):
        raise Unsafe("this value is left out", node)
    return Edit(start, end, new if start < end or before == " " else f" {new}")


# Flow collections.


def _flow_edits(source: Source, spot: Spot, removed: set[int], added: Sequence[Change]) -> Iterator[Edit]:
    """Edit between brackets: a removed entry takes one comma along, new ones follow the last that stays."""
    entries = _entries(spot.node)
    kept = [number for number in range(len(entries)) if number not in removed]
    for first, last in _runs(removed):
        yield from _flow_removal(source, entries, first, last)
    if added:
        at = _leaf_end(source, entries[kept[-1]]) if kept else spot.node.start_mark.index + 1
        new = ", ".join(_flow_entry(change) for change in added)
        yield Edit(at, at, f", {new}" if kept else new)


def _flow_entry(change: Change) -> str:
    step = change.path[-1]
    return emit.flow(change.value) if step == APPEND else f"{emit.quoted(str(step))}: {emit.flow(change.value)}"


def _runs(numbers: set[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and last of each run of consecutive numbers."""
    for number in sorted(numbers):
        if number - 1 not in numbers:
            yield number, next(end for end in range(number, number + len(numbers)) if end + 1 not in numbers)


def _flow_removal(source: Source, entries: Sequence[Entry], first: int, last: int) -> Iterator[Edit]:
    start, end = _start(entries[first]), _leaf_end(source, entries[last])
    if last + 1 < len(entries):
        end = _start(entries[last + 1])
    elif first > 0:
        start = _leaf_end(source, entries[first - 1])
    if "#" not in source.text[start:end]:
        yield Edit(start, end, "")
        return
    for entry in entries[first : last + 1]:  # comments between the entries stay
        yield Edit(_start(entry), _after_comma(source.text, _leaf_end(source, entry)), "")


def _after_comma(text: str, end: int) -> int:
    """Return the offset behind the comma that follows an entry; after the last one there may be none."""
    at = end
    while text[at : at + 1].isspace():
        at += 1
    return at + 1 if text[at : at + 1] == "," else end


# Block collections.


def _block_edits(source: Source, spot: Spot, removed: set[int], added: Sequence[Change]) -> Iterator[Edit]:
    """Edit whole lines: a removed entry takes its lines, comments above it stay; new lines follow the last entry's."""
    entries = _entries(spot.node)
    if (removed or added) and source.text[spot.node.start_mark.index] in "&!":
        raise Unsafe("an anchor or a tag stands before this collection", spot.node)
    for number in sorted(removed):
        yield _block_removal(source, spot, entries, number, removed)
    if added:
        at, fresh = _insertion_point(source, entries[-1])
        lines = [line for change in added for line in _block_lines(spot, change)]
        yield Edit(at, at, _as_lines(source, lines, fresh))
    elif len(removed) == len(entries):
        yield _emptied(source, spot)


def _block_lines(spot: Spot, change: Change) -> list[str]:
    """Write a new entry in the columns of those that are there."""
    column = spot.node.start_mark.column
    if nodes.is_mapping(spot.node):
        return emit.entry(str(change.path[-1]), change.value, column)
    gap = spot.node.value[-1].start_mark.column - column - 1
    return emit.item(change.value, column, max(gap, 1))


def _as_lines(source: Source, lines: Sequence[str], fresh: bool) -> str:
    """Join new lines, to stand at a line's start, or behind a text that has no break yet."""
    newline = line_break(source.text)
    return newline.join([*lines, ""] if fresh else ["", *lines])


def _insertion_point(source: Source, last: Entry) -> tuple[int, bool]:
    """Return where lines behind an entry go, and whether that is the start of a line."""
    leaf = _last_leaf(source, last)
    at = _line_end(source.text, _leaf_end(source, leaf))
    fresh = source.text[at - 1] in BREAKS
    if not fresh and _is_block_scalar(leaf[1]):
        raise Unsafe("a line break added here would become part of the text above", leaf[1])
    return at, fresh


def _block_removal(source: Source, spot: Spot, entries: Sequence[Entry], number: int, removed: set[int]) -> Edit:
    entry = entries[number]
    start = _dash(source, spot, entry) if entry[0] is None else _start(entry)
    line = _line_start(source.text, start)
    if source.text[line:start].strip(" "):
        return _first_on_dash_line(source, entries, number, removed)
    return Edit(line, _line_end(source.text, _leaf_end(source, _last_leaf(source, entry))), "")


def _first_on_dash_line(source: Source, entries: Sequence[Entry], number: int, removed: set[int]) -> Edit:
    """Remove the first key of `- key: value` by moving the next one up to the dash."""
    start, leaf_end = _start(entries[number]), _leaf_end(source, _last_leaf(source, entries[number]))
    if len(removed) == len(entries):
        return Edit(start, leaf_end, "")
    head = source.text[_line_start(source.text, start) : start]
    if number > 0 or number + 1 in removed or head.strip(" -"):
        raise Unsafe("this entry shares its line with another", entries[number][1])
    following = _start(entries[number + 1])
    if source.text[_line_end(source.text, leaf_end) : following].strip():
        raise Unsafe("a comment stands below this entry, and its line has a dash", entries[number][1])
    return Edit(start, following, "")


def _emptied(source: Source, spot: Spot) -> Edit:
    """Say `{}` or `[]` where every entry went."""
    if spot.key is None:
        raise Unsafe("nothing would be left here", spot.node)
    at = _after_colon(source, spot.key)
    return Edit(at, at, " {}" if nodes.is_mapping(spot.node) else " []")


def _dash(source: Source, spot: Spot, entry: Entry) -> int:
    """Return where the dash of an item is: before it, with nothing but white space between."""
    start = _start(entry)
    dash = source.text.rfind("-", 0, start)
    if source.text[dash + 1 : start].strip():
        raise Unsafe("the item does not follow its dash", spot.node)
    return dash


# Marks.


def _start(entry: Entry) -> int:
    key, node = entry
    return int((key or node).start_mark.index)


def _last_leaf(source: Source, entry: Entry) -> Entry:
    """Return the last entry in a block collection that is a scalar, an alias or a flow collection."""
    key, node = entry
    while nodes.is_block(node) and not _is_alias(key, node):
        key, node = _entries(node)[-1]
        if key is None and id(node) in source.shared:
            raise Unsafe("an anchor or an alias is the last item here", node)
    return key, node


def _is_alias(key: Node | None, node: Node) -> bool:
    """Tell whether the value of a key is an alias: then its marks are the anchor's, which comes first."""
    return key is not None and node.start_mark.index < key.end_mark.index


def _leaf_end(source: Source, leaf: Entry) -> int:
    """Return where an entry ends; an alias ends with its name."""
    key, node = leaf
    if key is None or not _is_alias(key, node):
        return _end(source, node)
    at = source.text.find("*", _after_colon(source, key))
    return next((end for end in range(at, len(source.text)) if source.text[end] in " \t\r\n,]}"), len(source.text))


def _end(source: Source, node: Node) -> int:
    """Return where a node ends, without the comments, blank lines and line breaks that its mark may take in."""
    if nodes.is_block(node):
        return _leaf_end(source, _last_leaf(source, (None, node)))
    end = int(node.end_mark.index)
    if not _is_block_scalar(node):
        return end
    if not _keeps_breaks(source.text, node):
        return len(source.text[:end].rstrip(" \t\r\n"))
    return end if end == len(source.text) else _line_start(source.text, end)


def _is_block_scalar(node: Node) -> TypeGuard[ScalarNode]:
    return nodes.is_scalar(node) and node.style in ("|", ">")


def _keeps_breaks(text: str, node: ScalarNode) -> bool:
    """Tell whether a block scalar's header says `+`: then the blank lines below are part of its text."""
    start = text.find(str(node.style), node.start_mark.index)
    return "+" in text[start : start + 3].partition("\n")[0]


def _after_colon(source: Source, key: Node) -> int:
    """Return the offset behind the colon of a key."""
    at = int(key.end_mark.index)
    while source.text[at : at + 1] in (" ", "\t"):
        at += 1
    if source.text[at : at + 1] != ":":
        raise Unsafe("the colon does not follow its key", key)
    return at + 1


# Lines.


def _line_start(text: str, at: int) -> int:
    return max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1


def _line_end(text: str, at: int) -> int:
    """Return the offset behind the line break at or after `at`; `at` itself where a line starts there."""
    if at > 0 and text[at - 1] in BREAKS and not text.startswith("\n", at):
        return at
    ends = [found for found in (text.find("\n", at), text.find("\r", at)) if found >= 0]
    if not ends:
        return len(text)
    return min(ends) + (2 if text.startswith("\r\n", min(ends)) else 1)


def _rest_is_blank(text: str, at: int) -> bool:
    return not text[at : _line_end(text, at)].strip()


def line_break(text: str) -> str:
    """Return the document's own line break, that of its first line."""
    first = min((found for found in (text.find("\n"), text.find("\r")) if found >= 0), default=-1)
    if first < 0:
        return "\n"
    return "\r\n" if text.startswith("\r\n", first) else text[first]
