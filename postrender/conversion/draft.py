"""Applies the operations of the user's patches to a document.

The jsonpatch library computes the result of each operation. `yamledit` then edits the text in place, which preserves
comments, and the edited document is parsed again and compared with the library's result. Operations that do not depend
on each other are written together, because each edit and comparison is a pass over the whole document.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from postrender.config.patches import Operation
from postrender.conversion import json_patch
from postrender.conversion.json_values import has_bare_value, is_json, value_of
from postrender.errors import NAME, InputError, ProofFailed, brief
from postrender.kubernetes import selector
from postrender.kubernetes.objects import Object, objects
from postrender.rules.finding import of_new_layout
from postrender.yamledit import edit, emit, nodes, stream
from postrender.yamledit.change import ADD, APPEND, REMOVE, REPLACE, Change, keys_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from postrender.errors import Place
    from postrender.kubernetes.selector import Identity, Selector
    from postrender.rules.finding import Finding
    from postrender.yamledit.nodes import Node, Path
    from postrender.yamledit.stream import Parsed

ID = "patches"
WHAT = "spec.patches"
#: How many steps count towards the `work` limit for reading an object's identity, for applying an operation, and for
#: each value that it adds. Reading or editing a document counts one step for each character.
IDENTITY, OPERATION, VALUE = 80, 200, 10
#: The fields of an object that determine whether a target selects the object, or the objects in its list.
RENAMING = frozenset(("apiVersion", "kind", "metadata", "items"))


class Draft:
    """A document that is being patched: its current text, the changes still to be made, and the expected values."""

    def __init__(self, parsed: Parsed, place: Place) -> None:
        self.parsed = parsed
        self.place = place  #: the document's place in the user's input
        self.changes: list[Change] = []
        self.findings: list[Finding] = []
        self.is_renamed = False  #: whether a patch may have changed which objects a target selects
        self._work = parsed.stream.work
        self._pending: list[Change] = []
        self._identities: list[tuple[Object, Identity]] | None = None
        self._is_unchecked = False  # whether changes were written, but not yet compared with the expected values
        self._values: dict[Path, Any] = {}  # the library's result for each object that an operation was applied to

    def select(self, wanted: Selector, where: str, *, include_hooks: bool) -> list[Path]:
        """Return the paths of the objects that match a selector after the patches applied so far."""
        if self._identities is None:
            self.write()
            self._identities = [(obj, selector.identity(obj)) for obj in objects(self.parsed)]
            self._work.spend(IDENTITY * len(self._identities), WHAT, self.place)
        self._work.spend(selector.cost(wanted) * len(self._identities), WHAT, self.place)
        try:
            found = [obj for obj, identity in self._identities if selector.matches(wanted, identity)]
        except selector.Endless as endless:
            raise InputError(f"{where}.target: {endless}", self.place) from None
        return [obj.base for obj in found if include_hooks or not obj.is_hook]

    def apply(self, base: Path, operation: Operation, where: str) -> None:
        """Apply an operation to an object; raise InputError if the operation fails or its result cannot be written."""
        self._work.spend(OPERATION, WHAT, self.place)
        if self._depends(base, operation):
            self.write()
        self._read(base)
        root = nodes.find(self.parsed.root, base)
        try:
            given = copy.deepcopy(operation.value)  # a copy, because later operations change the result
            words = {"op": operation.op, "path": operation.path, "value": given, "from": operation.source}
            self._values[base] = json_patch.apply(self._values[base], [words], in_place=True)
            steps = _elementary(root, operation)
        except json_patch.Failed as failure:
            obj = Object(self.parsed, base, root or self.parsed.root)
            sentence = f"{operation.op} {brief(operation.path, NAME)} of {obj.title} {failure}"
            raise InputError(f"{where}: {sentence}", self.place) from None
        for step in steps:
            if _may_rename(step):
                self.is_renamed, self._identities = True, None
            changes = [*_change(nodes.find(self.parsed.root, base), base, step)]
            self._work.spend(VALUE * sum(_size(change.value) for change in changes), WHAT, self.place)
            if len(steps) > 1 or any(map(_moves_others, changes)):
                self._write_pending()
                self._edit(changes)
            else:
                self._pending += changes

    def _read(self, base: Path) -> None:
        """Read an object's value unless it is known; forget known values that contain it or are part of it."""
        around = [it for it in self._values if it != base and it[: len(base)] == base[: len(it)]]
        if around:
            self.write()
            self._values = {it: value for it, value in self._values.items() if it not in around}
        if not self._values:
            stream.require_countable(self.parsed)
        if base not in self._values:
            self._values[base] = value_of(nodes.find(self.parsed.root, base))

    def write(self) -> None:
        """Write the pending changes, and compare the objects with the library's results."""
        self._write_pending()
        values = self._values if self._is_unchecked else {}
        self._is_unchecked = False
        for base, expected in values.items():
            if value_of(nodes.find(self.parsed.root, base)) != expected:
                sentence = "spec.patches did not give the expected result"
                raise ProofFailed(f"{sentence}; nothing was written; this is a bug, please report it")

    def _depends(self, base: Path, operation: Operation) -> bool:
        """Report whether an operation affects a path that a pending change writes, or a path above or below it."""
        pointers = (operation.path, operation.source) if operation.source else (operation.path,)
        own = [(*map(str, base), *keys_of(pointer)) for pointer in pointers if operation.op != json_patch.TEST]
        return any(self._meets(change, keys) for change in self._pending for keys in own)

    def _meets(self, change: Change, keys: tuple[str, ...]) -> bool:
        """Report whether a path is equal to, above or below a change's path; two appended items are independent."""
        path = tuple(map(str, change.path))
        if path[-1] == APPEND and nodes.is_sequence(nodes.find(self.parsed.root, change.path[:-1])):
            if keys == path:
                return False
            path = path[:-1]  # item numbers depend on the appended items
        shorter = min(len(path), len(keys))
        return path[:shorter] == keys[:shorter]

    def _write_pending(self) -> None:
        """Write the pending changes: together if that is possible in place, otherwise one after the other."""
        changes, self._pending = self._pending, []
        if not self._edit(changes, only_in_place=len(changes) > 1):
            for change in changes:
                self._edit([change])

    def _edit(self, changes: Sequence[Change], *, only_in_place: bool = False) -> bool:
        """Edit the document and return True; with `only_in_place`, return False if its layout would change."""
        if not changes:
            return True
        done = edit.apply(self.parsed, changes)
        self._work.spend(len(done.text), WHAT, self.place)
        if only_in_place and done.new_layout:
            return False
        self.parsed = self.parsed._replace(text=done.text, root=done.root)
        self._is_unchecked = True
        self.changes += changes
        self.findings += of_new_layout(done)
        stream.require_small(self.parsed)  # each copy of a copy may double the document
        return True


def _size(value: object) -> int:
    """Return the number of values in a JSON value, including itself."""
    if isinstance(value, dict):
        return 1 + sum(map(_size, value.values()))
    return 1 + (sum(map(_size, value)) if isinstance(value, list) else 0)


def _may_rename(operation: Operation) -> bool:
    """Report whether an operation may change which objects a target selects."""
    return keys_of(operation.path)[0] in RENAMING


def _moves_others(change: Change) -> bool:
    """Report whether a change may shift item numbers that other changes use, or leave an empty collection."""
    return change.op == REMOVE or (change.op == ADD and isinstance(change.path[-1], int))


def _elementary(root: Node | None, operation: Operation) -> list[Operation]:
    """Return an operation as additions, replacements and removals; a move is a removal, then an addition."""
    if operation.op == json_patch.TEST:
        return []
    if operation.op not in ("move", "copy"):
        return [operation]
    path, place = _steps(root, operation.source), brief(operation.source, NAME)
    source = nodes.find(root, path)
    if source is not None and not is_json(source):
        raise json_patch.Failed(f"fails: YAML 1.1 and 1.2 read the value at {place} differently; use add instead")
    if has_bare_value(root, path):
        raise json_patch.Failed(f"fails: kustomize reads the empty value at {place} as a string; use add instead")
    added = Operation(ADD, operation.path, value_of(source))
    return [Operation(REMOVE, operation.source), added] if operation.op == "move" else [added]


def _change(root: Node | None, base: Path, operation: Operation) -> Iterator[Change]:
    """Yield the change that an elementary operation makes, or nothing if the document already has that value."""
    path = _steps(root, operation.path)
    present = nodes.find(root, path)
    inserts = operation.op == ADD and (present is None or isinstance(path[-1], int))
    if operation.op == REMOVE or inserts or not emit.says(present, operation.value):
        op = operation.op if operation.op == REMOVE or inserts else REPLACE
        yield Change(op, (*base, *path), operation.value, ID, f"{operation.op} from spec.patches")


def _steps(node: Node | None, pointer: str) -> Path:
    """Return a JSON pointer as a path. A step into a list becomes a number, or `-` if it appends an item."""
    steps: list[str | int] = []
    for key in keys_of(pointer):
        step: str | int = key
        if nodes.is_sequence(node) and step != APPEND:
            step = APPEND if int(step) == len(node.value) else int(step)
        steps.append(step)
        node = nodes.find(node, (step,))
    return tuple(steps)
