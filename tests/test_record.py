from __future__ import annotations

import collections
from collections.abc import Callable
from typing import Any, cast

import pytest

from postrender.record import NamedTuple


class Point(NamedTuple):
    x: int
    y: str = "north"

    def shifted(self) -> Point:
        return self._replace(x=self.x + 1)


class Empty(NamedTuple):
    pass


namedtuple: Any = collections.namedtuple  # otherwise, mypy requires the variable's name to equal the type's name
STANDARD = namedtuple("Point", ["x", "y"], defaults=["north"])


@pytest.mark.parametrize(
    "build",
    [
        pytest.param(lambda kind: kind(1, "south"), id="by-position"),
        pytest.param(lambda kind: kind(1), id="default"),
        pytest.param(lambda kind: kind(y="south", x=1), id="by-name-in-any-order"),
        pytest.param(lambda kind: kind(1, y="south"), id="both-ways"),
        pytest.param(lambda kind: kind(x=1), id="by-name-and-default"),
        pytest.param(lambda kind: kind(*iter((1, None))), id="none-is-a-value"),
        pytest.param(lambda kind: kind(1)._replace(y="south"), id="replaced"),
        pytest.param(lambda kind: kind(1, "south")._replace(), id="replaced-nothing"),
    ],
)
def test_is_what_the_standard_library_makes(build: Callable[[Any], Any]) -> None:
    ours, standard = build(Point), build(STANDARD)
    assert tuple(ours) == tuple(standard)
    assert (ours.x, ours.y) == (standard.x, standard.y)
    assert repr(ours) == repr(standard)


@pytest.mark.parametrize(
    "build",
    [
        pytest.param(lambda kind: kind(1, "south", 3), id="one-too-many"),
        pytest.param(lambda kind: kind(1, z=2), id="no-such-name"),
        pytest.param(lambda kind: kind(1, "south", z=2), id="no-such-name-when-all-are-there"),
        pytest.param(lambda kind: cast(Any, Empty)(1), id="an-empty-one-takes-nothing"),
        pytest.param(lambda kind: kind(), id="one-is-missing"),
        pytest.param(lambda kind: kind(y="south"), id="one-is-missing-by-name"),
        pytest.param(lambda kind: kind(1, x=1), id="one-is-given-twice"),
        pytest.param(lambda kind: kind(1, "south", y="south"), id="one-is-given-twice-when-all-are-there"),
    ],
)
def test_refuses_what_it_has_no_item_for(build: Callable[[Any], Any]) -> None:
    with pytest.raises(TypeError, match="takes"):
        build(Point)


def test_is_a_tuple() -> None:
    point = Point(1, "south")
    x, y = point
    assert (x, y) == point == (1, "south")
    assert {point: "found"}[Point(1, "south")] == "found"
    assert Point(1) < Point(2)


def test_has_the_methods_of_its_class() -> None:
    assert Point(1).shifted() == Point(2)
    assert type(Point(1).shifted()) is Point


def test_names_its_fields_in_order() -> None:
    assert Point._fields == ("x", "y")
    assert Empty._fields == ()
    assert Empty() == ()


@pytest.mark.parametrize("name", ["x", "z"])
def test_cannot_be_changed(name: str) -> None:
    with pytest.raises(AttributeError):
        setattr(Point(1), name, 2)
