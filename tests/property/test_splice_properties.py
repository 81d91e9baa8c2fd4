from __future__ import annotations

import copy
import re
from typing import Any

import jsonpatch
import yaml
from hypothesis import assume, event, given
from hypothesis import strategies as st

from postrender.errors import ProofFailed
from postrender.yamledit import nodes, proof, roundtrip, splice
from postrender.yamledit.change import ADD, APPEND, REMOVE, REPLACE, Change, pointer
from postrender.yamledit.marks import Unsafe
from tests.property import oracle
from tests.property.styles import WILD, written

KEYS = st.sampled_from(["a", "b", "c", "name", "a/b", "é"])
STRINGS = st.sampled_from(
    [
        "a",
        "two words",
        "",
        "1",
        "true",
        "x\n",
        "x\ny\n",
        "x\n\n",
        "x\n   \n",
        " x\n",
        "#no",
        "it's",
        'a "b"',
        "é😀",
        "-",
        "a: b",
    ]
)
VALUES = st.recursive(
    STRINGS | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=10,
)
DOCUMENTS = written(st.dictionaries(KEYS, VALUES, min_size=1, max_size=4), WILD)


@st.composite
def plans(draw: st.DrawFn, root: Any) -> list[Change]:
    """Draw a document's changes as a plan orders them: none is below another, and items are removed from the end."""
    places = [*collections(root, ())]
    changes: list[Change] = []
    for path, node in draw(st.lists(st.sampled_from(places), min_size=1, max_size=3, unique_by=lambda place: place[0])):
        changes += draw(edits(path, node))
    taken = [change.path for change in changes if change.op != ADD or isinstance(change.path[-1], int)]
    kept = [change for change in changes if not any(is_below(change.path, path) for path in taken)]
    return sorted(kept, key=order)


def is_below(path: Any, other: Any) -> bool:
    return len(path) > len(other) and path[: len(other)] == other


def order(change: Change) -> tuple[int, int]:
    """Sort changes of items last, with inner and later items first, so that the original indexes stay valid."""
    step = change.path[-1]
    return (-len(change.path), -step) if change.op != REPLACE and isinstance(step, int) else (-99, 0)


def collections(node: Any, path: Any) -> Any:
    """Yield every collection that a path leads to; of repeated keys, the path leads to the last."""
    if nodes.is_scalar(node) or len(path) > 5:
        return
    yield path, node
    steps = nodes.keys(node) if nodes.is_mapping(node) else range(len(node.value))
    for step in steps:
        yield from collections(nodes.find(node, (step,)), (*path, step))


@st.composite
def edits(draw: st.DrawFn, path: Any, node: Any) -> list[Change]:
    """Draw changes of one collection, which replace, remove and add entries."""
    steps = nodes.keys(node) if nodes.is_mapping(node) else list(range(len(node.value)))
    chosen = draw(st.lists(st.sampled_from(steps), unique=True, max_size=3)) if steps else []
    changes = [change(draw(st.sampled_from([REPLACE, REMOVE])), (*path, step), draw(VALUES)) for step in chosen]
    if nodes.is_sequence(node):
        free = [step for step in steps if step not in chosen]
        inserted = draw(st.lists(st.sampled_from(free), unique=True, max_size=1)) if free else []
        changes += [change(ADD, (*path, step), draw(VALUES)) for step in inserted]
        return changes + [change(ADD, (*path, APPEND), value) for value in draw(st.lists(VALUES, max_size=2))]
    new = draw(st.lists(st.sampled_from(["new", "y", "n/m"]), unique=True, max_size=2))
    return changes + [change(ADD, (*path, key), draw(VALUES)) for key in new]


def change(op: str, path: Any, value: Any) -> Change:
    return Change(op, path, None if op == REMOVE else value, "rule", "reason")


def read(text: str) -> Any:
    """Return a text's value according to an independent loader, with every scalar as a string."""
    return yaml.load(text, Loader=yaml.CBaseLoader)


def strings(value: Any) -> Any:
    """Return a value as this loader would return it."""
    if isinstance(value, dict):
        return {key: strings(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [strings(inner) for inner in value]
    return "null" if value is None else value


def nulls_alike(value: Any) -> Any:
    """Return a value in which explicit and omitted nulls are the same; the proof checks this difference."""
    if isinstance(value, dict):
        return {key: nulls_alike(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [nulls_alike(inner) for inner in value]
    return "" if value == "null" else value


def patched(original: Any, changes: list[Change]) -> Any:
    """Apply the changes with an independent implementation of RFC 6902."""
    operations = [{"op": it.op, "path": pointer(it.path), "value": strings(it.value)} for it in changes]
    return jsonpatch.apply_patch(copy.deepcopy(original), operations)


@given(st.data())
def test_a_text_is_right_or_refused(data: st.DataObject) -> None:
    text = data.draw(DOCUMENTS, label="text")
    root = composed(text)
    changes = data.draw(plans(root), label="changes")
    assume(changes)
    try:
        result = splice.splice(text, root, changes)
    except Unsafe as refused:
        event(f"refused: {refused.problem}")
        return
    event("edited")
    proof.require(root, result, changes)
    assert_right(text, result, changes)
    assert comments(text) - comments(result) <= comments_within(text, root, changes)


@given(st.data())
def test_a_new_layout_is_right_or_refused(data: st.DataObject) -> None:
    text = data.draw(DOCUMENTS, label="text")
    root = composed(text)
    changes = data.draw(plans(root), label="changes")
    try:
        result = roundtrip.edit(text, root, changes)
        proof.require(root, result, changes)
    except (roundtrip.Impossible, ProofFailed) as refused:
        event(f"refused: {type(refused).__name__}")
        return
    event("laid out anew")
    assert_right(text, result, changes)


def assert_right(text: str, result: str, changes: list[Change]) -> None:
    """Require that independent code gives the same value, and that the result keeps a line break at its end."""
    assert nulls_alike(read(result)) == nulls_alike(patched(read(text), changes))
    assert ends_with_a_break(result) or not ends_with_a_break(text)


def composed(text: str) -> Any:
    """Return the root of a text that libyaml accepts and in which no anchor contains itself."""
    try:
        root = nodes.compose(text) if read(text) else None
    except (nodes.Unreadable, yaml.YAMLError):
        root = None
    assume(nodes.is_mapping(root))
    return root


def ends_with_a_break(text: str) -> bool:
    return text.endswith(("\n", "\r"))


def comments(text: str) -> set[str]:
    return set(re.findall(r"# c\d+", text))


def comments_within(text: str, root: Any, changes: list[Change]) -> set[str]:
    """Return the comments on the lines of removed or replaced entries."""
    numbered = oracle.lines(text)
    found: set[str] = set()
    for it in changes:
        if it.op != ADD:
            for first, last in oracle.spans(numbered, nodes.find(root, it.path[:-1]), it.path[-1]):
                found |= comments("\n".join(numbered[first : last + 1]))
    return found
