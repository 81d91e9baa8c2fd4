"""Test that rewording a message changes only the message: no code depends on the text of our sentences."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from postrender.errors import NOWHERE, Failure, Place
from postrender.rules.finding import Finding
from postrender.verify.kubectl import Response
from postrender.verify.rows import Row
from postrender.yamledit.change import Change
from postrender.yamledit.nodes import Unreadable
from tests.conftest import Program
from tests.test_cases import REPRESENTATIVES, lines
from tools.case import name

WORDS = ("message", "fix", "reason")
VERBS: dict[str, tuple[str, ...]] = {
    "render": (),
    "strict": ("--strict",),
    "check": ("check", "--format", "json"),
    "diff": ("diff", "--format", "json"),
    "allowing": ("--allow-no-target",),
}
#: The fields of each record that contain our own sentences.
SENTENCES = {Finding: ("message", "fix"), Change: ("reason",), Row: ("advice",), Response: ("unknown", "message")}


def reworded(sentence: str) -> str:
    return f"x{hashlib.sha256(sentence.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}" if sentence else ""


@pytest.fixture
def other_words(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return a function that, once called, replaces every new sentence with meaningless text."""

    def start() -> None:
        for kind, fields in SENTENCES.items():
            monkeypatch.setattr(kind, "__new__", _reworded(kind, fields))
        failure, unreadable = Failure.__init__, Unreadable.__init__
        monkeypatch.setattr(
            Failure,
            "__init__",
            lambda self, sentence, place=NOWHERE: failure(self, reworded(sentence), Place(place.file, place.line)),
        )
        monkeypatch.setattr(
            Unreadable, "__init__", lambda self, problem, *place: unreadable(self, reworded(problem), *place)
        )

    return start


def _reworded(kind: Any, fields: tuple[str, ...]) -> Any:
    make = kind.__new__

    def other(cls: Any, *values: Any, **named: Any) -> Any:
        record = make(cls, *values, **named)
        words = [reworded(it) if field in fields else it for field, it in zip(cls._fields, record, strict=True)]
        return tuple.__new__(cls, words)

    return other


def without_words(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_words(it) for key, it in value.items() if key not in (*WORDS, "path", "column")}
    return [*map(without_words, value)] if isinstance(value, list) else value


def outcome(called: Program, words: tuple[str, ...], folder: Path) -> tuple[int, object, int]:
    """Return the exit status, the output without its sentences, and how many lines standard error has."""
    flags = [word for line in lines(folder / "flags") for word in line.split()]
    data = (folder / "input.yaml").read_bytes()
    done = called(*words, "--config", str(folder / "config.yaml"), *flags, input=data)
    printed = without_words(json.loads(done.stdout)) if "json" in words and done.stdout else done.stdout
    return done.returncode, printed, done.stderr.count(b"\n")


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("folder", REPRESENTATIVES, ids=name)
def test_a_verb_does_the_same(called: Program, other_words: Callable[[], None], folder: Path, verb: str) -> None:
    if verb != "render" and any("--" in line for line in lines(folder / "flags")):
        return
    usual = outcome(called, VERBS[verb], folder)
    other_words()
    assert outcome(called, VERBS[verb], folder) == usual


def test_the_words_are_other_ones(called: Program, other_words: Callable[[], None]) -> None:
    folder = next(it for it in REPRESENTATIVES if (it / "errors.txt").exists())
    other_words()
    done = called("--config", str(folder / "config.yaml"), input=(folder / "input.yaml").read_bytes())
    assert done.stderr.rstrip().rpartition(b" ")[2].startswith(b"x")
