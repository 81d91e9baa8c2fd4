"""Case-sensitive shell globs, as used in the config."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

SPECIAL = frozenset("*?[")


def matcher(patterns: Iterable[str]) -> Callable[[str], bool]:
    """Return a function that reports whether a name matches one of the patterns.

    A call takes about the same time for few and for many patterns.
    """
    patterns = [*patterns]
    names = frozenset(it for it in patterns if SPECIAL.isdisjoint(it))
    prefixes = tuple(it[:-1] for it in patterns if it.endswith("*") and SPECIAL.isdisjoint(it[:-1]))
    globs = [it for it in patterns if not SPECIAL.isdisjoint(it.removesuffix("*"))]
    if not globs:  # most patterns are names or prefixes; importing fnmatch is slow
        return lambda name: name in names or name.startswith(prefixes)
    import re
    from fnmatch import translate

    fits = re.compile("|".join(map(translate, globs))).match
    return lambda name: name in names or name.startswith(prefixes) or fits(name) is not None
