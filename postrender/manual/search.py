"""Finds the messages that a text holds by their words, since every version writes them a little differently.

Only words count, in small letters and without their endings: no names, numbers, quotes or small words. A word weighs
the more, the fewer entries have it. A message is in a text where most of its weight stands close together. A short text
may also be a part of a message.
"""

from __future__ import annotations

import functools
import math
import re
from collections import Counter
from typing import TYPE_CHECKING

from postrender.manual.entries import ENTRIES
from postrender.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from postrender.manual import Entry

OURS = re.compile(r"(?:^\s*|: )(spk-macvlan: )(?:\S{1,300}:\d+(?::\d+)?: )?(.*)")  #: without its place, a path
ENOUGH = 0.75  #: of a message's weight, or of a short text's
NEAR = 0.5  #: of the weight of a message that is perhaps meant
FEW = 3  #: words of a message that are found at least, or all
SHORT = 12  #: words of a text that may be a part of a message;
LONG = 10  #: characters of its one word
APART = 3  #: words more than a message has, among which its words stand;
NAME = 6  #: and for each name in it, which may be a path
LINE = 6  #: places between the last word of a line and the first of the next
LEAST = 4.0  #: the weight of such a part
UNKNOWN = 2.0  #: the weight of a word that no entry has, such as a name
WORD = re.compile(r"[^\W_]+")
NAME_OF_OURS = re.compile(r"\bspk-macvlan: ")  #: one word, and a rare one
NOISE = re.compile(r"\x1b\[[\d;]*[A-Za-z]|\\[nrt]")  #: colours, and line breaks as a log escapes them
ENDINGS = ("ing", "ies", "ed", "es", "s", "e", "y")
QUOTES = ('"', "'", "`")  #: around names, mostly
SHORTEST = 3  #: characters that are left of a word without its ending
SMALL = (
    " a an and are as at be but by can cannot did do does for from has have if in into is it its more must no not of on"
    " one only or so such than that the then there this to was were what which will with "
)


class Message(NamedTuple):
    """The words that count in a message, and among how many words of a text they must stand."""

    words: frozenset[str]
    width: int


class Found(NamedTuple):
    """An entry, what the words weigh that were found of one of its messages, their share of it, and their places."""

    entry: Entry
    weight: float = 0
    share: float = 0
    words: Sequence[tuple[int, str]] = ()

    @property
    def is_known(self) -> bool:
        """Report whether this is the message."""
        return self.share >= ENOUGH

    @property
    def rank(self) -> float:
        """Return how good it is: a long message that is whole is the best."""
        return self.weight * self.share


Words = dict[str, list[int]]  #: those of a text that a message could have, each with its places


def known(text: str) -> tuple[Entry, ...]:
    """Return the entries whose messages a text holds, the best first. What only stands around others comes last."""
    ours, others = _parted(text)
    found = (*(entry for line in ours for entry in _known(line)[:1]), *_known(others))
    return tuple(sorted(dict.fromkeys(found), key=lambda entry: entry.around))


def nearest(text: str) -> Entry | None:
    """Return the entry that has most in common with a text; None if none has much."""
    found = (it for it in _everything(_marked(text)) if it.share >= NEAR)
    best = max(found, key=lambda it: it.rank, default=None)
    return best.entry if best else None


def _parted(text: str) -> tuple[list[str], str]:
    """Return the messages of this program, each a line to its end, and what is left of a text."""
    lines = text.splitlines()
    ours = [found[1] + found[2] for line in lines if (found := OURS.search(line))]
    return ours, "\n".join(OURS.sub("", line) for line in lines)


def _known(text: str) -> list[Entry]:
    """Return the entries, the best first. A word is part of one message, the best that it could be of."""
    words = _marked(text)
    found = sorted((it for it in _everything(words) if it.is_known), key=lambda it: it.rank, reverse=True)
    chosen: list[Entry] = []
    taken: set[int] = set()
    for it in found:
        left = {word for place, word in it.words if place not in taken}
        if _weight(left) * it.share >= it.weight * ENOUGH:
            chosen.append(it.entry)
            taken.update(place for place, _ in it.words)
    return chosen or _known_in_part(text)


def _known_in_part(text: str) -> list[Entry]:
    """Return the entries that have a message of which a short text is a part; several, if it could be either's."""
    words = [word for word in text.split() if any(_words(word))]
    if len(words) > SHORT or (len(words) == 1 and len(text) < LONG):
        return []
    whole = math.fsum(_weight(_words(word)) or UNKNOWN for word in words if not word.startswith(QUOTES))
    found = [it for entry in ENTRIES for it in _all(entry, _marked(text), few=min(2, len(words)))]
    most = max((it.weight for it in found), default=0)
    return [it.entry for it in found if it.weight == most >= max(LEAST, ENOUGH * whole)]


def _marked(text: str) -> Words:
    words: Words = {}
    place = 0
    for line in text.splitlines():
        for word in _words(line):
            place += 1
            if word in _weights():
                words.setdefault(word, []).append(place)
        place += LINE
    return words


def _everything(words: Words) -> Iterator[Found]:
    return (it for entry in ENTRIES for it in _all(entry, words))


def _all(entry: Entry, words: Words, few: int = FEW) -> Iterator[Found]:
    """Yield what is found of an entry's messages, at each place of a text."""
    for message in _messages(entry):
        marked = sorted((place, word) for word in message.words for place in words.get(word, ()))
        total, need, first = _weight(message.words), min(few, len(message.words)), 0
        for last, (place, _) in enumerate(marked, 1):
            while marked[first][0] <= place - message.width:
                first += 1
            if last - first >= need:
                window = marked[first:last]
                found = {word for _, word in window}
                if len(found) >= need:
                    weight = _weight(found)
                    yield Found(entry, weight, weight / total, window)


def _weight(words: Iterable[str]) -> float:
    return math.fsum(_weights().get(word, 0) for word in words)


@functools.cache
def _weights() -> dict[str, float]:
    """Return what each word weighs: most, if one entry alone has it."""
    found = ({word for message in _messages(entry) for word in message.words} for entry in ENTRIES)
    counts = Counter(word for words in found for word in words)
    return {word: math.log(1 + len(ENTRIES) / count) for word, count in counts.items()}


@functools.cache
def _messages(entry: Entry) -> tuple[Message, ...]:
    """Return an entry's messages."""
    return tuple(map(_message, (*entry.seen, *entry.also)))


def _message(text: str) -> Message:
    words = frozenset(_words(text))
    return Message(words, len(words) + APART + NAME * text.count("…"))


def _words(text: str) -> Iterator[str]:
    for found in WORD.finditer(NAME_OF_OURS.sub("spkmacvlan: ", NOISE.sub(" ", text))):
        word = found[0].lower()
        if word.isalpha() and len(word) > 1 and f" {word} " not in SMALL:
            yield _without_ending(word)


def _without_ending(word: str) -> str:
    ending = next((it for it in ENDINGS if word.endswith(it) and len(word) - len(it) >= SHORTEST), "")
    return word.removesuffix(ending)
