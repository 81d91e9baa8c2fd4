"""The `patches` section of a config: the user's own RFC 6902 operations, and the objects that they apply to."""

from __future__ import annotations

from postrender.config import strict
from postrender.errors import brief
from postrender.record import NamedTuple
from postrender.yamledit import nodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from postrender.kubernetes.selector import Selector
    from postrender.limits import Limits

#: The operations of RFC 6902, and the fields that each needs besides `op` and `path`.
OPERATIONS = {
    "add": ("value",),
    "replace": ("value",),
    "test": ("value",),
    "remove": (),
    "move": ("from",),
    "copy": ("from",),
}


class Operation(NamedTuple):
    """One RFC 6902 operation, as written in the config. `source` is the operation's `from`."""

    op: str
    path: str
    value: object = None
    source: str = ""


class Patch(NamedTuple):
    """One of the user's patches: which objects to change, and the operations to apply to them."""

    target: Selector
    operations: tuple[Operation, ...]


def read(item: strict.Item, limits: Limits) -> tuple[Patch, ...]:
    """Return the config's patches; refuse more operations than the limit allows."""
    patches: tuple[Patch, ...] = strict.each(strict.entries(item), _patch)
    strict.require_few(item, sum(len(patch.operations) for patch in patches), limits, "operations")
    return patches


def _patch(item: strict.Item) -> Patch:
    fields = strict.members(item, ("target", "patch"), ("target", "patch"))
    if nodes.is_scalar(fields["patch"].node):
        raise strict.wrong(fields["patch"], "must be a list of operations, not a string; remove `|-` or the quotes")
    operations = strict.entries(fields["patch"])
    if not operations:
        raise strict.wrong(fields["patch"], "is empty; list at least one RFC 6902 operation")
    return Patch(_selector(fields["target"]), strict.each(operations, _operation))


def _selector(item: strict.Item) -> Selector:
    from postrender.kubernetes.selector import Selector

    chosen = strict.record(item, SELECTOR)
    if not chosen:
        raise strict.wrong(item, "is empty, which would match every document; set kind or name")
    return Selector(**chosen)


def _expression(item: strict.Item) -> str:
    """Return a regular expression; refuse one that Python and Go may read differently."""
    import re

    from postrender.kubernetes.selector import EXPRESSION, SYNTAX

    value = strict.text(item)
    if not re.fullmatch(EXPRESSION, value):
        sentence = "is not a regular expression that Python and Go read the same way"
        raise strict.wrong(item, f"{brief(value)} {sentence}; use {SYNTAX}")
    try:
        re.compile(value)
    except (re.error, OverflowError, RecursionError) as error:
        raise strict.wrong(item, f"{brief(value)} is not a regular expression: {brief(error)}; correct it") from None
    return value


def _label_selector(item: strict.Item) -> str:
    from postrender.kubernetes.selector import parse_requirement, requirements

    value = strict.text(item)
    try:
        for requirement in requirements(value):
            parse_requirement(requirement)
    except ValueError as error:
        raise strict.wrong(item, f"{error}; use the form app=f5-tmm") from None
    return value


def _operation(item: strict.Item) -> Operation:
    fields = strict.members(item, ("op", "path", "value", "from"), ("op", "path"))
    op = strict.one_of(fields["op"], tuple(OPERATIONS))
    for name in ("value", "from"):
        if (name in fields) != (name in OPERATIONS[op]):
            does, advice = ("does not accept", "remove") if name in fields else ("requires", "add")
            raise strict.wrong(fields.get(name, item), f"op {op} {does} the field {name}; {advice} it")
    value = strict.json_value(fields["value"]) if "value" in fields else None
    return Operation(op, _pointer(fields["path"]), value, _pointer(fields["from"]) if "from" in fields else "")


def _pointer(item: strict.Item) -> str:
    """Return a JSON Pointer (RFC 6901). It must not be empty, because no operation may replace a whole document."""
    value = strict.string(item)
    escapes = value.replace("~0", "").replace("~1", "")
    if not value.startswith("/") or "~" in escapes:
        raise strict.wrong(item, "must be a JSON pointer such as /spec/replicas, with ~1 for / and ~0 for ~ in a key")
    return value


SELECTOR: strict.Readers = {
    "group": ("group", _expression),
    "version": ("version", _expression),
    "kind": ("kind", _expression),
    "name": ("name", _expression),
    "namespace": ("namespace", _expression),
    "labelSelector": ("label_selector", _label_selector),
}
