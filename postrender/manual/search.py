"""Finds the messages that a text holds by their words, since every version writes them a little differently.

Only words count, in small letters and without their endings: no names, numbers, quotes or small words. A word weighs
the more, the fewer entries have it. A message is in a text where most of its weight stands close together, and with it
all that it names: a kind, a program or an option, without which it is about something else. A short text may also be a
part of a message.
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
OUR_PROGRAM = "spk-macvlan"  #: as its entries name it
SHELL = re.compile(r"\b(?:\w*sh|sudo|env|time|nice|nohup)(?:: (?:line )?\d+)?: $")  #: which could not start it
ENOUGH = 0.75  #: of a message's weight, or of a short text's
NEAR = 0.5  #: of the weight of a message that is perhaps meant
FEW = 3  #: words of a message that are found at least, or all
SHORT = 12  #: words of a text that may be a part of a message;
LONG = 10  #: characters of its one word
APART = 3  #: words more than a message has, among which its words stand;
NAME = 6  #: and for each name in it, which may be a path
LINE = 6  #: places between the last word of a line and the first of the next
LEAST = 5.0  #: the weight of such a part
UNKNOWN = 4.0  #: the weight of a word that no entry has, such as a name
PREFIX, OF_PREFIX = "spkmacvlan", 1.0  #: the word before each message of this program, and its weight
WORD = re.compile(r"[^\W_]+")
NAME_OF_OURS = re.compile(r"\bspk-macvlan: ")  #: one word, and a rare one
NOISE = re.compile(r"\x1b\[[\d;]*[A-Za-z]|\\[nrt]")  #: colours, and line breaks as a log escapes them
ENDINGS = ("ing", "ies", "ed", "es", "s", "e", "y")
QUOTES = ('"', "'", "`")  #: around names, mostly
#: What a message names: in quotes, with the word before it; as a kind is written; or as an option. `…` stands for any.
NAMED = re.compile(
    r"""(?:\b[a-z]+\s)?(?<![\w…])(["'])[^"'/…]+\1"""
    r"""|\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\b"""
    r"""|(?<!\S)--[a-z][a-z-]+"""
)
#: What says of any message that something failed; no message is near for that alone.
FRAME = re.compile(
    r"\b(?:Error from server(?: \(\w+\))?|[A-Z]+ FAILED|(?:install|upgrade|rollback|uninstall) failed|error)\b",
    re.IGNORECASE,
)
LETTERS = 4  #: of a word with digits, which is a name such as F5SPKVlan; fewer are a number or a version
SHORTEST = 3  #: characters that are left of a word without its ending
SMALL = (
    " a an and are as at be but by can cannot did do does for from has have if in into is it its more must no not of on"
    " one only or so such than that the then there this to was were what which will with "
)


class Message(NamedTuple):
    """The words that count in a message, among how many words of a text they must stand, and what it names."""

    words: frozenset[str]
    width: int
    names: tuple[tuple[str, ...], ...] = ()


class Match(NamedTuple):
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


class Text(NamedTuple):
    """A text, and its words."""

    said: str
    words: Words


def known(text: str) -> tuple[Entry, ...]:
    """Return the entries whose messages a text holds, the best first. What only stands around others comes last."""
    ours, others = _parted(text)
    found = (*(entry for line in ours for entry in _known(line)[:1]), *_known(others))
    return tuple(sorted(dict.fromkeys(found), key=lambda entry: entry.around))


def unknown_of_ours(text: str) -> tuple[str, ...]:
    """Return the messages of this program in a text that no entry has."""
    lines = (line[match.start(1) :] for line in text.splitlines() if (match := _ours(line)))
    return tuple(dict.fromkeys(line for line in lines if not _known(_without_place(line))))


def nearest(text: str) -> Entry | None:
    """Return the entry that has most in common with a text; None if none has much."""
    found = (it for it in _everything(_marked(FRAME.sub(" ", text))) if it.share >= NEAR)
    best = max(found, key=lambda it: it.rank, default=None)
    return best.entry if best else None


def _parted(text: str) -> tuple[list[str], str]:
    """Return the messages of this program, each a line to its end, and what is left of a text."""
    match = [(line, _ours(line)) for line in text.splitlines()]
    ours = [_without_place(line[it.start(1) :]) for line, it in match if it]
    return ours, "\n".join(line[: it.start()] if it else line for line, it in match)


def _ours(line: str) -> re.Match[str] | None:
    """Return where a line has a message of this program; what a shell says of it is none."""
    match = OURS.search(line)
    return match if match and not SHELL.search(line[: match.start(1)]) else None


def _without_place(message: str) -> str:
    return OURS.sub(r"\1\2", message)


def _known(text: str) -> list[Entry]:
    """Return the entries, the best first. A word is part of one message, the best that it could be of."""
    found = sorted((it for it in _everything(_marked(text)) if it.is_known), key=lambda it: it.rank, reverse=True)
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
    text = FRAME.sub(" ", text)
    words = [word for word in text.split() if any(_words(word))]
    if len(words) > SHORT or (len(words) == 1 and len(text) < LONG):
        return []
    whole = math.fsum(map(_weight_of_any, words))
    found = [it for entry in ENTRIES for it in _all(entry, _marked(text), few=min(2, len(words)))]
    most = max((it.weight for it in found), default=0)
    return [it.entry for it in found if it.weight == most >= max(LEAST, ENOUGH * whole)]


def _weight_of_any(word: str) -> float:
    """Return what a word of a text weighs, whether known or not; nothing, if it is a name in quotes."""
    return 0 if word.startswith(QUOTES) else math.fsum(_weights().get(it, UNKNOWN) for it in _words(word))


def _marked(text: str) -> Text:
    words: Words = {}
    place = 0
    for line in text.splitlines():
        for word in _words(line):
            place += 1
            if word in _weights():
                words.setdefault(word, []).append(place)
        place += LINE
    return Text(text, words)


def _everything(text: Text) -> Iterator[Match]:
    return (it for entry in ENTRIES for it in _all(entry, text))


def _all(entry: Entry, text: Text, few: int = FEW) -> Iterator[Match]:
    """Yield what is found of an entry's messages, at each place of a text."""
    if re.search(entry.needs, text.said, re.IGNORECASE):
        yield from (it for message in _messages(entry) for it in _places(entry, message, text.words, few))


def _places(entry: Entry, message: Message, words: Words, few: int) -> Iterator[Match]:
    """Yield what is found of a message, where everything stands that it names."""
    names = [_runs(name, words) for name in message.names]
    if all(names):
        marked = sorted((place, word) for word in message.words for place in words.get(word, ()))
        total, need, first = _weight(message.words), min(few, len(message.words)), 0
        for last, (place, _) in enumerate(marked, 1):
            while marked[first][0] <= place - message.width:
                first += 1
            if last - first >= need:
                window = marked[first:last]
                found = {word for _, word in window}
                if len(found) >= need and _stand_in(names, range(window[0][0], place + 1)):
                    weight = _weight(found)
                    yield Match(entry, weight, weight / total, window)


def _runs(name: tuple[str, ...], words: Words) -> list[int]:
    """Return the places where the words of a name follow each other."""
    places = [set(words.get(word, ())) for word in name]
    return [place for place in places[0] if all(place + at in some for at, some in enumerate(places))]


def _stand_in(names: list[list[int]], places: range) -> bool:
    """Report whether each name is at one of some places."""
    return all(any(run in places for run in runs) for runs in names)


def _weight(words: Iterable[str]) -> float:
    return math.fsum(_weights().get(word, 0) for word in words)


@functools.cache
def _weights() -> dict[str, float]:
    """Return what each word weighs: most, if one entry alone has it."""
    found = ({word for message in _messages(entry) for word in message.words} for entry in ENTRIES)
    counts = Counter(word for words in found for word in words)
    return {word: math.log(1 + len(ENTRIES) / count) for word, count in counts.items()} | {PREFIX: OF_PREFIX}


@functools.cache
def _messages(entry: Entry) -> tuple[Message, ...]:
    """Return an entry's messages."""
    ours = entry.program == OUR_PROGRAM
    return tuple(_message(text, () if ours else _names(text)) for text in (*entry.seen, *entry.also))


def _message(text: str, names: tuple[tuple[str, ...], ...]) -> Message:
    words = frozenset(_words(text))
    return Message(words, len(words) + APART + NAME * text.count("…"), names)


def _names(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the words of each name in a message; in ours, every name is the user's."""
    found = (tuple(_words(it[0])) for it in NAMED.finditer(text))
    return tuple(name for name in found if name)


def _words(text: str) -> Iterator[str]:
    for match in WORD.finditer(NAME_OF_OURS.sub(f"{PREFIX}: ", NOISE.sub(" ", text))):
        word = match[0].lower()
        if _counts(word) and f" {word} " not in SMALL:
            yield _without_ending(word)


def _counts(word: str) -> bool:
    return len(word) > 1 if word.isalpha() else sum(map(str.isalpha, word)) >= LETTERS


def _without_ending(word: str) -> str:
    ending = next((it for it in ENDINGS if word.endswith(it) and len(word) - len(it) >= SHORTEST), "")
    return word.removesuffix(ending)
