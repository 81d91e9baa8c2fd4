"""Case-sensitive shell globs, as used in the config."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

SPECIAL = frozenset("*?[")


def matching(name: str, patterns: Iterable[str]) -> str | None:
    """Return the first pattern that `name` matches, or None."""
    return next((pattern for pattern in patterns if _matches(name, pattern)), None)


def _matches(name: str, pattern: str) -> bool:
    stem = pattern.removesuffix("*")
    if SPECIAL.isdisjoint(stem):  # most are names or prefixes, and importing fnmatch takes longer than a conversion
        return name == pattern if stem == pattern else name.startswith(stem)
    from fnmatch import fnmatchcase

    return fnmatchcase(name, pattern)
