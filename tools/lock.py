"""Reads the lock files in `requirements/`, which uv writes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_LOCKED = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>\S+)(?: ; (?P<marker>.+))? \\\n(?P<rest>(?: +.*\n?)+)", re.M)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_VIA = re.compile(r"# +(?:via )?([\w.-]+)$", re.M)


class Locked(NamedTuple):
    """A locked version of a package; `via` lists the packages that require it."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]
    via: tuple[str, ...]


def locked(text: str) -> list[Locked]:
    return [
        Locked(it["name"], it["version"], it["marker"] or "", tuple(_HASH.findall(it["rest"])), tuple(_parents(it)))
        for it in _LOCKED.finditer(text)
    ]


def _parents(entry: re.Match[str]) -> Iterator[str]:
    return (name for name in _VIA.findall(entry["rest"]) if name != "via")
