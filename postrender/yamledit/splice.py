"""Turns changes into text edits at the parser's marks, with the document's own indentation. Nothing is re-serialized.

All changes to a collection are made together: values are replaced, entries are removed, and new entries follow the last
one. All offsets refer to the original document, and the edits are joined in one pass. If a change would affect
anything unplanned, Unsafe is raised; the caller then falls back to a round trip, or refuses the input.
"""

from __future__ import annotations

from postrender.record import NamedTuple
from postrender.yamledit import emit, nodes
from postrender.yamledit.change import ADD, REMOVE
from postrender.yamledit.marks import (
    BLANKS,
    BREAKS,
    Source,
    Unsafe,
    after_colon,
    end_of,
    entries_of,
    is_alias,
    is_block_scalar,
    keeps_breaks,
    last_leaf,
    leaf_end,
    line_below,
    line_break,
    line_end,
    line_start,
    rest_is_blank,
    shared_nodes,
    skip_blanks,
    start_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any, TypeGuard

    from postrender.yamledit.change import Change
    from postrender.yamledit.marks import Entry
    from postrender.yamledit.nodes import Node, Path


class Edit(NamedTuple):
    """An edit that replaces the code points from `start` up to `end` with `text`."""

    start: int
    end: int
    text: str


class Spot(NamedTuple):
    """A collection to edit, its key, and whether the collection is in flow style or inside a flow collection."""

    node: Node
    key: Node | None
    in_flow: bool


def splice(text: str, root: Node, changes: Sequence[Change]) -> str:
    """Return the document with the changes made in place; raise Unsafe if that would make an unplanned change."""
    source = Source(text, shared_nodes(text, root), line_break(text, root.start_mark.index))
    edits: list[Edit] = []
    for parent, group in _deepest_first(changes):
        spot = _walk(source, root, parent)
        made = [*_collection_edits(source, spot, group)]
        if "\t" in text and not spot.in_flow and any(_stands_above_a_tab(text, edit.end) for edit in made):
            raise Unsafe("the line below the edit starts with a tab", spot.node)
        edits += made
    return _joined(text, edits)


def _stands_above_a_tab(text: str, at: int) -> bool:
    """Report whether the next line from `at` on starts with a tab, or with spaces and a tab.

    In block style, libyaml accepts such a line (as blank, or as a continuation) only after a plain scalar. Between
    brackets, a tab is white space, so JSON may be indented with tabs.
    """
    white = text[at : skip_blanks(text, at)]
    if line_start(text, at) == at:
        return "\t" in white
    return "\t" in white[line_end(white, 0) :]


def _deepest_first(changes: Iterable[Change]) -> list[tuple[Path, list[Change]]]:
    """Return the changes, grouped by collection, the deepest collection first.

    If two collections end on the same line, the new lines of the inner one come first.
    """
    groups: dict[Path, list[Change]] = {}
    for change in changes:
        groups.setdefault(change.path[:-1], []).append(change)
    return sorted(groups.items(), key=lambda group: -len(group[0]))


def _joined(text: str, edits: Sequence[Edit]) -> str:
    pieces, at = [], 0
    whole_lines = False  #: whether the last edit removed whole lines, so that new text needs no line break
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        in_their_place = whole_lines and edit.start == at
        pieces += [text[at : edit.start], edit.text.lstrip(BREAKS) if in_their_place else edit.text]
        whole_lines = not edit.text and line_start(text, edit.start) == edit.start
        at = max(at, edit.end)
    return "".join([*pieces, text[at:]])


def _walk(source: Source, root: Node, path: Path) -> Spot:
    """Return the collection at `path`; raise Unsafe if it, or a node above it, has an alias or a merge key."""
    key, node, in_flow = None, root, False
    for step in (*path, None):
        if id(node) in source.shared:
            raise Unsafe("an alias uses this value elsewhere too", node)
        if nodes.is_mapping(node) and any(nodes.is_merge(name) for name, _ in node.value):
            raise Unsafe("a merge key (<<) supplies entries of this map", node)
        in_flow = in_flow or nodes.is_flow(node)
        if step is not None:
            key, node = _entry(node, step)
    return Spot(node, key, in_flow)


def _entry(node: Node, step: str | int) -> Entry:
    """Return the entry at one step of a path. For a repeated key, this is the last entry, which takes effect."""
    if isinstance(step, int):
        return None, node.value[step]
    return next((key, value) for key, value in reversed(node.value) if key.value == step)


def _collection_edits(source: Source, spot: Spot, changes: Sequence[Change]) -> Iterator[Edit]:
    """Yield the text edits that make the changes to one collection."""
    entries = entries_of(spot.node)
    if any(id(key or item) in source.shared for key, item in entries):
        raise Unsafe("this collection contains an anchor or an alias", spot.node)
    removed: set[int] = set()
    added: list[Change] = []
    of_key = _numbers_of_keys(entries)
    for change in changes:
        step = change.path[-1]
        numbers = [step] if isinstance(step, int) else of_key.get(step, [])
        if change.op == ADD and isinstance(step, int):
            yield _insertion(source, spot, step, change.value)
        elif change.op == REMOVE:
            removed.update(numbers)
        elif numbers:
            yield _replacement(source, spot, entries[numbers[-1]], change.value)
        else:
            added.append(change)
    for number in removed:
        _require_unshared(source, entries[number][1])
    yield from (_flow_edits if spot.in_flow else _block_edits)(source, spot, removed, added)


def _numbers_of_keys(entries: Sequence[Entry]) -> dict[str, list[int]]:
    """Return the indexes of the entries with each key; a repeated key has several."""
    numbers: dict[str, list[int]] = {}
    for number, (key, _) in enumerate(entries):
        if key is not None and nodes.is_scalar(key):
            numbers.setdefault(key.value, []).append(number)
    return numbers


def _require_unshared(source: Source, node: Node) -> None:
    """Raise Unsafe if a node to remove or replace contains an alias, or an anchor that an alias uses."""
    stack = [node] if source.shared else []
    while stack:
        node = stack.pop()
        if id(node) in source.shared:
            raise Unsafe("an alias uses this value elsewhere too", node)
        stack += nodes.children(node)


# Replacing a value.


def _replacement(source: Source, spot: Spot, entry: Entry, value: object) -> Edit:
    """Return the edit that replaces a value with a block below the key if possible, otherwise with text on one line."""
    key, node = entry
    _require_unshared(source, node)
    start, end = node.start_mark.index, end_of(source, node)
    if spot.in_flow or key is None or not (nodes.is_block(node) or _opens_block(value)):
        return _replace_inline(source, entry, emit.flow(value) if spot.in_flow else emit.inline(value))
    colon = after_colon(source, key)
    comments = source.text[colon:start].rstrip()
    if _opens_block(value) and rest_is_blank(source.text, end):
        lines = emit.block(value, key.start_mark.column + emit.INDENT)
        return Edit(colon, end, comments + _as_lines(source, lines, fresh=False))
    if not nodes.is_block(node):
        return _replace_inline(source, entry, emit.inline(value))
    return Edit(colon, end, f" {emit.inline(value)}{comments}")


def _opens_block(value: object) -> TypeGuard[dict[str, Any] | list[Any]]:
    return isinstance(value, dict | list) and bool(value)


def _replace_inline(source: Source, entry: Entry, new: str) -> Edit:
    """Return the edit that replaces a value on its line; an empty value starts after its colon or dash."""
    key, node = entry
    start, end = node.start_mark.index, end_of(source, node)
    if start < end:
        return Edit(start, end, new + _comment_of_header(source, node))
    if key is not None:
        after_colon(source, key)
    return Edit(start, end, new if source.text[start - 1] == " " else f" {new}")


def _comment_of_header(source: Source, node: Node) -> str:
    """Return the comment in a block scalar's header, the only comment that a scalar can contain."""
    start = node.start_mark.index
    header = source.text[start : line_end(source.text, start)].rstrip() if is_block_scalar(node) else ""
    comment = header.replace("\t#", " #").find(" #")
    return header[comment:] if comment >= 0 else ""


# Inserting into a list.


def _insertion(source: Source, spot: Spot, number: int, value: object) -> Edit:
    """Return the edit that inserts an item before the item with the given number."""
    start = start_of((None, spot.node.value[number]))
    if spot.in_flow:
        return Edit(start, start, f"{emit.flow(value)}, ")
    dash = _dash(source, spot, number)
    line = line_start(source.text, dash)
    if source.text[line:dash].strip(" "):
        raise Unsafe("this item shares its line with another item", spot.node)
    return Edit(line, line, _as_lines(source, _item_lines(spot, value), fresh=True))


# Flow collections.


def _flow_edits(source: Source, spot: Spot, removed: set[int], added: Sequence[Change]) -> Iterator[Edit]:
    """Yield the edits between brackets: a comma is removed with each entry, and new entries follow the last one."""
    if not removed and not added:
        return
    start = spot.node.start_mark.index
    if source.text[start] not in "{[":
        raise Unsafe("this collection does not start with a bracket", spot.node)
    entries = entries_of(spot.node)
    kept = [number for number in range(len(entries)) if number not in removed]
    for first, last in _runs(removed):
        yield from _flow_removal(source, entries, first, last)
    if added:
        at = leaf_end(source, entries[kept[-1]]) if kept else start + 1
        if kept and _previous(source.text, at) == "?":
            raise Unsafe("the last entry is a ? without a key", entries[kept[-1]][1])
        new = ", ".join(_flow_entry(spot, change) for change in added)
        gap = " " if kept and _is_bare_property(source, entries[kept[-1]]) else ""
        yield Edit(at, at, f"{gap}, {new}" if kept else new)


def _is_bare_property(source: Source, entry: Entry) -> bool:
    """Report whether a value is only a tag or an anchor: some readers treat a comma directly after it as part of it."""
    node = entry[1]
    own = nodes.is_scalar(node) and not (entry[0] is not None and is_alias(entry[0], node))
    return own and source.text[node.start_mark.index : node.start_mark.index + 1] in ("!", "&")


def _flow_entry(spot: Spot, change: Change) -> str:
    value = emit.flow(change.value)
    return f"{emit.quote(str(change.path[-1]))}: {value}" if nodes.is_mapping(spot.node) else value


def _runs(numbers: set[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last number of each run of consecutive numbers."""
    for number in sorted(numbers):
        if number - 1 not in numbers:
            yield number, next(end for end in range(number, number + len(numbers)) if end + 1 not in numbers)


def _flow_removal(source: Source, entries: Sequence[Entry], first: int, last: int) -> Iterator[Edit]:
    for entry in entries[first : last + 1]:
        if _previous(source.text, start_of(entry)) == "?":
            raise Unsafe("this key has a ? before it", entry[1])
    start, end = start_of(entries[first]), leaf_end(source, entries[last])
    if last + 1 < len(entries):
        end = start_of(entries[last + 1])
    elif first > 0:
        start = leaf_end(source, entries[first - 1])
    else:
        end = _after_comma(source.text, end)
        if _next_token(source.text, end) == ",":
            raise Unsafe("there is a comment between this entry and its comma", entries[last][1])
    if "#" not in source.text[start:end]:
        yield Edit(start, end, "")
        return
    for number in range(first, last + 1):  # comments between the entries stay
        end = leaf_end(source, entries[number])
        behind = _after_comma(source.text, end)
        if behind == end and _next_token(source.text, end) == ",":
            raise Unsafe("there is a comment between this entry and its comma", entries[number][1])
        yield Edit(start_of(entries[number]), behind, "")


def _previous(text: str, at: int) -> str:
    """Return the last character before `at` that is not a space, tab or line break."""
    while at and text[at - 1] in BLANKS:
        at -= 1
    return text[at - 1 : at]


def _next_token(text: str, at: int) -> str:
    """Return the first character from `at` on that is neither white space nor in a comment."""
    at = skip_blanks(text, at)
    while text[at : at + 1] == "#":
        at = skip_blanks(text, line_end(text, at))
    return text[at : at + 1]


def _after_comma(text: str, end: int) -> int:
    """Return the offset after the comma that follows `end`, or `end` itself if no comma follows."""
    at = skip_blanks(text, end)
    return at + 1 if text[at : at + 1] == "," else end


# Block collections.


def _block_edits(source: Source, spot: Spot, removed: set[int], added: Sequence[Change]) -> Iterator[Edit]:
    """Yield the edits to whole lines: comments above a removed entry stay, and new lines go below the last entry."""
    entries = entries_of(spot.node)
    if (removed or added) and source.text[spot.node.start_mark.index] in "&!":
        raise Unsafe("this collection has an anchor or a tag", spot.node)
    yield from _block_removals(source, spot, entries, removed)
    if added:
        at, fresh = _insertion_point(source, entries[-1])
        lines = [line for change in added for line in _block_lines(spot, change)]
        yield Edit(at, at, _as_lines(source, lines, fresh))
    elif len(removed) == len(entries):
        yield _emptied(source, spot)


def _block_lines(spot: Spot, change: Change) -> list[str]:
    """Return the lines of a new entry, in the columns of the existing entries."""
    if nodes.is_mapping(spot.node):
        return emit.entry(str(change.path[-1]), change.value, spot.node.start_mark.column)
    return _item_lines(spot, change.value)


def _item_lines(spot: Spot, value: object) -> list[str]:
    column = spot.node.start_mark.column
    gap = spot.node.value[-1].start_mark.column - column - 1
    return emit.item(value, column, max(gap, 1))


def _as_lines(source: Source, lines: Sequence[str], fresh: bool) -> str:
    """Return new lines as text to insert at the start of a line (`fresh`) or at the end of a line."""
    return source.newline.join([*lines, ""] if fresh else ["", *lines])


def _insertion_point(source: Source, last: Entry) -> tuple[int, bool]:
    """Return the offset at which to insert lines after an entry, and whether a line starts there."""
    at = line_below(source, last)
    fresh = source.text[at - 1] in BREAKS
    leaf = last_leaf(source, last)
    if not fresh and is_block_scalar(leaf[1]) and not is_alias(*leaf):
        raise Unsafe("a line break added here would become part of the block scalar above", leaf[1])
    return at, fresh


def _block_removals(source: Source, spot: Spot, entries: Sequence[Entry], removed: set[int]) -> Iterator[Edit]:
    above: Entry | None = None  #: the nearest entry above that is not removed
    for number, entry in enumerate(entries):
        if number not in removed:
            above = entry
            continue
        edit = _block_removal(source, spot, entries, number, removed)
        if above is not None and _would_swallow(source, above, edit.end, int(spot.node.start_mark.column)):
            raise Unsafe("the lines below this entry would become part of the block scalar above", entry[1])
        yield edit


def _block_removal(source: Source, spot: Spot, entries: Sequence[Entry], number: int, removed: set[int]) -> Edit:
    entry = entries[number]
    start = _dash(source, spot, number) if entry[0] is None else start_of(entry)
    line = line_start(source.text, start)
    if source.text[line:start].strip(" "):
        return _first_on_dash_line(source, entries, number, removed)
    return Edit(line, line_below(source, entry), "")


def _would_swallow(source: Source, above: Entry, below: int, column: int) -> bool:
    """Report whether a block scalar would absorb the lines below: blank lines, or a comment right of `column`."""
    leaf = last_leaf(source, above)
    if not is_block_scalar(leaf[1]) or is_alias(*leaf):
        return False
    while below < len(source.text):
        end = line_end(source.text, below)
        line = source.text[below:end]
        if line.strip(" \r\n"):
            return len(line) - len(line.lstrip(" ")) > column
        if " " in line or keeps_breaks(source.text, leaf[1]):
            return True
        below = end
    return False


def _first_on_dash_line(source: Source, entries: Sequence[Entry], number: int, removed: set[int]) -> Edit:
    """Return the edit that removes the first key of `- key: value` by moving the next key up to the dash."""
    start, end = start_of(entries[number]), leaf_end(source, last_leaf(source, entries[number]))
    head = source.text[line_start(source.text, start) : start]
    if number > 0 or entries[number][0] is None or head.strip(" -"):
        raise Unsafe("this entry shares its line with another entry", entries[number][1])
    if len(removed) == len(entries):
        return Edit(start, end, "")
    following = start_of(entries[number + 1])
    if number + 1 in removed or source.text[line_end(source.text, end) : following].strip():
        raise Unsafe("this entry follows a dash, and there is a comment below it", entries[number][1])
    return Edit(start, following, "")


def _emptied(source: Source, spot: Spot) -> Edit:
    """Return the edit that writes `{}` or `[]` after the key of a collection that becomes empty."""
    if spot.key is None:
        raise Unsafe("this collection would be empty", spot.node)
    at = after_colon(source, spot.key)
    return Edit(at, at, " {}" if nodes.is_mapping(spot.node) else " []")


def _dash(source: Source, spot: Spot, number: int) -> int:
    """Return the offset of an item's dash; raise Unsafe unless it is in the list's column, directly before the item."""
    if number == 0:
        return int(spot.node.start_mark.index)
    start = start_of((None, spot.node.value[number]))
    dash = source.text.rfind("-", 0, start)
    column = dash - line_start(source.text, dash)
    if column != spot.node.start_mark.column or source.text[dash + 1 : start].strip():
        raise Unsafe("this item does not directly follow its dash", spot.node)
    return dash
