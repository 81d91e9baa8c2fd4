"""`python -m fuzz --readers`: checks many streams with other programs' YAML readers, and prints a table."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

from fuzz.generator import Stream, generate, undefined
from fuzz.readers.kubectl import Kubectl
from fuzz.readers.npm_yaml import NpmYaml
from fuzz.readers.ruamel_yaml import RuamelYaml
from fuzz.readers.verdict import ALONE, READ, UNREAD, WRONG, Converted, Verdict, judged
from fuzz.readers.view import Reader
from fuzz.run import FOLDER, normalised
from postrender import conversion
from postrender.errors import Failure

READERS: tuple[Reader, ...] = (Kubectl(), NpmYaml(), RuamelYaml())
#: How many streams a reader's program gets in one run. If it cannot read a stream, a second run gets only the TMM's
#: document.
CHUNK = 125
KINDS = (READ, ALONE, UNREAD, WRONG)


class Found(NamedTuple):
    """A reader's verdict on a stream."""

    reader: str
    stream: str
    verdict: Verdict


def stream(seed: int, index: int) -> Stream:
    """Return the stream with this index; one with an odd index is already converted, except for its definitions."""
    return undefined(seed, index) if index % 2 else generate(seed, index)


def conversions(seed: int, indexes: Iterable[int]) -> list[Converted]:
    """Convert the streams with these indexes, and return the conversions that change something."""
    found = []
    for index in indexes:
        given = stream(seed, index)
        try:
            result = conversion.convert(given.data, given.config)
        except Failure:
            continue
        if result.output != given.data:
            found.append(Converted(f"{seed}-{index}", given.data, result))
    return found


def asked(converted: Sequence[Converted], readers: Sequence[Reader] = READERS) -> list[Found]:
    """Return every reader's verdict on every conversion."""
    found = [(reader.name, judged(reader, converted)) for reader in readers]
    return [Found(name, it.name, verdict) for name, all_ in found for it, verdict in zip(converted, all_, strict=True)]


def _chunk(seed: int, indexes: range) -> list[Found]:
    return asked(conversions(seed, indexes))


def everything(seed: int, count: int, processes: int) -> Iterator[Found]:
    """Yield all readers' verdicts on all streams, in order."""
    chunks = [range(start, min(start + CHUNK, count)) for start in range(0, count, CHUNK)]
    with ProcessPoolExecutor(processes) as pool:
        for found in pool.map(_chunk, [seed] * len(chunks), chunks):
            yield from found


def run(seed: int, count: int, processes: int) -> int:
    """Print a table of the readers' verdicts on many streams; return the exit status."""
    kinds: Counter[tuple[str, str]] = Counter()
    reasons: Counter[tuple[str, str]] = Counter()
    for name, number, verdict in everything(seed, count, processes):
        kinds[name, verdict.kind] += 1
        if verdict.kind == UNREAD:
            reasons[name, normalised(verdict.reason)[:100]] += 1
        if verdict.kind == WRONG:
            _report(number, name, verdict.reason)
    for (name, reason), times in reasons.most_common(20):
        print(f"{times:6}  {name} cannot read: {reason}")
    return _verdict(seed, count, kinds)


def only(seed: int, index: int) -> int:
    """Write the stream with this index and print every reader's verdict on it; return the exit status."""
    sys.stdout.buffer.write(stream(seed, index).data)
    found = asked(conversions(seed, [index]))
    for name, _, verdict in found:
        print(f"\n{name}: {verdict.kind}: {verdict.reason}", file=sys.stderr)
    return 1 if any(it.verdict.kind == WRONG for it in found) else 0


def _report(number: str, name: str, reason: str) -> None:
    """Save a wrong stream, and print what is wrong with it."""
    FOLDER.mkdir(exist_ok=True)
    file = Path(FOLDER, f"readers-{number}.yaml")
    seed, _, index = number.partition("-")
    file.write_bytes(stream(int(seed), int(index)).data)
    print(f"{file}: {name}: {' '.join(reason.split())[:200]}", flush=True)


def _verdict(seed: int, count: int, kinds: Counter[tuple[str, str]]) -> int:
    print(f"{'reader':12}" + "".join(f"{kind:>22}" for kind in KINDS))
    for reader in READERS:
        print(f"{reader.name:12}" + "".join(f"{kinds[reader.name, kind]:22,}" for kind in KINDS))
    blind = [it.name for it in READERS if 4 * (kinds[it.name, READ] + kinds[it.name, ALONE]) < count]
    if blind:
        print(f"{', '.join(blind)} could read too few streams for a useful test")
    wrong = sum(kinds[reader.name, WRONG] for reader in READERS)
    converted = sum(kinds[READERS[0].name, kind] for kind in KINDS)
    print(f"fuzz: {count} streams, seed {seed}, the conversion changes {converted}; {wrong} are wrong")
    return 1 if wrong or blind else 0
