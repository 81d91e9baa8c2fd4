"""The only interface to PyYAML: parses text into nodes with marks, and looks up nodes.

Nodes preserve what Python values lose: where each token starts and ends, repeated keys, and whether a
scalar was plain. The resolver below only distinguishes plain scalars from all others, so that no later code can
depend on how YAML 1.1 reads ``yes`` or ``0o17``.

Marks count code points from 0. libyaml does not count a BOM, so remove the BOM from a text before composing it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, TypeGuard

    from yaml.nodes import MappingNode, ScalarNode, SequenceNode

    Node = MappingNode | SequenceNode | ScalarNode
    Path = tuple[str | int, ...]

#: Tags that no document can contain, because they start with half of a surrogate pair.
PLAIN = "\ud800plain"
STRING = "\ud800str"
MAX_DEPTH = 1000  #: libyaml's own limit, in versions that have one
STRINGS = (STRING, "tag:yaml.org,2002:str")
SURPRISING_BREAKS = ("\x85", "\u2028", "\u2029")  #: line breaks in libyaml and YAML 1.1, but not in YAML 1.2
FEW = 32  #: the maximum size of a map that is searched key by key; a larger map gets an index
MERGE = (PLAIN, "tag:yaml.org,2002:merge")

_loader: Any = None


def lines(text: str) -> list[str]:
    """Return the lines of a text without their line breaks; after a final line break, there is one more empty line.

    Lines end at CR LF, LF or CR, as in YAML 1.2 and its tools. `str.splitlines` also splits at NEL, U+2028, U+2029 and
    control characters.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.split("\n")


class Unreadable(Exception):
    """The text cannot be read. Line and column are counted from 0 in the given text."""

    def __init__(self, problem: str, line: int = 0, column: int = 0) -> None:
        super().__init__(problem)
        self.problem = problem
        self.line = line
        self.column = column


class Uneditable(Unreadable):
    """The text is valid YAML, but this program cannot edit it; another reader may accept it."""


class TooDeep(Uneditable):
    """The text is nested too deeply."""


def compose(text: str) -> Node | None:
    """Return the root node of the only document in `text`, or None if it contains no document.

    Raises Unreadable if libyaml refuses the text, or if there is a second document.
    """
    _require_shallow(text)
    root: Node | None = _parse(text, lambda loader: loader.get_single_node())
    return root


def compose_plain(text: str) -> Node | None:
    """Return the root node as `compose` does; raise Unreadable for anchors, aliases, tags and directives too."""
    _parse(text, _require_plain_events)
    return compose(text)


def _require_plain_events(loader: Any) -> None:
    while (event := loader.get_event()) is not None:
        features = (getattr(event, name, None) for name in ("anchor", "tag", "version", "tags"))
        if any(features):
            mark = event.start_mark
            raise Unreadable("it uses an anchor, an alias, a tag or a directive", mark.line, mark.column)


def check(text: str) -> None:
    """Raise Unreadable if `text` is not YAML. No nodes are composed, so an anchor may be defined twice."""
    _parse(text, _drain)


def _require_shallow(text: str) -> None:
    """Raise TooDeep if a text is nested too deeply: composing recurses in C, and libyaml has no limit before 0.2.6.

    Each level needs a bracket, or a character at the start of a line, so counting these is enough for most texts.
    """
    every = lines(text)
    brackets = text.count("[") + text.count("{")
    start = max(map(len, every))
    if brackets + 2 * start >= MAX_DEPTH:  # rare: a line is long, so count only the starts of lines
        start = max(len(line) - len(line.lstrip(" \t-?")) for line in every)
    if brackets + 2 * start >= MAX_DEPTH or has_surprising_breaks(text):
        _parse(text, _require_shallow_events)


def has_surprising_breaks(text: str) -> bool:
    """Report whether a text contains characters that end a line in YAML 1.1 but not in YAML 1.2."""
    return not text.isascii() and any(sign in text for sign in SURPRISING_BREAKS)


def _require_shallow_events(loader: Any) -> None:
    depth = 0
    while (event := loader.get_event()) is not None:
        name = type(event).__name__
        depth += name in ("SequenceStartEvent", "MappingStartEvent")
        depth -= name in ("SequenceEndEvent", "MappingEndEvent")
        if depth > MAX_DEPTH:
            raise TooDeep("it is nested too deeply")


def _drain(loader: Any) -> None:
    while loader.get_event() is not None:
        pass


def _parse(text: str, read: Any) -> Any:
    try:
        return read(_open(text))
    except Exception as error:
        raise _unreadable(error) from error


def _open(text: str) -> Any:
    global _loader  # noqa: PLW0603 - set once, by the first parse: a run that parses nothing does not load libyaml
    if _loader is None:
        _loader = _bind()
    return _loader(text)


def _bind() -> Any:
    """Return a loader class for libyaml whose resolver only distinguishes plain scalars from all others."""
    from _operator import is_

    from postrender.yamledit.libyaml import parser

    class Loader(parser()):  # type: ignore[misc]
        def resolve(self, kind: type[Node], value: str | None, implicit: Any) -> str:
            if value is None:
                return kind.id
            return PLAIN if implicit[0] else STRING

        # PyYAML calls these methods before and after every node. They need not do anything; C functions are fastest.
        descend_resolver = staticmethod(is_)
        ascend_resolver = staticmethod(bool)

    return Loader


def _unreadable(error: Exception) -> Exception:
    """Return the Unreadable exception for an exception from the parser; return any other exception unchanged."""
    mark = getattr(error, "problem_mark", None)
    if mark is not None and getattr(error, "problem", "") == "second occurrence":
        return Uneditable("an anchor is defined twice", mark.line, mark.column)
    problem = str(getattr(error, "problem", error))
    if isinstance(error, RecursionError) or problem == "exceeded maximum nesting depth":  # libyaml's message
        return TooDeep("it is nested too deeply", *((mark.line, mark.column) if mark is not None else ()))
    if mark is not None:
        return Unreadable(problem, mark.line, mark.column)
    if type(error).__name__ == "ReaderError":
        return Unreadable(str(getattr(error, "reason", error)))
    return error


def is_mapping(node: Node | None) -> TypeGuard[MappingNode]:
    """Report whether `node` is a mapping."""
    return node is not None and node.id == "mapping"


def is_sequence(node: Node | None) -> TypeGuard[SequenceNode]:
    """Report whether `node` is a sequence."""
    return node is not None and node.id == "sequence"


def is_scalar(node: Node | None) -> TypeGuard[ScalarNode]:
    """Report whether `node` is a scalar."""
    return node is not None and node.id == "scalar"


def is_block(node: Node) -> bool:
    """Report whether `node` is a collection in block style."""
    return (is_mapping(node) or is_sequence(node)) and not node.flow_style


def is_flow(node: Node) -> bool:
    """Report whether `node` is a collection in flow style, including an empty one."""
    return not is_scalar(node) and not is_block(node)


def is_null(node: Node | None) -> bool:
    """Report whether `node` is null in both YAML 1.1 and 1.2, which includes an empty value."""
    return is_scalar(node) and node.tag == PLAIN and node.value in ("", "~", "null", "Null", "NULL")


def text(node: Node | None) -> str | None:
    """Return the text of a scalar of any type; None if it is null or not a scalar."""
    return node.value if is_scalar(node) and not is_null(node) else None


def get(node: Node | None, key: str) -> Node | None:
    """Return the value of `key` in the mapping itself, else the value that `<<` supplies, else None.

    If the key is repeated, the last value counts, as in Kubernetes.
    """
    if not is_mapping(node):
        return None
    value = _own(node, key)
    return value or next((value for source in merge_sources(node) if (value := _own(source, key))), None)


def _own(node: MappingNode, key: str) -> Node | None:
    value: Node
    if len(node.value) > FEW:
        return _index(node).get(key)
    for name, value in reversed(node.value):  # a plain loop, because it runs for every step of every path
        if name.value == key and is_scalar(name):
            return value
    return None


def _index(node: MappingNode) -> dict[str, Node]:
    """Return the values of a large map by key. The result is stored in the node on first use."""
    found: dict[str, Node] | None = getattr(node, "index", None)
    if found is None:
        found = {name.value: value for name, value in node.value if is_scalar(name)}
        node.index = found  # type: ignore[attr-defined]
    return found


def merge_sources(node: MappingNode) -> Iterator[MappingNode]:
    """Yield the mappings that `<<` merges into `node`, directly or indirectly, each once, in order of precedence.

    If `node` merges itself, it is yielded too.
    """
    seen: set[int] = set()
    waiting = _merged_by(node)
    while waiting:
        mapping = waiting.pop()
        if id(mapping) not in seen:
            seen.add(id(mapping))
            yield mapping
            waiting += _merged_by(mapping)


def _merged_by(node: MappingNode) -> list[MappingNode]:
    """Return the mappings that a mapping merges directly, in reverse order."""
    if len(node.value) <= FEW:
        return _find_merged(node)
    found: list[MappingNode] | None = getattr(node, "merged", None)
    if found is None:
        found = _find_merged(node)
        node.merged = found  # type: ignore[attr-defined]
    return [*found]


def _find_merged(node: MappingNode) -> list[MappingNode]:
    return [source for key, value in reversed(node.value) if is_merge(key) for source in reversed(_sources(value))]


def keys_of_merge(value: Node) -> list[str]:
    """Return the keys that the value of a merge key supplies."""
    return [key for source in _sources(value) for key in keys(source)]


def _sources(value: Node) -> list[MappingNode]:
    return [source for source in (value.value if is_sequence(value) else [value]) if is_mapping(source)]


def is_merge(key: Node) -> bool:
    """Report whether `key` is the merge key `<<` (Helm 4 writes it `!!merge <<`)."""
    return is_scalar(key) and key.value == "<<" and key.tag in MERGE


def find(node: Node | None, path: Path) -> Node | None:
    """Return the node at `path` below `node`, or None if the path does not exist."""
    for step in path:
        if isinstance(step, str):
            node = get(node, step)
        else:
            node = node.value[step] if is_sequence(node) and 0 <= step < len(node.value) else None
    return node


def children(node: Node) -> list[Node]:
    """Return the nodes directly below a node, including keys."""
    return [part for entry in node.value for part in entry] if is_mapping(node) else items(node)


def effective_pairs(node: MappingNode) -> Iterator[tuple[Node, Node]]:
    """Yield the keys and values of a mapping and of all its merge sources; a later pair overrides an earlier one."""
    for mapping in (*reversed([*merge_sources(node)]), node):
        yield from (pair for pair in mapping.value if not is_merge(pair[0]))


def walk(root: Node, without: frozenset[int] = frozenset()) -> Iterator[Node]:
    """Yield a node and all nodes below it, each once even if it has aliases; skip nodes with an id in `without`."""
    seen, waiting = {*without}, [root]
    while waiting:
        node = waiting.pop()
        if id(node) not in seen:
            seen.add(id(node))
            yield node
            waiting += children(node)


def items(node: Node | None) -> list[Node]:
    """Return the items of a sequence, or an empty list for any other node."""
    return node.value if is_sequence(node) else []


def keys(node: Node | None) -> list[str]:
    """Return the keys of a mapping in order, including merged keys; a repeated key is listed once."""
    mappings = (node, *merge_sources(node)) if is_mapping(node) else ()
    own = (key.value for mapping in mappings for key, _ in mapping.value if is_scalar(key) and not is_merge(key))
    return list(dict.fromkeys(own))
