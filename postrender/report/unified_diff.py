"""Compares a stream before and after: the hunks of a unified diff, each with the changes that caused it."""

from __future__ import annotations

import difflib
from bisect import bisect_left
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from postrender.conversion import Unchanged
from postrender.kubernetes.objects import holder
from postrender.record import NamedTuple
from postrender.yamledit import nodes, stream
from postrender.yamledit.change import APPEND

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from postrender.conversion.pipeline import Conversion, Converted
    from postrender.spk.target import Target
    from postrender.yamledit.change import Change
    from postrender.yamledit.nodes import Path

    Opcode = tuple[str, int, int, int, int]

CONTEXT = 3  #: lines around a change, as in `diff -u`
NO_NEWLINE = "\\ No newline at end of file"
#: The most lines between two anchors (lines that occur once on each side); if there are more, all count as changed.
LARGE = 200
DEFINITIONS = "definitions: the config's networks, before the TMM that needs them"
PATCHES = "patches: operations of spec.patches"


class Hunk(NamedTuple):
    """A hunk of a unified diff: its text, the lines of the original stream that it covers, and its reasons."""

    header: str
    lines: tuple[str, ...]
    first: int  #: lines are counted from 1
    last: int
    changed: int  #: the first line that differs
    reasons: tuple[str, ...] = ()
    title: str = ""  #: the title of the object: `Kind namespace/name`


def hunks(converted: Conversion, context: int = CONTEXT) -> list[Hunk]:
    """Return the hunks between a stream and its conversion, each with its object, its rules and its reasons."""
    found = _compared(converted.input.data, converted.output, context)
    if isinstance(converted, Unchanged):
        return found
    reasons: list[dict[str, None]] = [{} for _ in found]
    starts = [hunk.first for hunk in found]
    for line, reason in _reasons(converted):
        after = bisect_left(starts, line)
        nearest = min(range(max(after - 1, 0), min(after + 1, len(found))), key=lambda at: _distance(found[at], line))
        reasons[nearest][reason] = None
    titles = _titles(converted)
    for number, hunk in enumerate(found):
        causes = (*reasons[number], PATCHES) if converted.patched else (*reasons[number],)
        found[number] = hunk._replace(reasons=causes, title=_title(titles, hunk))
    return found


def _titles(converted: Converted) -> list[tuple[int, str]]:
    """Return each changed document's first line number and object title, in order."""
    changed = {converted.rendered.parsed.document.number: str(converted.rendered)}
    for number, change in converted.patched:
        before = converted.number_before(number)
        if before is not None and before not in changed:
            obj = holder(stream.parse(converted.result, converted.result.documents[number]), change.path)
            changed[before] = obj.title if obj else ""
    documents = converted.input.documents
    return sorted((converted.input.place(documents[number]).line, title) for number, title in changed.items())


def _title(titles: Sequence[tuple[int, str]], hunk: Hunk) -> str:
    """Return the title of a hunk's object: the last object that starts at or above the change, else the first."""
    above = [title for line, title in titles if line <= hunk.changed]
    return above[-1] if above else titles[0][1]


def _lines(data: bytes) -> list[str]:
    """Return the lines of a stream as diff counts them: each ends in LF, and a last line without LF is marked."""
    *lines, last = data.decode().split("\n")
    return [*lines, f"{last}\n{NO_NEWLINE}"] if last else lines


def _compared(before: bytes, after: bytes, context: int) -> list[Hunk]:
    """Return the hunks between two texts; only the part between the first and the last difference is compared."""
    shorter = min(len(before), len(after))
    head = _shared(memoryview(before), memoryview(after), shorter)
    tail = _shared(memoryview(before), memoryview(after), shorter - head, at_end=True)
    start = _lines_back(before, head, context)
    skipped = _lines_on(before, len(before) - tail, context) - len(before)
    end, new_end = len(before) + skipped, len(after) + skipped
    above = before.count(b"\n", 0, start)
    return _hunks(_lines(before[start:end]), _lines(after[start:new_end]), above, context)


def _shared(one: memoryview, other: memoryview, most: int, *, at_end: bool = False) -> int:
    """Return the number of bytes that two texts have in common at their beginning or, with `at_end`, at their end."""

    def part(view: memoryview, low: int, high: int) -> memoryview:
        return view[len(view) - high : len(view) - low] if at_end else view[low:high]

    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if part(one, low, middle) == part(other, low, middle):
            low = middle
        else:
            high = middle - 1
    return low


def _lines_back(data: bytes, at: int, context: int) -> int:
    """Return the offset of the line that is `context` lines before the line at `at`."""
    for _ in range(context + 1):
        at = data.rfind(b"\n", 0, max(at, 0))
    return at + 1


def _lines_on(data: bytes, at: int, context: int) -> int:
    """Return the offset of the end of the `context` lines that follow the line at `at`."""
    for _ in range(context + 1):
        found = data.find(b"\n", at)
        at = found + 1 if found >= 0 else len(data)
    return at


def _hunks(old: Sequence[str], new: Sequence[str], start: int, context: int) -> list[Hunk]:
    """Return the hunks between old and new lines; `start` is the number of lines above them."""
    compared = _Compared([*_joined(_opcodes(old, new))])
    return [_hunk(old, new, group, start) for group in compared.get_grouped_opcodes(context)]


class _Compared(difflib.SequenceMatcher[str]):
    """A comparison whose operations are known, so that difflib only groups them."""

    def __init__(self, opcodes: list[Opcode]) -> None:
        super().__init__(None, (), ())
        self.known = opcodes

    def get_opcodes(self) -> list[Any]:
        return self.known


def _opcodes(old: Sequence[str], new: Sequence[str]) -> Iterator[Opcode]:
    """Yield the operations that turn the old lines into the new ones, in difflib's form.

    Lines that occur once on each side divide the text into short parts, which difflib compares well. On its own,
    difflib takes cubic time if lines repeat, for example with a thousand variables.
    """
    at, other = 0, 0
    for anchor, new_anchor in (*_anchors(old, new), (len(old), len(new))):
        yield from _between(old, new, (at, anchor), (other, new_anchor))
        if anchor < len(old):
            yield "equal", anchor, anchor + 1, new_anchor, new_anchor + 1
        at, other = anchor + 1, new_anchor + 1


def _between(
    old: Sequence[str], new: Sequence[str], range_: tuple[int, int], new_range: tuple[int, int]
) -> Iterator[Opcode]:
    (start, end), (new_start, new_end) = range_, new_range
    if max(end - start, new_end - new_start) > LARGE:
        yield "replace", start, end, new_start, new_end
        return
    matcher = difflib.SequenceMatcher(None, old[start:end], new[new_start:new_end], autojunk=False)
    for tag, first, last, new_first, new_last in matcher.get_opcodes():
        yield tag, start + first, start + last, new_start + new_first, new_start + new_last


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return the longest sequence of lines that occur once on each side, in the same order on both sides."""
    places = {line: number for number, line in enumerate(new)}
    counts, new_counts = Counter(old), Counter(new)
    pairs = [(number, places[line]) for number, line in enumerate(old) if counts[line] == 1 and new_counts[line] == 1]
    return _increasing(pairs)


def _increasing(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return a longest subsequence of the pairs in which the second numbers increase."""
    ends: list[int] = []  # for each length, the smallest last number of a sequence
    tails: list[int] = []  # for each length, the index of the pair with that number
    before: list[int] = []  # for each pair, the index of the previous pair in its sequence
    for index, (_, number) in enumerate(pairs):
        length = bisect_left(ends, number)
        before.append(tails[length - 1] if length else -1)
        ends[length:] = [number] if length == len(ends) else [number, *ends[length + 1 :]]
        tails[length:] = [index] if length == len(tails) else [index, *tails[length + 1 :]]
    chosen: list[tuple[int, int]] = []
    index = tails[-1] if tails else -1
    while index >= 0:
        chosen.append(pairs[index])
        index = before[index]
    return chosen[::-1]


def _joined(opcodes: Iterable[Opcode]) -> Iterator[Opcode]:
    """Join neighboring operations of the same kind: lines that are equal, or lines that differ."""
    for is_equal, run in groupby(opcodes, lambda opcode: opcode[0] == "equal"):
        (_, start, _, new_start, _), *_ = parts = [*run]
        end, new_end = parts[-1][2], parts[-1][4]
        tag = "equal" if is_equal else "delete" if new_start == new_end else "insert" if start == end else "replace"
        yield tag, start, end, new_start, new_end


def _hunk(old: Sequence[str], new: Sequence[str], group: Sequence[tuple[str, int, int, int, int]], start: int) -> Hunk:
    first, last = group[0], group[-1]
    lines: list[str] = []
    for tag, old_start, old_end, new_start, new_end in group:
        if tag == "equal":
            lines += [f" {line}" for line in old[old_start:old_end]]
            continue
        lines += [f"-{line}" for line in old[old_start:old_end]]
        lines += [f"+{line}" for line in new[new_start:new_end]]
    header = f"@@ -{_range(first[1], last[2], start)} +{_range(first[3], last[4], start)} @@"
    changed = next(opcode[1] for opcode in group if opcode[0] != "equal")
    return Hunk(header, tuple(lines), first[1] + start + 1, last[2] + start, changed + start + 1)


def _range(first: int, last: int, start: int) -> str:
    return f"{first + start + (last > first)},{last - first}"


def _distance(hunk: Hunk, line: int) -> int:
    return max(hunk.first - line, line - hunk.last, 0)


def _reasons(converted: Converted) -> list[tuple[int, str]]:
    """Return the line of each change in the original stream, and its rule with the reason."""
    tmm = converted.rendered
    top = tmm.parsed.place().line
    defined = [(top - 1, DEFINITIONS)] if converted.defined else []
    return [*defined, *((top + _line(tmm, change), f"{change.rule}: {change.reason}") for change in converted.changes)]


def _line(tmm: Target, change: Change) -> int:
    """Return the line (from 0) of a changed node in the TMM's document; for an added node, that of the entry above."""
    present = tmm.at(change.path)
    if present is not None and change.path[-1] != APPEND:
        return int(present.start_mark.line)
    return _last_line(tmm, change.path[:-1])


def _last_line(tmm: Target, path: Path) -> int:
    node, seen = tmm.at(path), set()  # an alias can make a collection its own last item
    while node is not None and not nodes.is_scalar(node) and node.value and id(node) not in seen:
        seen.add(id(node))
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    return 0 if node is None else int(node.start_mark.line)
