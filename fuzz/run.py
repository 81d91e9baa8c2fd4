"""Judges many streams in several processes, counts the outcomes, and writes the wrong streams to files."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

from fuzz.generator import generate
from fuzz.oracle import LAID_OUT, REFUSED, SPLICED, UNCHANGED, WRONG, Outcome, judge

FOLDER = Path("fuzz-wrong")
CHUNK = 50  #: how many streams a process gets at a time
NUMBER = re.compile(r"\d+")


class Judged(NamedTuple):
    """The number of a stream, and its outcome."""

    number: int
    outcome: Outcome


def judged(seed: int, indexes: Iterable[int]) -> list[Judged]:
    """Generate and judge the streams with these indexes."""
    return [Judged(index, judge(generate(seed, index))) for index in indexes]


def everything(seed: int, count: int, processes: int) -> Iterator[Judged]:
    """Yield the outcomes of all streams, in order."""
    chunks = [range(start, min(start + CHUNK, count)) for start in range(0, count, CHUNK)]
    if processes == 1:
        for chunk in chunks:
            yield from judged(seed, chunk)
        return
    with ProcessPoolExecutor(processes) as pool:
        for found in pool.map(judged, [seed] * len(chunks), chunks):
            yield from found


def run(seed: int, count: int, processes: int) -> int:
    """Judge many streams and print the outcomes; return the exit status."""
    kinds: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    unread: Counter[str] = Counter()
    for index, outcome in everything(seed, count, processes):
        kinds[outcome.kind] += 1
        unread.update(outcome.unread)
        if outcome.kind == REFUSED:
            reasons[normalised(outcome.reason)] += 1
        if outcome.kind == WRONG:
            report(seed, index, outcome)
        _progress(index + 1, count)
    for reason, number in reasons.most_common():
        print(f"{number:6}  refused: {reason}")
    for reader, number in unread.most_common():
        print(f"{number:6}  not readable by {reader}")
    return _verdict(seed, count, kinds)


def report(seed: int, index: int, outcome: Outcome) -> None:
    """Save a stream whose conversion was wrong, and print the reason."""
    FOLDER.mkdir(exist_ok=True)
    file = FOLDER / f"{seed}-{index}.yaml"
    file.write_bytes(generate(seed, index).data)
    print(f"{file}: {outcome.reason}", flush=True)


def normalised(sentence: str) -> str:
    """Return a sentence without its advice and without details that differ from stream to stream."""
    problem = NUMBER.sub("N", " ".join(sentence.partition("; ")[0].split()))
    return re.sub(r"(fails in document N:|is not in the stream).*", r"\1 …", problem)


def _progress(done: int, count: int) -> None:
    if sys.stderr.isatty() and (done % 100 == 0 or done == count):
        print(f"\r{done} of {count}", end="\n" if done == count else "", file=sys.stderr, flush=True)


def _verdict(seed: int, count: int, kinds: Counter[str]) -> int:
    converted = kinds[SPLICED] + kinds[LAID_OUT] + kinds[UNCHANGED]
    if blind := 3 * converted < count:
        print(f"only {converted} of {count} streams are converted, too few for a useful test")
    told = ", ".join(f"{kinds[kind]} {kind}" for kind in (SPLICED, LAID_OUT, UNCHANGED, REFUSED))
    print(f"fuzz: {count} streams, seed {seed}: {kinds[WRONG]} wrong; {told}")
    return 1 if kinds[WRONG] or blind else 0
