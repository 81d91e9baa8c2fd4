from __future__ import annotations

from typing import Any

import pytest

from postrender.yamledit import nodes
from postrender.yamledit.change import ADD, REPLACE, Change, pointer, put

TEXT = 'a: b\nc: {d: "1", e: 1, "": x}\nf: [g, {h: i}]\nn: null\nr: 1\nr: 2\n'


def proposed(value: object, *path: str | int, text: str = TEXT) -> list[Change]:
    return [*put(nodes.compose(text), path, value, "rule", "reason")]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param(("a",), "b", id="text"),
        pytest.param(("c", "d"), "1", id="quoted"),
        pytest.param(("c", "e"), 1, id="number"),
        pytest.param(("c", ""), "x", id="empty-key"),
        pytest.param(("f", 0), "g", id="item"),
        pytest.param(("f", 1), {"h": "i"}, id="map"),
        pytest.param(("f",), ["g", {"h": "i"}], id="list"),
        pytest.param(("n",), None, id="null"),
        pytest.param(("r",), 2, id="the-last-of-repeated-keys"),
    ],
)
def test_what_says_so_already_is_left_alone(path: tuple[str | int, ...], value: object) -> None:
    assert proposed(value, *path) == []


@pytest.mark.parametrize(
    ("path", "value", "op"),
    [
        pytest.param(("a",), "c", REPLACE, id="another-text"),
        pytest.param(("c", "d"), 1, REPLACE, id="another-type"),
        pytest.param(("c", "e"), "1", REPLACE, id="no-string"),
        pytest.param(("r",), 1, REPLACE, id="the-first-of-repeated-keys"),
        pytest.param(("n",), "x", REPLACE, id="null"),
        pytest.param(("f", 1), {"h": "j"}, REPLACE, id="map"),
        pytest.param(("z",), "x", ADD, id="absent"),
        pytest.param(("z", "y"), "x", ADD, id="absent-below-an-absent-one"),
        pytest.param(("z",), None, ADD, id="an-absent-null"),
        pytest.param(("f", 2), "x", ADD, id="behind-the-last"),
        pytest.param(("a", "b"), "x", ADD, id="below-a-text"),
    ],
)
def test_what_is_put(path: tuple[str | int, ...], value: object, op: str) -> None:
    assert proposed(value, *path) == [Change(op, path, value, "rule", "reason")]


def test_in_nothing_everything_is_new() -> None:
    assert proposed("x", "a", text="# c\n") == [Change(ADD, ("a",), "x", "rule", "reason")]


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ((), ""),
        (("a",), "/a"),
        (("a", "b", 0, "-"), "/a/b/0/-"),
        (("",), "/"),
        (("a/b", "c~d"), "/a~1b/c~0d"),
        (("~1",), "/~01"),
        (("/~/~",), "/~1~0~1~0"),
    ],
)
def test_a_path_as_a_pointer(path: Any, written: str) -> None:
    assert pointer(path) == written
