"""Reads a parsed YAML object strictly: every error has a line, a column, a path and a remedy."""

from __future__ import annotations

from postrender.errors import MISTAKES, ConfigError, ConfigErrors, Place, brief, full_name, nearest, suggestion
from postrender.record import NamedTuple
from postrender.yamledit import emit, nodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from postrender.limits import Limits
    from postrender.yamledit.nodes import Node

    #: For each field: its name in the named tuple, and the function that reads it.
    Readers = dict[str, tuple[str, "Callable[[Item], object]"]]


MAX_DIGITS = 10  #: the maximum number of digits in a whole number; Python itself accepts thousands
MAX_DEPTH = 100  #: the maximum depth of nesting, because values are read recursively


class Item(NamedTuple):
    """A node of the config, with its path and its file."""

    node: Node
    path: str
    file: str


class Mistakes(list[ConfigError]):
    """Collects the mistakes in an object or a list, so that all are reported at once."""

    def read(self, reader: Callable[[Item], Any], item: Item) -> Any:
        """Return the value of an item; if the reader finds a mistake, collect it and return None."""
        try:
            return reader(item)
        except ConfigErrors as several:
            self.extend(several.mistakes)
        except ConfigError as mistake:
            self.append(mistake)
        return None

    def refuse(self) -> None:
        """Raise one error with the collected mistakes, if there are any."""
        if len(self) > 1:
            raise ConfigErrors(self)
        if self:
            raise self[0]


def members(item: Item, known: Sequence[str], required: Sequence[str] = ()) -> dict[str, Item]:
    """Return the fields of an object; refuse unknown, repeated and missing fields."""
    mistakes = Mistakes()
    found = _members(item, known, required, mistakes)
    mistakes.refuse()
    return found


def _members(item: Item, known: Sequence[str], required: Sequence[str], mistakes: Mistakes) -> dict[str, Item]:
    found: dict[str, Item] = {}
    meant = set()
    for key, value in pairs(item):
        name = key.node.value
        if name in known:  # so it is not text from outside, and every message may have it
            found[name] = value._replace(path=f"{item.path}.{name}" if item.path else name)
        else:
            is_shown = len(mistakes) < MISTAKES  # finding a suggestion takes time
            meant.add(nearest(name, known) if is_shown else "")
            mistakes.append(wrong(key, f"unknown field{_suggestion(name, known) if is_shown else ''}"))
    mistakes += (wrong(item, f"{name} is missing") for name in required if name not in found and name not in meant)
    return found


def pairs(item: Item) -> Iterator[tuple[Item, Item]]:
    """Yield the keys and values of an object, each with its path; refuse repeated keys."""
    if not nodes.is_mapping(item.node):
        raise wrong(item, "must be a map" + not_value(item.node))
    seen = set()
    for key, value in item.node.value:
        path = f"{item.path}.{full_name(key.value)}" if item.path else full_name(key.value)
        name = Item(key, path, item.file)
        if not nodes.is_scalar(key):
            raise wrong(item, "must have strings as keys")
        if key.value in seen:
            raise wrong(name, "is listed twice; remove one of them")
        seen.add(key.value)
        yield name, Item(value, path, item.file)


def record(item: Item, readers: Readers, required: Sequence[str] = ()) -> dict[str, Any]:
    """Read each field of an object with its own reader; return the values by their names in the named tuple."""
    mistakes = Mistakes()
    found = _members(item, tuple(readers), required, mistakes)
    values = {readers[key][0]: mistakes.read(readers[key][1], value) for key, value in found.items()}
    mistakes.refuse()
    return values


def each(items: Sequence[Item], reader: Callable[[Item], Any]) -> tuple[Any, ...]:
    """Return the values of a list's items, all read by the same reader."""
    mistakes = Mistakes()
    values = tuple(mistakes.read(reader, item) for item in items)
    mistakes.refuse()
    return values


def entries(item: Item) -> list[Item]:
    """Return the items of a list, each with its path."""
    if not nodes.is_sequence(item.node):
        raise wrong(item, "must be a list" + not_value(item.node))
    return [Item(node, f"{item.path}[{number}]", item.file) for number, node in enumerate(item.node.value)]


def string(item: Item) -> str:
    """Return a string; refuse an unquoted value that some YAML readers do not read as a string."""
    node = item.node
    if not nodes.is_scalar(node) or nodes.is_null(node):
        raise wrong(item, "must be a string" + not_value(node))
    if node.tag == nodes.PLAIN and not emit.is_string_to_all(node.value):
        raise wrong(item, f'must be a string; quote it: "{brief(node.value)}"')
    return str(node.value)


def text(item: Item) -> str:
    """Return a string; refuse an empty one."""
    value = string(item)
    if not value:
        raise wrong(item, "must not be empty")
    return value


def integer(low: int, high: int) -> Callable[[Item], int]:
    """Return a function that reads a whole number from `low` to `high`."""

    def read_integer(item: Item) -> int:
        number = whole_number(item.node)
        if number is None or not low <= number <= high:
            raise wrong(item, f"must be a whole number from {low} to {high}" + not_value(item.node))
        return number

    return read_integer


def whole_number(node: Node) -> int | None:
    """Return a whole number of at most ten digits; None for a value that YAML 1.1 and 1.2 may read differently."""
    if not nodes.is_scalar(node) or node.tag != nodes.PLAIN:
        return None
    digits = node.value.removeprefix("-")
    simple = digits.isascii() and digits.isdigit() and len(digits) <= MAX_DIGITS and (digits == "0" or digits[0] != "0")
    return int(node.value) if simple else None


def boolean(item: Item) -> bool:
    """Return a bool; refuse all spellings but true and false, which YAML 1.1 and 1.2 share."""
    node = item.node
    if nodes.is_scalar(node) and node.tag == nodes.PLAIN and node.value in ("true", "false"):
        return bool(node.value == "true")
    raise wrong(item, "must be true or false" + not_value(node))


def one_of(item: Item, choices: Sequence[str]) -> str:
    """Return a string; refuse one that is not among the choices."""
    value = string(item)
    if value not in choices:
        raise wrong(item, f"must be {' or '.join(choices)}, not {brief(value)}{_suggestion(value, choices)}")
    return value


def json_value(item: Item) -> object:
    """Return any JSON value; refuse fractions, and unquoted values that only some YAML readers read as strings."""
    node = item.node
    if nodes.is_mapping(node):
        return {str(key.node.value): json_value(value) for key, value in pairs(item)}
    if nodes.is_sequence(node):
        return [json_value(entry) for entry in entries(item)]
    if nodes.is_null(node):
        return None
    if node.tag == nodes.PLAIN and node.value in ("true", "false"):
        return bool(node.value == "true")
    number = whole_number(node)
    if number is None and node.tag == nodes.PLAIN and not emit.is_string_to_all(node.value):
        raise wrong(item, "must be a string (quote it) or a whole number of at most ten digits")
    return string(item) if number is None else number


def require_few(item: Item, number: int, limits: Limits, field: str) -> None:
    """Raise ConfigError if a list has more entries than the limit allows."""
    if number > getattr(limits, field):
        raise wrong(item, f"has {limits.exceeded(field)}")


def wrong(item: Item, sentence: str, key: str = "") -> ConfigError:
    """Return an error about `item`, or about its entry `key`, with the line and column of `item`."""
    mark = item.node.start_mark
    path = f"{item.path}.{key}" if key else item.path
    return ConfigError(sentence, Place(item.file, mark.line + 1, mark.column + 1, path))


def not_value(node: Node) -> str:
    """Return the end of a sentence about a wrong value: `, not VALUE`."""
    if nodes.is_null(node):
        return ", not empty; set it, or remove the key"
    if nodes.is_scalar(node):
        text = brief(node.value) or "empty"
        return f", not the string {text}" if node.tag == nodes.STRING and node.value else f", not {text}"
    return f", not a {'map' if nodes.is_mapping(node) else 'list'}"


def _suggestion(word: str, known: Sequence[str]) -> str:
    return suggestion(str(word), known) or (f"; use one of {', '.join(known)}" if len(known) > 1 else "")


def refuse_aliases_and_tags(root: Item) -> None:
    """Refuse YAML that makes a config hard to read: aliases, merge keys, tags and deep nesting."""
    seen = set()
    waiting = [(root.node, 0)]
    while waiting:
        node, depth = waiting.pop()
        item = Item(node, root.path, root.file)
        if id(node) in seen:
            raise wrong(item, "an alias or a merge key refers to this value; repeat the value instead")
        seen.add(id(node))
        if node.tag not in (nodes.PLAIN, nodes.STRING, "mapping", "sequence"):
            raise wrong(item, f"the tag {brief(node.tag)} is not allowed; remove it")
        if depth > MAX_DEPTH:
            raise wrong(item, "is nested too deeply for an spk-macvlan config; check that this is the right file")
        waiting += ((child, depth + 1) for child in reversed(nodes.children(node)))
