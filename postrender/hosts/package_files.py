"""Files that are shipped with the program: next to the package in a checkout, inside it in a wheel."""

from __future__ import annotations

import os

PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def folder(name: str) -> str:
    """Return the path of a shipped folder."""
    inside = os.path.join(PACKAGE, name)
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(PACKAGE), name)


def read(name: str, file: str) -> bytes:
    """Return the bytes of a file in a shipped folder."""
    with open(os.path.join(folder(name), file), "rb") as shipped:
        return shipped.read()
