"""Test the fuzzer: convert some of its streams, and check what it generates and that it notices errors."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fuzz import __main__, coverage, run
from fuzz.generator import CONFIGS, Stream, generate
from fuzz.oracle import LAID_OUT, REFUSED, SPLICED, UNCHANGED, WRONG, Outcome, judge
from postrender import conversion
from postrender.yamledit import nodes, proof, splice

SEED = 1
STREAMS = 300
CHUNK = 50
SEEN = 2000  #: how many streams are generated to look for each feature

#: Features that must occur in some stream.
IN_STREAMS = {
    "a byte order mark first": rb"\A\xef\xbb\xbf",
    "a byte order mark before a marker": rb"[\r\n]\xef\xbb\xbf---",
    "CRLF": rb"\r\n",
    "a lone CR": rb"\r(?!\n)",
    "NEL": "\x85".encode(),
    "U+2028": "\u2028".encode(),
    "an astral character": "\U0001d11e".encode(),
    "four dashes": rb"(?m)^----$",
    "a marker with text behind": rb"(?m)^---x",
    "a marker that is indented": rb"(?m)^ +---",
    "a marker with a comment": rb"(?m)^--- # ",
    "a PEM block": rb"-----BEGIN CERTIFICATE-----",
    "JSON on one line": rb'(?m)^\{"apiVersion": ',
    "JSON on several lines": rb'(?m)^\{\r?\n +"',
    "JSON with tabs": rb'(?m)^\t+"apiVersion"',
    "a list": rb"kind: List",
    "an empty document": rb"(?m)^---\n---\n",
    "a document of comments": rb"(?m)^---\n# only\n  # comments\n",
    "no last line break": rb"[^\r\n]\Z",
    "a directive behind a document end": rb"(?m)^\.\.\.\n%YAML 1\.1\n---",
    "a tag directive": rb"(?m)^%TAG ",
    "a comment behind a document end": rb"(?m)^\.\.\. *# |^\.\.\.\n# ",
    "two document ends": rb"(?m)^\.\.\.\n\.\.\.$",
    "a document that is not YAML": rb"(?m)^\ta: '$",
    "text on the marker's line": rb"(?m)^--- \|$",
    "a comment with a marker behind U+2028": "(?m)^# c0\u2028--- ".encode(),
    "a comment with a marker behind NEL": "(?m)^# c0\x85---".encode(),
    "JSON on the marker's line": rb'(?m)^--- \{"apiVersion": ',
}
#: Features that must occur in the document of some TMM.
IN_TMMS = {
    "a Deployment": r"kind: Deployment",
    "a DaemonSet": r"kind: DaemonSet",
    "a CNEInstance": r"kind: CNEInstance",
    "a list": r"kind: List",
    "JSON": r'\A(--- ?\n?)?\{"?\s*"?apiVersion',
    "a comment behind a key": r":[ \t]+# c\d",
    "a comment behind a text": r"\w +# c\d",
    "a comment below an entry, indented more": r"(?m)^( +)- .*\n\1 {3,}# c\d",
    "a comment in column 0": r"(?m)^# c\d",
    "a comment above the root": r"\A---\n\n# c0\n",
    "a comment within brackets": r"[\[{,] # c\d+.*\n",
    "a comment between two repeated blank lines": r"\n\n *# c\d+.*\n *\n",
    "brackets on one line": r"env: ?\[[^\n]*name[^\n]*\]",
    "brackets over several lines": r"env: ?\[[^\n]*\n",
    "a comma before the closing bracket": r", *[\]}]",
    "an empty list": r"env: \[\]",
    "an empty map": r"resources: \{\}",
    "a null": r"(env|resources|annotations): null",
    "a tilde": r"(env|resources|annotations): ~",
    "an empty value": r"(?m)(env|resources|annotations):$",
    "a literal text": r": \|\n",
    "a folded text": r": >\n",
    "a text without its last break": r": [|>]-",
    "a text with all breaks": r": [|>]\+",
    "a text with an indentation indicator": r": [|>]-?[1-9]",
    "a text with a comment in its head": r": [|>][-+1-9]* # c\d",
    "an anchor": r": &a\d",
    "an alias": r": \*a\d",
    "an alias as a key": r"(?m)^[ -]*\*a\d+ *:",
    "an anchor of a key": r"(?m)^[ -]*&a\d+ \w+:",
    "a merge key": r"<<: \*common",
    "a tag of a map": r"!!map",
    "a tag of a list": r"!!seq",
    "a local tag": r"!local",
    "a tag of nothing": r": !!null",
    "a tag that is none": r": ! ",
    "a directive": r"\A%YAML 1\.1\n---",
    "an explicit key": r"(?m)^ *\? \w+.*\n *:",
    "an explicit key without a value": r"(?m)^ *\? \w+.*\n *[a-z]",
    "an explicit key within brackets": r"[\[{,]\s*\? ",
    "a key without a value within brackets": r"\{\s*[\w./-]+\s*[,}]|,\s*[\w./-]+\s*\}",
    "a key in quotes": r"(?m)^ *'\w+':",
    "an escape in a key": r"\"\\x[0-9a-f]{2}\w+\" ?:",
    "a blank before the colon": r"(?m)^ *\w+ :",
    "single quotes": r"value: '",
    "double quotes": r'value: "',
    "plain text": r"value: [a-zA-Z]",
    "quotes over lines": r"(?m): \"[^\"\n]*\n[^\"\n]*\"",
    "plain text over lines": r"(?m): [A-Za-z]\w*\n +\w+$",
    "an escaped line break": r"\\\n",
    "a tab": r"\t",
    "a tab behind a dash": r"-\t\w",
    "blanks at the end of a line": r"\w +\n",
    "a line of blanks": r"\n +\n",
    "four columns": r"\n    name: f5-tmm",
    "a gap behind the dash": r"\n +- {3,}\w",
    "a list as deep as its key": r"\n( *)containers:\n\1- ",
    "a list deeper than its key": r"\n( *)containers:\n\1  - ",
    "a document end": r"\n\.\.\.\n",
    "no last line break": r"[^\r\n]\Z",
    "CRLF": r"\r\n",
    "a lone CR": r"\r(?!\n)",
    "an SR-IOV variable": r"PCIDEVICE_X",
    "a device": r"openshift\.io/x",
    "a key twice": r"(?m)^( +)(\w+):.*\n\1\2:",
    "a variable twice": r"(?s)name: (\w+)\n.*name: \1\n",
    "a value from elsewhere": r"valueFrom:",
    "an astral character": r"😀",
    "no namespace": r"metadata:\n +name: f5-tmm\nspec",
    "definitions that are there already": r"(?s)NetworkAttachmentDefinition.*kind: Deployment",
}


@pytest.fixture(scope="module")
def streams() -> list[Stream]:
    return [generate(SEED, index) for index in range(SEEN)]


@pytest.mark.parametrize("start", range(0, STREAMS, CHUNK), ids=lambda start: f"from {start}")
def test_streams_are_converted_rightly_or_refused(start: int) -> None:
    found = run.judged(SEED, range(start, start + CHUNK))
    assert [it for it in found if it.outcome.kind == WRONG] == []
    assert sum(it.outcome.kind != REFUSED for it in found) > CHUNK / 3


@pytest.mark.parametrize("feature", IN_STREAMS)
def test_the_generator_writes_around_the_tmm(feature: str, streams: list[Stream]) -> None:
    assert any(re.search(IN_STREAMS[feature], stream.data) for stream in streams)


@pytest.mark.parametrize("feature", IN_TMMS)
def test_the_generator_writes_in_the_tmm(feature: str, streams: list[Stream]) -> None:
    assert any(re.search(IN_TMMS[feature], stream.tmm) for stream in streams)


def test_a_stream_can_be_made_again() -> None:
    assert [generate(7, index) for index in range(20)] == [generate(7, index) for index in range(20)]
    assert generate(7, 1) != generate(8, 1)


def test_every_outcome_occurs(streams: list[Stream]) -> None:
    kinds = Counter(judge(stream).kind for stream in streams[:200])
    assert kinds.keys() >= {SPLICED, LAID_OUT, UNCHANGED, REFUSED}


# Tests that the fuzzer notices errors. The proof is turned off, because it would notice them first.

TMM = """\
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: f5-tmm
# c1
spec:
  template:
    spec:
      containers:
      - name: f5-tmm # c2
        # c3
        args: ['no', b]
        env:
        - name: A
          value: "1"

"""
SIMPLE = Stream(b"---\nkind: Service\n", TMM, b"---\nkind: Secret\n", CONFIGS[0])
ERRORS: dict[str, Callable[[str], str]] = {
    "a wrong value": lambda text: text.replace('"TRUE"', '"FALSE"'),
    "another value": lambda text: text.replace('"1"', '"2"'),
    "another type": lambda text: text.replace("'no'", "no"),
    "a lost variable": lambda text: text.replace('        - name: A\n          value: "1"\n', ""),
    "a repeated item": lambda text: text.replace("b]", "b, b]"),
    "a lost comment on a line of its own": lambda text: text.replace("# c1\n", ""),
    "a lost comment behind a text": lambda text: text.replace(" # c2", ""),
    "a comment elsewhere": lambda text: text.replace("# c1\n", "").replace("        # c3\n", "        # c3\n# c1\n"),
    "a comment twice": lambda text: text.replace("# c1\n", "# c1\n# c1\n"),
    "other quotes": lambda text: text.replace("'no'", '"no"'),
    "another line break": lambda text: text.replace("# c1\n", "# c1\r\n"),
    "one more blank line": lambda text: text.replace("# c1\n", "# c1\n\n"),
    "one blank line less": lambda text: text.removesuffix("\n"),
    "another order": lambda text: text.replace("kind: Deployment\n", "") + "kind: Deployment\n",
    "no YAML": lambda text: text.replace("template:", "template"),
    "nothing": lambda text: "",
}


@pytest.mark.parametrize("error", ERRORS)
def test_the_oracle_notices(error: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert judge(SIMPLE) == Outcome(SPLICED)
    plant(ERRORS[error], monkeypatch)
    assert judge(SIMPLE).kind == WRONG


def plant(error: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> None:
    original = splice.splice

    def wrong(text: str, root: Any, changes: Any) -> str:
        right = original(text, root, changes)
        assert error(right) != right
        return error(right)

    monkeypatch.setattr(splice, "splice", wrong)
    monkeypatch.setattr(proof, "require", lambda before, text, changes: nodes.compose(text))
    monkeypatch.setattr(proof, "require_framed", lambda *texts: None)


@pytest.mark.parametrize("where", ["before", "after"])
def test_the_oracle_notices_a_byte_outside_of_the_document(where: str) -> None:
    def wrong(data: bytes, settings: Any) -> Any:
        result = conversion.convert(data, settings)
        old, new = (b"Service", b"service") if where == "before" else (b"Secret", b"secret")
        return result._replace(result=result.result._replace(data=result.output.replace(old, new)))

    assert judge(SIMPLE, wrong).reason == f"bytes {where} the document changed"


def test_the_oracle_notices_a_proof_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splice, "splice", lambda text, root, changes: text)
    assert judge(SIMPLE).reason.startswith("exit 70: ")


def failing(*_: object) -> str:
    raise KeyError(0)


def test_the_oracle_notices_an_error_that_is_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splice, "splice", failing)
    assert "KeyError" in judge(SIMPLE).reason


def test_the_oracle_notices_a_second_run_that_changes_something() -> None:
    outputs = iter(range(2))

    def restless(data: bytes, settings: Any) -> Any:
        result = conversion.convert(data, settings)
        return (
            result if next(outputs) == 0 else result._replace(result=result.result._replace(data=result.output + b"\n"))
        )

    assert judge(SIMPLE, restless) == Outcome(WRONG, "the second run changes something")


# Tests of the command.


def test_the_last_line_is_the_figure(capsys: pytest.CaptureFixture[str]) -> None:
    assert __main__.main(["--streams", "60", "--seed", "1", "--processes", "2"]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    counts = re.fullmatch(
        r"fuzz: 60 streams, seed 1: 0 wrong; (\d+) edited in place, (\d+) reformatted, (\d+) unchanged, (\d+) refused",
        last,
    )
    assert sum(map(int, counts.groups() if counts else ())) == 60


def test_a_wrong_stream_is_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(splice, "splice", lambda text, root, changes: text)
    monkeypatch.setattr(run, "generate", lambda seed, index: SIMPLE)
    assert __main__.main(["--streams", "1", "--processes", "1"]) == 1
    assert Path("fuzz-wrong/1-0.yaml").read_bytes() == SIMPLE.data
    assert capsys.readouterr().out.startswith("fuzz-wrong/1-0.yaml: exit 70: ")


def test_a_run_that_is_only_refused_fails(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(run, "generate", lambda seed, index: SIMPLE._replace(tmm="--- [\n"))
    assert __main__.main(["--streams", "10", "--processes", "1"]) == 1
    assert "only 0 of 10 streams are converted, too few for a useful test" in capsys.readouterr().out


def test_one_stream_can_be_looked_at(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert __main__.main(["--seed", "1", "--only", "5"]) == 0
    assert capfdbinary.readouterr().out == generate(1, 5).data


# Tests of fuzzing guided by coverage.


@pytest.mark.parametrize("choice", range(len(coverage.HOLES)))
def test_bytes_fill_the_holes_of_a_tmm(choice: int) -> None:
    assert (
        judge(SIMPLE._replace(before=b"", tmm=coverage.stream_of(bytes([choice])).decode(), after=b"")).kind == SPLICED
    )


def test_bytes_are_a_stream_of_their_own() -> None:
    assert coverage.stream_of(bytes([len(coverage.HOLES)]) + b"a: b") == b"a: b"


@pytest.mark.parametrize("data", [SIMPLE.data, b"\xef\xbb\xbf" + SIMPLE.data], ids=["plain", "with a BOM"])
def test_nothing_is_wrong_with_what_is_converted(data: bytes) -> None:
    assert coverage.wrong(data, 0) is None


@pytest.mark.parametrize("data", [b"", b"\xff", b"\0", b"a: b", b"\xef\xbb\xbf", b"---"])
def test_nothing_is_wrong_with_a_refusal(data: bytes) -> None:
    assert coverage.wrong(data, 0) == ""


def test_a_crash_is_kept_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(splice, "splice", failing)
    target = coverage.Target(60)
    target(bytes([0]))
    target(bytes([0]) + b" {}")
    assert (target.runs, target.converted, target.crashes) == (2, 0, {"KeyError: N"})
    assert len([*Path("fuzz-crashes").iterdir()]) == 1


def test_without_atheris_one_line_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "atheris", None)
    assert __main__.main(["--coverage", "1"]) == 2
    assert capsys.readouterr().err == f"{coverage.MISSING}\n"
