"""Reads unvalidated JSON: a value of the wrong type counts as absent."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    Object = dict[str, Any]


def at(value: Any, *path: str | int) -> Any:
    """Return the value at a path, or None."""
    for step in path:
        if isinstance(value, list) and isinstance(step, int):
            value = value[step] if step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def mapping(value: Any, *path: str | int) -> Object:
    """Return the map at a path, or an empty map."""
    found = at(value, *path)
    return found if isinstance(found, dict) else {}


def strings(value: Any, *path: str | int) -> dict[str, str]:
    """Return the entries with string values from the map at a path, such as labels."""
    return {name: text for name, text in mapping(value, *path).items() if isinstance(text, str)}


def maps(value: Any, *path: str | int) -> list[Object]:
    """Return the maps in the list at a path."""
    found = at(value, *path)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def texts(value: Any, *path: str | int) -> list[str]:
    """Return the strings in the list at a path."""
    found = at(value, *path)
    return [item for item in found if isinstance(item, str)] if isinstance(found, list) else []


def text(value: Any, *path: str | int) -> str:
    """Return the string at a path, or an empty string."""
    found = at(value, *path)
    return found if isinstance(found, str) else ""


def number(value: Any, *path: str | int) -> int:
    """Return the whole number at a path, or 0."""
    found = at(value, *path)
    return found if isinstance(found, int) else 0


def name_of(found: Any) -> str:
    """Return an object's name."""
    return text(found, "metadata", "name")


def namespace_of(found: Any) -> str | None:
    """Return an object's namespace; None if it has none, or there is no object."""
    return text(found, "metadata", "namespace") or None
