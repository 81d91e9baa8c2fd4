"""Corrupt the splice in many ways. The proof must stop each corrupted result that has another meaning."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from random import Random

import pytest

from fuzz import oracle
from fuzz.generator import CONFIGS, Stream, generate
from fuzz.oracle import READERS, SPLICED, Unreadable, Wrong, judge
from postrender import conversion
from postrender.conversion import Converted
from postrender.errors import ProofFailed
from postrender.yamledit import splice
from postrender.yamledit.splice import Edit

SEED = 3
STREAMS = 25
TRIES = 3


class Repeated(Exception):
    """The splice has already been corrupted in the same way."""


Edits = list[Edit]
Joined = Callable[[str, Sequence[Edit]], str]
joined: Joined = splice._joined


def corrupted_edit(corrupt: Callable[[Random, Edit, str], Edit]) -> Callable[[Random, str, Edits], str]:
    """Return a function that corrupts one edit."""

    def corrupt_one(source: Random, text: str, edits: Edits) -> str:
        number = source.randrange(len(edits))
        return joined(text, [*edits[:number], corrupt(source, edits[number], text), *edits[number + 1 :]])

    return corrupt_one


def corrupted_text(corrupt: Callable[[Random, list[str]], list[str]]) -> Callable[[Random, str, Edits], str]:
    """Return a function that corrupts the lines of the result."""
    return lambda source, text, edits: "".join(corrupt(source, joined(text, edits).splitlines(keepends=True)))


def shifted(source: Random, edit: Edit, text: str) -> Edit:
    by = source.choice([-3, -2, -1, 1, 2, 3])
    return Edit(bounded(edit.start + by, text), bounded(edit.end + by, text), edit.text)


def bounded(at: int, text: str) -> int:
    return min(max(at, 0), len(text))


def elsewhere(source: Random, edit: Edit, text: str) -> Edit:
    at = source.randrange(len(text))
    return Edit(at, at, edit.text)


def at_another_line(source: Random, edit: Edit, text: str) -> Edit:
    at = source.choice([match.end() for match in re.finditer(r"[\r\n]|\A", text)])
    return Edit(at, at, edit.text)


def one_of(lines: list[str], source: Random) -> int:
    return source.randrange(len(lines))


def without_line(source: Random, lines: list[str]) -> list[str]:
    number = one_of(lines, source)
    return [*lines[:number], *lines[number + 1 :]]


def line_twice(source: Random, lines: list[str]) -> list[str]:
    number = one_of(lines, source)
    return [*lines[: number + 1], *lines[number:]]


def swapped(source: Random, lines: list[str]) -> list[str]:
    number = source.randrange(max(len(lines) - 1, 1))
    return [*lines[:number], *lines[number : number + 2][::-1], *lines[number + 2 :]]


def replaced(pattern: str, new: str) -> Callable[[Random, list[str]], list[str]]:
    """Return a function that replaces one match of a pattern."""

    def replace(source: Random, lines: list[str]) -> list[str]:
        text = "".join(lines)
        found = [*re.finditer(pattern, text)]
        if not found:
            return lines
        match = source.choice(found)
        return [text[: match.start()], match.expand(new), text[match.end() :]]

    return replace


def character(source: Random, lines: list[str]) -> list[str]:
    """Insert or replace one character.

    A tab is never inserted, because both readers refuse some tabs that YAML allows.
    """
    text = "".join(lines)
    at = source.randrange(len(text))
    return [text[:at], source.choice("x:-#\"'{[&*!|>%@ \n"), text[at + source.choice([0, 1]) :]]


def exchanged(source: Random, text: str, edits: Edits) -> str:
    """Exchange the texts of the edits."""
    texts = [edit.text for edit in edits]
    source.shuffle(texts)
    return joined(text, [edit._replace(text=new) for edit, new in zip(edits, texts, strict=True)])


TMM = """\
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: f5-tmm
spec:
  template:
    spec:
      containers:
      - name: f5-tmm
"""

#: The proof stops each of these corruptions if it changes the meaning.
KINDS: dict[str, Callable[[Random, str, Edits], str]] = {
    "an edit at a wrong offset": corrupted_edit(shifted),
    "an edit that ends too early": corrupted_edit(
        lambda source, edit, text: edit._replace(end=bounded(edit.end - source.randint(1, 9), text))
    ),
    "an edit that ends too late": corrupted_edit(
        lambda source, edit, text: edit._replace(end=bounded(edit.end + source.randint(1, 9), text))
    ),
    "an edit that starts too early": corrupted_edit(
        lambda source, edit, text: edit._replace(start=bounded(edit.start - source.randint(1, 9), text))
    ),
    "an edit without its text": corrupted_edit(lambda source, edit, text: edit._replace(text="")),
    "an edit with half of its text": corrupted_edit(
        lambda source, edit, text: edit._replace(text=edit.text[: len(edit.text) // 2])
    ),
    "an edit with its text twice": corrupted_edit(lambda source, edit, text: edit._replace(text=edit.text * 2)),
    "an edit that only inserts": corrupted_edit(lambda source, edit, text: edit._replace(end=edit.start)),
    "an edit that is dropped": corrupted_edit(lambda source, edit, text: Edit(edit.start, edit.start, "")),
    "an edit at another place": corrupted_edit(elsewhere),
    "an edit at another line": corrupted_edit(at_another_line),
    "texts that change places": exchanged,
    "no edit at all": lambda source, text, edits: text,
    "only one edit": lambda source, text, edits: joined(text, [source.choice(edits)]),
    "all edits twice": lambda source, text, edits: joined(text, [*edits, *edits]),
    "a text without quotes": corrupted_edit(lambda source, edit, text: edit._replace(text=edit.text.replace('"', ""))),
    "a text in upper case": corrupted_edit(lambda source, edit, text: edit._replace(text=edit.text.upper())),
    "a text one column to the right": corrupted_edit(
        lambda source, edit, text: edit._replace(text=re.sub(r"(?m)^(?=.)", " ", edit.text))
    ),
    "a text one column to the left": corrupted_edit(
        lambda source, edit, text: edit._replace(text=re.sub(r"(?m)^ ", "", edit.text))
    ),
    "a text one level to the right": corrupted_edit(
        lambda source, edit, text: edit._replace(text=re.sub(r"(?m)^ ", "   ", edit.text))
    ),
    "a text with tabs": corrupted_edit(lambda source, edit, text: edit._replace(text=edit.text.replace("  ", "\t"))),
    "a text without line breaks": corrupted_edit(
        lambda source, edit, text: edit._replace(text=re.sub(r"[\r\n]+", "", edit.text))
    ),
    "a text in a comment": corrupted_edit(lambda source, edit, text: edit._replace(text=f"# {edit.text}")),
    "a line removed": corrupted_text(without_line),
    "a line twice": corrupted_text(line_twice),
    "two lines that change places": corrupted_text(swapped),
    "a character": corrupted_text(character),
    "a marker removed": corrupted_text(replaced(r"\A(.*?)---", r"\1")),
    "one more marker": corrupted_text(replaced(r"(?m)^(?=[^\r\n])", "---\n")),
    "one more document end": corrupted_text(replaced(r"(?m)^(?=[^\r\n])", "...\n")),
    "a directive": corrupted_text(replaced(r"\A", "%YAML 1.2\n")),
    "a dash removed": corrupted_text(replaced(r"(?m)^( *)- ", r"\1  ")),
    "one more dash": corrupted_text(replaced(r"(?m)^( *)(?=\w)", r"\1- ")),
    "a colon removed": corrupted_text(replaced(r":(?=\s)", "")),
    "an item of null": corrupted_text(replaced(r"(?m)^( *)- ", r"\1-\n\1- ")),
    "quotes removed": corrupted_text(replaced(r"(['\"])([\w$() ]+)\1", r"\2")),
    "quotes added": corrupted_text(replaced(r"(?m): (\w+)$", r': "\1"')),
    "a tag": corrupted_text(replaced(r": (?=[\w'\"])", ": !local ")),
    "a comment before a text": corrupted_text(replaced(r": (?=[\w'\"{\[])", ": # ")),
    "a repeated key": corrupted_text(replaced(r"(?m)^( *)(\w+):(?=[ \r\n])", r"\1\2: again\n\1\2:")),
    "a merge key": corrupted_text(replaced(r"(?m)^( *)(?=\w+:)", r"\1<<: {a: b}\n\1")),
    "the end cut off": corrupted_text(lambda source, lines: lines[: source.randrange(len(lines))]),
    "the last line break removed": corrupted_text(lambda source, lines: ["".join(lines).rstrip("\r\n")]),
    "something behind the end": corrupted_text(lambda source, lines: [*lines, "x: y\n"]),
}
#: These corruptions do not change the meaning, so the proof accepts them; the fuzzer's comparison of lines finds them.
MEANINGLESS: dict[str, Callable[[Random, str, Edits], str]] = {
    "a comment removed": corrupted_text(replaced(r"(?m)(?<= )# c\d+$", "")),
    "a comment changed": corrupted_text(replaced(r"(?m)(?<= )# c\d+$", "# d")),
    "other quotes": corrupted_text(replaced(r"'(\w+)'", r'"\1"')),
    "one more blank": corrupted_text(replaced(r": (?=\w)", ":  ")),
}


@pytest.fixture(scope="module")
def streams() -> list[Stream]:
    """Return streams whose conversion edits the text in place."""
    found = (generate(SEED, index) for index in range(10 * STREAMS))
    return [*islice((stream for stream in found if is_fit(stream) and judge(stream).kind == SPLICED), STREAMS)]


def is_fit(stream: Stream) -> bool:
    """Exclude patches, and streams in which the fuzzer and the program assign the `...` after the TMM differently."""
    return not stream.config.patches and not stream.after.startswith(b"...")


@pytest.mark.parametrize("kind", KINDS)
def test_a_corrupted_splice_is_stopped_or_means_the_same(
    kind: str, streams: list[Stream], monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes = Counter(corrupted(streams, kind, KINDS[kind], monkeypatch))
    assert outcomes["stopped"] > 0


@pytest.mark.parametrize("kind", MEANINGLESS)
def test_what_the_proof_does_not_see_means_the_same(
    kind: str, streams: list[Stream], monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes = Counter(corrupted(streams, kind, MEANINGLESS[kind], monkeypatch))
    assert outcomes["same meaning, other lines"] > 0


def corrupted(
    streams: list[Stream], kind: str, corrupt: Callable[[Random, str, Edits], str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Convert every stream several times with a corrupted splice, and yield the outcomes.

    If the same corruption has already been tried, it is skipped, because the outcome would be the same.
    """
    for number, stream in enumerate(streams):
        before: set[str] = set()
        for attempt in range(TRIES):
            source = Random(f"{kind}/{number}/{attempt}")

            def once(text: str, edits: Sequence[Edit], source: Random = source, before: set[str] = before) -> str:
                wrong = corrupt(source, text, list(edits))
                if wrong in before:
                    raise Repeated
                before.add(wrong)
                return wrong

            monkeypatch.setattr(splice, "_joined", once)
            with suppress(Repeated):
                yield outcome(stream)


def outcome(stream: Stream) -> str:
    try:
        result = conversion.convert(stream.data, stream.config)
    except ProofFailed:
        return "stopped"
    edited = oracle.edited_text(stream, result)
    require_meaning(stream, edited, result)
    return told_by_lines(stream, edited, result)


def require_meaning(stream: Stream, edited: str, result: Converted) -> None:
    """Require the planned meaning in every reader that accepts the result.

    libyaml accepts a tab, or a second `...`, that pure Python refuses.
    """
    outcomes = [reading(name, stream, edited, result) for name in READERS]
    assert True in outcomes or set(outcomes) == {False}


def reading(name: str, stream: Stream, edited: str, result: Converted) -> bool | None:
    try:
        return oracle.is_read_alike(name, stream, edited, result)
    except Unreadable:
        return None


def told_by_lines(stream: Stream, edited: str, result: Converted) -> str:
    try:
        oracle.require_lines(stream.tmm, edited, oracle.planned(result), stream.tmm)
    except Wrong:
        return "same meaning, other lines"
    return "the same"


@pytest.mark.parametrize(
    "after", ["...\n%YAML 1.1\n---\na: b\n", "...\n%TAG ! tag:x,2000:\n---\na: b\n", "...\na: b\n"]
)
def test_a_lost_document_end_is_stopped(after: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the document end, the TMM's document would contain the next document's directives or text."""
    stream = TMM + after
    assert conversion.convert(stream.encode(), CONFIGS[0]).output.endswith(after.encode())
    monkeypatch.setattr(splice, "_joined", lambda text, edits: joined(text, edits).replace("...\n", ""))
    with pytest.raises(ProofFailed):
        conversion.convert(stream.encode(), CONFIGS[0])
