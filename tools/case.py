"""Shows a golden case on one screen: why it exists, its flags and config, and how its input changes.

Run `python -m tools.case GROUP/CASE`. A part of the name is enough; if several cases match, they are listed.
"""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

CASES = Path(__file__).parents[1] / "tests" / "cases"
WIDTH = 120
UNFINISHED = "\\ No newline at end of file"


def every() -> list[Path]:
    return sorted(file.parent for file in CASES.glob("*/*/input.yaml"))


def name(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


def main(argv: Sequence[str]) -> int:
    word = argv[0] if argv else ""
    found = matching(word)
    if len(found) == 1:
        print(*shown(found[0]), sep="\n")
        return 0
    for folder in found:
        print(f"{name(folder)}: {_lines(folder / 'why')[0]}")
    if not found:
        print(f"no case has a name that contains {word}", file=sys.stderr)
    return 0 if found else 1


def matching(word: str) -> list[Path]:
    """Return the case with this name; otherwise, cases whose names start with the word; otherwise, contain it."""
    for fits in (str.__eq__, str.startswith, str.__contains__):
        if found := [it for it in every() if fits(name(it), word)]:
            break
    return found


def shown(folder: Path) -> Iterator[str]:
    yield name(folder)
    for file, skipped in (("why", 0), ("flags", 0), ("config.yaml", 2), ("warnings.txt", 0), ("errors.txt", 0)):
        if (folder / file).exists():
            yield from (f"\n{file}", *map(_cut, _lines(folder / file)[skipped:]))
    given, expected = folder / "input.yaml", folder / "expected.yaml"
    if expected.exists():
        yield ""
        for line in difflib.unified_diff(_lines(given), _lines(expected), given.name, expected.name, lineterm=""):
            yield line if line[0] in "+-" else _cut(line)
    else:
        fate = "refused" if (folder / "errors.txt").exists() else "nothing changes"
        yield from (f"\n{given.name}: {fate}", *map(_cut, _lines(given)))


def _lines(file: Path) -> list[str]:
    """Return the lines of a file, with invisible characters as escapes. A lone carriage return also ends a line."""
    text = file.read_bytes().decode("utf-8", "backslashreplace")
    *whole, rest = ("".join(map(_visible, line)) for line in re.split(r"\n|(?<=\r)(?!\n)", text))
    return [*whole, rest, UNFINISHED] if rest else whole


def _visible(character: str) -> str:
    return character if character.isprintable() else ascii(character)[1:-1]


def _cut(line: str) -> str:
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
