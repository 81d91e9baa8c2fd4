"""Turns values into YAML text. No other code decides how a value is quoted.

A value is a JSON value: a string, an integer, a float, a bool, None, a list or a dict. The text
means the same in YAML 1.1 and 1.2, and to libyaml, PyYAML, ruamel.yaml and Go's readers.
"""

from __future__ import annotations

from postrender.yamledit import nodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from yaml.nodes import ScalarNode

    from postrender.yamledit.nodes import Node

LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
WORD = LETTERS | frozenset("0123456789_-./")
#: Words that a YAML reader may take for a bool, a null, a merge key or a default value (`y`, `off`, `=` in YAML 1.1).
RESERVED = frozenset({"", "~", "y", "yes", "n", "no", "true", "false", "on", "off", "null", "<<", "="})
#: The characters that can start a number or a timestamp, and those that can occur in one (0x1F, 1_000, 6.85e+5, .inf).
NUMBER_START = frozenset("0123456789+-.")
NUMBER = frozenset("0123456789+-._: abcdefABCDEFxXoOtTzZinIN")
#: Expressions for text that a YAML reader may take for a number or a timestamp, without the underscores, which Go's
#: reader ignores anywhere in a number (-_1, 0_x1F). They also match some ordinary text.
NUMBER_FORMS = (
    r"[-+]?0[xX][0-9a-fA-F]*",
    r"[-+]?0[oObB][-+]?[0-9]*",
    r"[-+]",
    r"[-+]?[0-9]+(:(?!:)[0-9]*)*(\.[0-9]*)?([eE][-+]?[0-9]*)?",
    r"[-+]?\.[0-9]*([eE][-+]?[0-9]*)?",
    r"[-+]?\.([iI][nN][fF]|[nN][aA][nN])",
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*",
)
ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
INDENT = 2  #: the indentation of a new block; existing blocks keep their own
BASIC_PLANE = 0xFFFF
#: Characters that some YAML reader considers unprintable, or that are a line break only in YAML 1.1.
TREACHEROUS = frozenset("\x7f\x85\xa0\u2028\u2029\ufeff\ufffe\uffff")


class Text(str):
    """Text for people to read, written as a literal block scalar where the context allows one.

    Every line must be printable, the first line must not be indented, and the last line must have no line break.
    """

    __slots__ = ()


def is_string_to_all(plain: str) -> bool:
    """Report whether a plain scalar is a string in both YAML 1.1 and 1.2; in doubt, return False.

    Versions (0.3.1) and addresses (10.1.1.100, 2001:db8::1) start like numbers, but are strings.
    """
    if plain.lower() in RESERVED:
        return False
    if plain[0] not in NUMBER_START or not NUMBER.issuperset(plain):
        return True
    import re  # rarely needed: ordinary charts do not reach this line

    digits = plain.replace("_", "")
    return not any(re.fullmatch(form, digits) for form in NUMBER_FORMS)


def needs_no_quotes(text: str) -> bool:
    """Report whether `text` needs no quotes: a word that starts with a letter and is a string to every YAML reader."""
    return text[:1] in LETTERS and WORD.issuperset(text) and is_string_to_all(text)


def scalar(value: object) -> str:
    """Return a scalar as YAML on one line. JSON text is single-quoted, so that it stays readable."""
    if not isinstance(value, str):
        return _number(value)
    if needs_no_quotes(value):
        return value
    if '"' in value and "'" not in value and _is_printable(value):
        return f"'{value}'"
    return quote(value)


def _number(value: object) -> str:
    """Return null, a bool or a number as YAML. Floats always have a decimal point (1.0e+20): YAML 1.1 requires one."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    digits, exponent, power = repr(value).partition("e")
    return f"{digits}.0e{power}" if exponent and "." not in digits else repr(value)


def quote(text: str) -> str:
    r"""Return a string in double quotes that YAML and JSON read alike.

    Characters outside Unicode's basic plane are not escaped: libyaml rejects JSON's surrogate pairs, and JSON has no
    ``\U``.
    """
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(char: str) -> str:
    if char in ESCAPES:
        return ESCAPES[char]
    return char if _is_printable(char) or ord(char) > BASIC_PLANE else f"\\u{ord(char):04x}"


def _is_printable(text: str) -> bool:
    return text.isprintable() and TREACHEROUS.isdisjoint(text)


def flow(value: object) -> str:
    """Return a value on one line, as JSON (which is valid YAML) with a space after each colon and comma."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quote(str(key))}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    return quote(value) if isinstance(value, str) else scalar(value)


def entry(key: str, value: object, indent: int) -> list[str]:
    """Return the lines of `key: value` in block style, without line breaks, with the key in column `indent`."""
    return _attached(f"{' ' * indent}{scalar(key)}:", value, indent + INDENT)


def item(value: object, indent: int, gap: int = 1) -> list[str]:
    """Return the lines of `- value` in block style, with the dash in column `indent` and `gap` spaces after it."""
    dash = f"{' ' * indent}-{' ' * gap}"
    if not (isinstance(value, dict | list) and value):
        return [dash + inline(value)]
    first, *rest = block(value, len(dash))
    return [dash + first[len(dash) :], *rest]


def block(value: dict[str, Any] | list[Any], indent: int) -> list[str]:
    """Return the lines of a non-empty collection in block style, with its entries in column `indent`."""
    if isinstance(value, dict):
        return [line for key, inner in value.items() for line in entry(key, inner, indent)]
    return [line for inner in value for line in item(inner, indent)]


def document(value: object) -> list[str]:
    """Return the lines of a document that contains a value, in block style, without a `---`."""
    if isinstance(value, Text):
        return ["|-", *(f"  {line}" for line in value.split("\n"))]
    return block(value, 0) if isinstance(value, dict | list) and value else [inline(value)]


def inline(value: object) -> str:
    """Return a value on one line for use in block style: a scalar, or a collection in flow style."""
    return flow(value) if isinstance(value, dict | list) else scalar(value)


def _attached(head: str, value: object, indent: int) -> list[str]:
    """Return the lines of an entry: `head`, such as `key:`, with the value on the same line or in a block below."""
    if isinstance(value, dict | list) and value:
        return [head, *block(value, indent)]
    if isinstance(value, Text):
        return [f"{head} |-", *(f"{' ' * indent}{line}" for line in value.split("\n"))]
    return [f"{head} {inline(value)}"]


def says(node: Node | None, value: object) -> bool:
    """Report whether every YAML parser reads `node` as exactly `value`.

    A string must be quoted, tagged, or plain text that each parser reads as a string; a number or a bool must be plain.
    """
    if isinstance(value, dict):
        return nodes.is_mapping(node) and _says_mapping(node.value, value)
    if isinstance(value, list):
        return nodes.is_sequence(node) and _says_sequence(node.value, value)
    if not nodes.is_scalar(node):
        return False
    if isinstance(value, str):
        return node.value == value and (node.tag in nodes.STRINGS or _is_plain_string(node))
    return nodes.is_null(node) if value is None else node.tag == nodes.PLAIN and node.value == scalar(value)


def _is_plain_string(node: ScalarNode) -> bool:
    return bool(node.tag == nodes.PLAIN) and is_string_to_all(node.value)


def _says_mapping(pairs: list[tuple[Node, Node]], value: dict[str, Any]) -> bool:
    return len(pairs) == len(value) and all(
        says(key, name) and says(node, inner) for (key, node), (name, inner) in zip(pairs, value.items(), strict=True)
    )


def _says_sequence(items: list[Node], value: list[Any]) -> bool:
    return len(items) == len(value) and all(map(says, items, value))
