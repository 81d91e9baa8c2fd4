"""Put each case of the YAML test suite beside a TMM and into its document: the case must keep every byte."""

from __future__ import annotations

import re

import pytest

from fuzz.generator import CONFIGS, Stream
from fuzz.oracle import REFUSED, SPLICED, judge
from postrender import conversion
from postrender.errors import InputError
from postrender.yamledit import nodes
from tools import yaml_suite
from tools.yaml_suite import Case

TMM = """\
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: f5-tmm
{above}spec:
  template:
    spec:
      containers:
      - name: f5-tmm  # c1
        env:
        - name: PCIDEVICE_X
          value: a
{below}"""
PLAIN = TMM.format(above="", below="").encode()
CONVERTED = conversion.convert(PLAIN, CONFIGS[0]).output
TMM_ALONE = CONVERTED[CONVERTED.index(b"---\napiVersion: apps/v1") :]
DEFINITION = CONVERTED.removesuffix(TMM_ALONE)
OPEN = ("B63P-0",)  #: a directive without a document; a `...` after it leaves the TMM's document open
CASES = yaml_suite.cases()
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)


def test_the_suite_is_there() -> None:
    assert len(CASES) == 402
    assert sum(case.fails for case in CASES) == 94


def document(case: Case) -> bytes:
    """Return a case as one or more documents that can follow another document."""
    text = case.yaml if case.yaml.endswith("\n") else f"{case.yaml}\n"
    if re.match(r"(#.*\n)*%", text):
        return f"...\n{text}".encode()
    return (text if re.match(r"---\s", text) else f"---\n{text}").encode()


@each_case
def test_a_case_before_the_tmm_keeps_its_bytes(case: Case) -> None:
    require_kept(b"---\na: b\n" + document(case), b"")


@each_case
def test_a_case_behind_the_tmm_keeps_its_bytes(case: Case) -> None:
    """A case before the TMM may lack a document marker, and the last line may lack a line break."""
    require_kept_or_open(case, b"", document(case))
    require_kept_or_open(case, f"{case.yaml}\n".encode(), document(case).rstrip(b"\n"))


def require_kept_or_open(case: Case, before: bytes, after: bytes) -> None:
    if case.id not in OPEN:
        require_kept(before, after)
        return
    with pytest.raises(InputError, match="is not valid YAML: did not find expected <document start>"):
        conversion.convert(before + PLAIN + after, CONFIGS[0])


def require_kept(before: bytes, after: bytes) -> None:
    """Comments and directives that open no document belong to the TMM's; the definitions stand above them."""
    output = conversion.convert(before + PLAIN + after, CONFIGS[0]).output
    assert output.count(DEFINITION) == 1
    closed = f"{DEFINITION.decode()}...\n".encode()
    assert before + TMM_ALONE + after in (output.replace(DEFINITION, b""), output.replace(closed, b""))
    assert output == before + CONVERTED + after or opens_nothing(before)


def opens_nothing(before: bytes) -> bool:
    """Report whether a text ends in lines that belong to the next document."""
    last = before.decode().rpartition("\n...")[2].rstrip("\n").rpartition("\n")[2]
    return last == "" or last.lstrip().startswith("#") or last.startswith(("%", "...", " "))


@each_case
def test_a_case_in_the_document_of_the_tmm(case: Case) -> None:
    """Use the case as the value of a key, where YAML allows this, and let other readers read the converted document."""
    for place in ("above", "below"):
        text = within(case, place)
        outcome = judge(Stream(b"", text, b"", CONFIGS[1]))
        expected = SPLICED if is_yaml(text) and "!!binary" not in text else REFUSED  # Go decodes the text of a !!binary
        assert outcome.kind == expected, (place, outcome)


def within(case: Case, place: str) -> str:
    lines = "".join(f"  {line}" for line in f"{case.yaml}\n".splitlines(keepends=True))
    return TMM.format(**{"above": "", "below": "", place: f"x-case:\n{lines}"})


def is_yaml(text: str) -> bool:
    try:
        return nodes.compose(text) is not None
    except nodes.Unreadable:
        return False


def test_most_cases_can_stand_in_the_document() -> None:
    """The test above converts each of these cases."""
    assert sum(is_yaml(within(case, "above")) for case in CASES) > len(CASES) / 2
