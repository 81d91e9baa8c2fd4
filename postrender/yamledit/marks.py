"""Finds the start and the end of a node in its text, from libyaml's marks.

PyYAML does not document what the marks mean; tests/yamledit/test_marks.py has a table. The end mark of a scalar or a
flow collection is exact. The end mark of a block collection is at the next token, after any comments, so the end is
taken from the collection's last leaf. The end mark of a block scalar is at the start of the first line after the
scalar. An alias is the same node as its anchor, with the anchor's marks.
"""

from __future__ import annotations

from postrender.record import NamedTuple
from postrender.yamledit import nodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeGuard

    from yaml.nodes import ScalarNode

    from postrender.yamledit.nodes import Node

    #: The key and the value of an entry; the key is None in a list.
    Entry = tuple[Node | None, Node]

BREAKS = "\r\n"
BLANKS = (" ", "\t", "\r", "\n")
LINE = 256  #: how many characters to search first for the end of a line; most lines are shorter


class Unsafe(Exception):
    """An edit in place would make an unplanned change. Line and column are counted from 0 in the document."""

    def __init__(self, problem: str, node: Node) -> None:
        super().__init__(problem)
        self.problem = problem
        self.line = node.start_mark.line
        self.column = node.start_mark.column


class Source(NamedTuple):
    """The text that the marks refer to, the ids of the nodes that have an alias, and the text's line break."""

    text: str
    shared: frozenset[int]
    newline: str


def shared_nodes(text: str, root: Node) -> frozenset[int]:
    """Return the ids of the nodes that occur more than once, because an alias refers to their anchor."""
    once: set[int] = set()
    twice: set[int] = set()
    stack = [root] if "*" in text and "&" in text else []
    while stack:
        node = stack.pop()
        if id(node) in once:
            twice.add(id(node))
        else:
            once.add(id(node))
            stack += nodes.children(node)
    return frozenset(twice)


def entries_of(node: Node) -> list[Entry]:
    """Return the entries of a collection, or an empty list for a scalar."""
    if nodes.is_mapping(node):
        return list(node.value)
    return [(None, item) for item in nodes.items(node)]


def start_of(entry: Entry) -> int:
    """Return the offset at which an entry starts; for a list item, this is after the dash."""
    key, node = entry
    return int((key or node).start_mark.index)


def last_leaf(source: Source, entry: Entry) -> Entry:
    """Return the last leaf of an entry, at any depth: a scalar, an alias or a flow collection."""
    key, node = entry
    while nodes.is_block(node) and not is_alias(key, node):
        key, node = entries_of(node)[-1]
        if key is None and id(node) in source.shared:
            raise Unsafe("an anchor or an alias is the last item here", node)
    return key, node


def is_alias(key: Node | None, node: Node) -> bool:
    """Report whether the value of a key is an alias; an alias has the marks of its anchor, which is before the key."""
    return key is not None and node.start_mark.index < key.end_mark.index


def leaf_end(source: Source, leaf: Entry) -> int:
    """Return the offset at which a leaf ends; an alias ends with its name."""
    key, node = leaf
    if key is None or not is_alias(key, node):
        if key is not None and node.start_mark.index == node.end_mark.index:
            after_colon(source, key)  # raises Unsafe for a `?` key without a value, which has no colon
        return end_of(source, node)
    at = skip_blanks(source.text, after_colon(source, key))
    if source.text[at : at + 1] != "*":
        raise Unsafe("an alias does not follow its key", key)
    return next((end for end in range(at, len(source.text)) if source.text[end] in " \t\r\n,]}"), len(source.text))


def end_of(source: Source, node: Node) -> int:
    """Return the offset at which a node's own text ends; the end mark may be after comments and line breaks."""
    if nodes.is_block(node):
        return leaf_end(source, last_leaf(source, (None, node)))
    end = int(node.end_mark.index)
    return len(source.text[:end].rstrip(" \t\r\n")) if is_block_scalar(node) else end


def line_below(source: Source, entry: Entry) -> int:
    """Return the offset of the first line below an entry, or of the end of the text if there is no such line."""
    leaf = last_leaf(source, entry)
    node = leaf[1]
    at = line_end(source.text, leaf_end(source, leaf))
    if not is_block_scalar(node) or is_alias(*leaf):
        return at
    end = int(node.end_mark.index)
    below = end if end == len(source.text) else line_start(source.text, end)
    keeps = keeps_breaks(source.text, node) or source.text[at:below].strip("\r\n") != ""
    return below if keeps else at


def is_block_scalar(node: Node) -> TypeGuard[ScalarNode]:
    """Report whether a node is a literal or folded scalar."""
    return nodes.is_scalar(node) and node.style in ("|", ">")


def keeps_breaks(text: str, node: ScalarNode) -> bool:
    """Report whether a block scalar's header has a `+`, which makes the blank lines below part of its text."""
    return "+" in _indicators(text, node)


def _indicators(text: str, node: ScalarNode) -> str:
    """Return the header of a block scalar: `|` or `>`, and the indicators for indentation and for final line breaks."""
    at = int(node.start_mark.index)
    while text[at] in "&!":
        at = skip_blanks(text, at + len(text[at:].split(None, 1)[0]))
    return text[at : at + 3].partition("\n")[0].partition("\r")[0]


def ends_in_open_text(text: str, root: Node) -> bool:
    """Report whether a document's last line belongs to a block scalar and has no line break.

    libyaml then reads the text without a line break; Go's reader and others add one, unless the header has `-`.
    """
    if text.endswith(("\n", "\r")):
        return False
    last = (node for node in nodes.walk(root) if is_block_scalar(node) and node.end_mark.index == len(text))
    return any("-" not in _indicators(text, node) for node in last)


def skip_blanks(text: str, at: int) -> int:
    """Return the offset of the first character from `at` on that is not a space, tab or line break."""
    while text[at : at + 1] in BLANKS:
        at += 1
    return at


def after_colon(source: Source, key: Node) -> int:
    """Return the offset after the colon of a key."""
    at = int(key.end_mark.index)
    while source.text[at : at + 1] in (" ", "\t"):
        at += 1
    if source.text[at : at + 1] != ":":
        raise Unsafe("the colon does not follow its key", key)
    return at + 1


def line_start(text: str, at: int) -> int:
    """Return the offset at which the line that contains `at` starts."""
    size = LINE
    while True:
        start = max(at - size, 0)
        found = max(text.rfind("\n", start, at), text.rfind("\r", start, at))
        if found >= 0 or not start:
            return found + 1
        at, size = start, size * 2


def line_end(text: str, at: int) -> int:
    """Return the offset after the next line break from `at` on; without one, the end of the text."""
    end = _next_break(text, at)
    return len(text) if end < 0 else end + (2 if text.startswith("\r\n", end) else 1)


def _next_break(text: str, at: int) -> int:
    """Return the offset of the next line break, or -1. The search goes piece by piece: CR or LF may be far away."""
    size = LINE
    while at < len(text):
        found = [it for it in (text.find("\n", at, at + size), text.find("\r", at, at + size)) if it >= 0]
        if found:
            return min(found)
        at, size = at + size, size * 2
    return -1


def rest_is_blank(text: str, at: int) -> bool:
    """Report whether only white space follows `at` on its line."""
    return not text[at : line_end(text, at)].strip()


def line_break(text: str, at: int = 0) -> str:
    """Return the line break after `at`. A text can contain both: Helm writes LF above a template that uses CRLF."""
    first = _next_break(text, at)
    if first < 0:
        return "\n"
    return "\r\n" if text.startswith("\r\n", first) else text[first]
