"""Test that other programs' YAML readers see the planned changes in every golden case and in random streams."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from pathlib import Path

import pytest

from fuzz import __main__
from fuzz.generator import CONFIGS
from fuzz.readers import command
from fuzz.readers.command import READERS, Found
from fuzz.readers.verdict import ALONE, READ, UNREAD, WRONG, Converted, Verdict, judged, with_output
from fuzz.readers.view import Reader, Unread, View
from postrender import config, conversion
from postrender.conversion import Options
from tools.case import every, name

pytestmark = pytest.mark.hosts

SEED = 1
STREAMS = 200
CHUNK = 100
#: In these cases, a patch sets annotations or labels that are invalid in Kubernetes, which kubectl reports.
NO_OBJECTS = {"patch-values/add-a-map", "patch-values/replace-a-map-by-text"}
EXPECTED, INPUT = "expected.yaml", "input.yaml"

each_reader = pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)


# Tests of golden cases.


def flags(folder: Path) -> list[str]:
    file = folder / "flags"
    return shlex.split(file.read_text(encoding="utf-8")) if file.exists() else []


def converted(folder: Path) -> Converted | None:
    """Convert a case here, and require the golden output, which the readers then read."""
    before = (folder / INPUT).read_bytes()
    words = flags(folder)
    given = config.parse((folder / "config.yaml").read_bytes())
    result = conversion.convert_or_pass(before, given, Options("--include-hooks" in words))
    golden = folder / EXPECTED
    assert result.output == (golden.read_bytes() if golden.exists() else before)
    return Converted(name(folder), before, result) if isinstance(result, conversion.Converted) else None


def golden() -> list[Converted]:
    """Return every golden case whose TMM is converted; in the other cases, there is nothing to compare."""
    folders = [it for it in every() if not (it / "errors.txt").exists()]
    found = [converted(it) for it in folders if "values" not in flags(it)]
    return [it for it in found if it is not None]


@pytest.fixture(scope="module")
def cases() -> list[Converted]:
    return golden()


@each_reader
def test_a_reader_sees_what_was_planned_in_every_case(reader: Reader, cases: list[Converted]) -> None:
    verdicts = {it.name: verdict for it, verdict in zip(cases, judged(reader, cases), strict=True)}
    wrong = {name: it.reason for name, it in verdicts.items() if it.kind == WRONG}
    refused = {name for name in wrong if reader.name == "kubectl" and name in NO_OBJECTS}
    assert [f"{name}: {reason[:900]}" for name, reason in wrong.items() if name not in refused] == []
    read = [name for name, it in verdicts.items() if it.kind in (READ, ALONE)]
    assert len(read) > 0.8 * len(cases)


# Tests of random streams.


@pytest.mark.parametrize("start", range(0, STREAMS, CHUNK), ids=lambda start: f"from {start}")
def test_readers_see_what_was_planned_in_random_streams(start: int) -> None:
    found = command.asked(command.conversions(SEED, range(start, start + CHUNK)))
    assert [f"{it.stream}: {it.reader}: {it.verdict.reason[:300]}" for it in found if it.verdict.kind == WRONG] == []
    for reader in READERS:
        read = [it for it in found if it.reader == reader.name and it.verdict.kind in (READ, ALONE)]
        assert len(read) > CHUNK / 4  # most streams contain YAML that some readers do not know, and are refused


# Tests that a reader would notice a wrong result.

BEFORE = """\
apiVersion: v1
kind: Service
metadata: {name: a}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: f5-tmm}
spec: {template: {spec: {containers: [{name: f5-tmm, args: [a]}]}}}
---
apiVersion: v1
kind: Secret
metadata: {name: b}
"""
ERRORS: dict[str, tuple[str | re.Pattern[str], str]] = {
    "a definition and the TMM are one document": ("---\napiVersion: apps", "apiVersion: apps"),
    "a definition and the document before are one": ("---\napiVersion: k8s", "apiVersion: k8s"),
    "a lost definition": (re.compile(r"(?s)---\napiVersion: k8s.*?(?=---)"), ""),
    "a definition of another NIC": ("ens224", "ens256"),
    "a definition in another place": (re.compile(r"(?s)(---\napiVersion: k8s.*?)(---.*?)(?=---)"), r"\2\1"),
    "another value in the TMM": ("TRUE", "FALSE"),
    "a value that no change explains": ("[a]", "[b]"),
    "another document that changed": ("{name: b}", "{name: c}"),
    "another document that is lost": (re.compile(r"(?s)---\napiVersion: v1.*"), ""),
    "no YAML": ("[a]", "[a"),
    "one document more": (re.compile(r"\Z"), "---\napiVersion: v1\nkind: Service\nmetadata: {name: d}\n"),
}


def simple(before: str = BEFORE) -> Converted:
    return Converted("simple", before.encode(), conversion.convert(before.encode(), CONFIGS[0]))


@each_reader
@pytest.mark.parametrize("error", ERRORS)
def test_a_reader_notices(reader: Reader, error: str) -> None:
    right = simple()
    pattern, new = ERRORS[error]
    output = re.sub(pattern if isinstance(pattern, re.Pattern) else re.escape(pattern), new, right.after.decode())
    assert output.encode() != right.after
    wrong = right._replace(result=right.result._replace(result=right.result.result._replace(data=output.encode())))
    assert [it.kind for it in judged(reader, [right, wrong])] == [READ, WRONG]


@each_reader
def test_a_reader_of_half_a_stream_judges_the_other_half(reader: Reader) -> None:
    (verdict,) = judged(reader, [simple(f"---\na: [\n{BEFORE[BEFORE.index('---') :]}")])
    assert verdict.kind == ALONE


@each_reader
def test_a_reader_that_cannot_read_the_input_is_no_judge(reader: Reader) -> None:
    before = "\t\n--- {? [a] : !!binary b, " + BEFORE
    right = simple()
    unread = Converted("unread", before.encode(), with_output(right.result, before.encode()))
    (verdict,) = judged(reader, [unread])
    assert verdict.kind == UNREAD


@each_reader
def test_many_streams_are_read_at_once_and_in_order(reader: Reader) -> None:
    texts = [f"apiVersion: v1\nkind: A\nmetadata: {{name: n{number}}}\n" for number in range(12)]
    assert names(reader.read([text.encode() for text in [*texts, "a: ["]])) == [*(f"n{it}" for it in range(12)), None]


def names(views: Sequence[View | Unread]) -> list[str | None]:
    return [None if isinstance(it, Unread) else it.documents[0]["metadata"]["name"] for it in views]


# Tests of the command.


def test_the_command_prints_what_each_reader_could_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert command.run(SEED, 24, 1) == 0
    *_, kubectl, npm, ruamel, last = capsys.readouterr().out.splitlines()
    counted = [re.split(r" {2,}", line) for line in (kubectl, npm, ruamel)]
    assert [words[0] for words in counted] == [reader.name for reader in READERS]
    (sum_,) = {sum(map(int, words[1:])) for words in counted}
    assert last == f"fuzz: 24 streams, seed 1, the conversion changes {sum_}; 0 are wrong"


def test_a_wrong_stream_is_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(command, "everything", lambda *words: [Found("kubectl", "1-5", Verdict(WRONG, "a reason"))])
    assert command.run(SEED, 1, 1) == 1
    assert Path("fuzz-wrong/readers-1-5.yaml").read_bytes() == command.stream(1, 5).data
    assert capsys.readouterr().out.startswith("fuzz-wrong/readers-1-5.yaml: kubectl: a reason\n")


def test_one_stream_can_be_looked_at(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert __main__.main(["--readers", "--seed", "1", "--only", "10"]) == 0
    said = capfdbinary.readouterr()
    assert said.out == command.stream(1, 10).data
    assert all(f"{reader.name}: ".encode() in said.err for reader in READERS)
