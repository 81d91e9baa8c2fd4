"""Finds known messages in a text by comparing words, because the exact text differs between versions of a program.

Words are compared in lower case and without their endings; names, numbers, quotes and common words are ignored. The
fewer entries contain a word, the more weight the word has. A text contains a message if words with most of the
message's weight are close together in the text, and every kind, program and option in the message is among these words.
Otherwise, the text is about something else. A short text may also match a part of a message.
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

#: Matches a message of this program. The groups are the program's name and the text, without the position in a file.
OURS = re.compile(r"(?:^\s*|: )(spk-macvlan: )(?:\S{1,300}:\d+(?::\d+)?: )?(.*)")
OUR_PROGRAM = "spk-macvlan"  #: the name of this program in the entries
#: The start of a message in which a shell, or a program such as sudo, reports that it could not start this program.
SHELL = re.compile(r"\b(?:\w*sh|sudo|env|time|nice|nohup)(?:: (?:line )?\d+)?: $")
ENOUGH = 0.75  #: the minimum share of a message's weight, or of a short text's weight, that must be found
NEAR = 0.5  #: the minimum share of a message's weight that `nearest` must find
FEW = 3  #: the minimum number of a message's words that must be found; all words if the message has fewer
SHORT = 12  #: the maximum number of words in a text that may match a part of a message
LONG = 10  #: the minimum number of characters in a short text that is a single word
APART = 3  #: the number of other words allowed between the words of a message
NAME = 6  #: the number of additional words allowed for each name in a message, because a name may be a path
LINE = 6  #: the end of a line counts as this many words, so that words on different lines are far apart
LEAST = 5.0  #: the minimum weight of the words that a short text shares with a message
UNKNOWN = 4.0  #: the weight of a word that is in no entry, such as a name
PREFIX, OF_PREFIX = "spkmacvlan", 1.0  #: the word that replaces `spk-macvlan: ` before a message, and its weight
WORD = re.compile(r"[^\W_]+")
NAME_OF_OURS = re.compile(r"\bspk-macvlan: ")  #: the program's name before a message; `PREFIX` replaces it
NOISE = re.compile(r"\x1b\[[\d;]*[A-Za-z]|\\[nrt]")  #: color codes, and line breaks that a log has escaped
ENDINGS = ("ing", "ies", "ed", "es", "s", "e", "y")
QUOTES = ('"', "'", "`")  #: characters that usually enclose names
#: Matches the names in a message: a quoted name with the word before it, a kind, or an option. A quoted `…` is not
#: matched, because it can be any name.
NAMED = re.compile(
    r"""(?:\b[a-z]+\s)?(?<![\w…])(["'])[^"'/…]+\1"""
    r"""|\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\b"""
    r"""|(?<!\S)--[a-z][a-z-]+"""
)
#: Words that only say that something failed. They are ignored in the search for the nearest message.
FRAME = re.compile(
    r"\b(?:Error from server(?: \(\w+\))?|[A-Z]+ FAILED|(?:install|upgrade|rollback|uninstall) failed|error)\b",
    re.IGNORECASE,
)
LETTERS = 4  #: the minimum number of letters in a word with digits, such as F5SPKVlan; a number or a version has fewer
SHORTEST = 3  #: the minimum number of characters that remain when a word loses its ending
SMALL = (
    " a an and are as at be but by can cannot did do does for from has have if in into is it its more must no not of on"
    " one only or so such than that the then there this to was were what which will with "
)


class Message(NamedTuple):
    """A message: its significant words, the size of the window in a text that must contain them, and its names."""

    words: frozenset[str]
    width: int  #: the size of the window, in words
    names: tuple[tuple[str, ...], ...] = ()


class Match(NamedTuple):
    """A match of an entry's message: the words found in a text, their weight, and its share of the message's weight."""

    entry: Entry
    weight: float = 0
    share: float = 0
    words: Sequence[tuple[int, str]] = ()

    @property
    def is_known(self) -> bool:
        """Report whether the text contains the message."""
        return self.share >= ENOUGH

    @property
    def rank(self) -> float:
        """Return the quality of the match: the longer and the more complete the message, the better."""
        return self.weight * self.share


Words = dict[str, list[int]]  #: the words of a text that occur in messages, each with its positions in the text


class Text(NamedTuple):
    """A text and its words."""

    said: str
    words: Words


def known(text: str) -> tuple[Entry, ...]:
    """Return the entries whose messages a text contains, the best match first.

    Messages that only quote another message come last.
    """
    ours, others = _parted(text)
    found = (*(entry for line in ours for entry in _known(line)[:1]), *_known(others))
    return tuple(sorted(dict.fromkeys(found), key=lambda entry: entry.around))


def unknown_of_ours(text: str) -> tuple[str, ...]:
    """Return this program's messages in a text that match no entry."""
    lines = (line[match.start(1) :] for line in text.splitlines() if (match := _ours(line)))
    return tuple(dict.fromkeys(line for line in lines if not _known(_without_place(line))))


def nearest(text: str) -> Entry | None:
    """Return the entry whose message is most similar to a text; None if no message is similar enough."""
    found = (it for it in _everything(_marked(FRAME.sub(" ", text))) if it.share >= NEAR)
    best = max(found, key=lambda it: it.rank, default=None)
    return best.entry if best else None


def _parted(text: str) -> tuple[list[str], str]:
    """Return this program's messages in a text, each up to the end of its line, and the rest of the text."""
    match = [(line, _ours(line)) for line in text.splitlines()]
    ours = [_without_place(line[it.start(1) :]) for line, it in match if it]
    return ours, "\n".join(line[: it.start()] if it else line for line, it in match)


def _ours(line: str) -> re.Match[str] | None:
    """Return the match of this program's message in a line; a shell's message about the program does not count."""
    match = OURS.search(line)
    return match if match and not SHELL.search(line[: match.start(1)]) else None


def _without_place(message: str) -> str:
    return OURS.sub(r"\1\2", message)


def _known(text: str) -> list[Entry]:
    """Return the entries that a text matches, the best first. Each word counts only for the best message."""
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
    """Return the entries whose messages contain a short text: the best match, or all that match equally well."""
    text = FRAME.sub(" ", text)
    words = [word for word in text.split() if any(_words(word))]
    if len(words) > SHORT or (len(words) == 1 and len(text) < LONG):
        return []
    whole = math.fsum(map(_weight_of_any, words))
    found = [it for entry in ENTRIES for it in _all(entry, _marked(text), few=min(2, len(words)))]
    most = max((it.weight for it in found), default=0)
    return [it.entry for it in found if it.weight == most >= max(LEAST, ENOUGH * whole)]


def _weight_of_any(word: str) -> float:
    """Return the weight of a word in the text: 0 for a quoted name, otherwise the sum of the weights of its parts.

    A part that is in no entry has the weight `UNKNOWN`.
    """
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
    """Yield every match of an entry's messages in a text."""
    if re.search(entry.needs, text.said, re.IGNORECASE):
        yield from (it for message in _messages(entry) for it in _places(entry, message, text.words, few))


def _places(entry: Entry, message: Message, words: Words, few: int) -> Iterator[Match]:
    """Yield the matches of a message in the parts of a text that contain every name in the message."""
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
    """Return the positions at which the words of a name occur one after the other."""
    places = [set(words.get(word, ())) for word in name]
    return [place for place in places[0] if all(place + at in some for at, some in enumerate(places))]


def _stand_in(names: list[list[int]], places: range) -> bool:
    """Report whether each name occurs at one of the positions."""
    return all(any(run in places for run in runs) for runs in names)


def _weight(words: Iterable[str]) -> float:
    return math.fsum(_weights().get(word, 0) for word in words)


@functools.cache
def _weights() -> dict[str, float]:
    """Return the weight of each word; a word in only one entry has the most weight."""
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
    """Return the words of each name in another program's message; in this program's messages, users choose names."""
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
