from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postrender import config, conversion
from postrender.config import Config, strict
from postrender.conversion import Unchanged
from postrender.report import formats as report
from postrender.report import unified_diff
from postrender.report.unified_diff import Hunk
from postrender.yamledit import nodes, stream
from tests.configs import HEAD

CONFIG = (
    HEAD
    + """\
spec:
  networks:
  - {name: macvlan-internal, master: ens224, create: false}
"""
)
TMM = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: f5-tmm
spec:
  template:
    metadata:
      annotations:
        a: b
        # 1
        # 2
        # 3
        # 4
        # 5
        # 6
        # 7
    spec:
      containers:
      - name: f5-tmm
        env:
        - name: PCIDEVICE_A
          value: a
        - name: A
          value: a
"""


def settings_of(text: str) -> Config:
    root = nodes.compose(text)
    assert root is not None
    return config.read(strict.Item(root, "", "config.yaml"))


def hunks(before: str, text: str = CONFIG) -> list[Hunk]:
    return unified_diff.hunks(conversion.convert(before.encode(), settings_of(text)))


def compared(before: str, after: str) -> list[Hunk]:
    """Return the hunks between two texts, without reasons from a conversion."""
    return unified_diff.hunks(Unchanged(stream.read(before.encode()), after.encode()))


def rules(hunk: Hunk) -> list[str]:
    return [reason.partition(":")[0] for reason in hunk.reasons]


def test_two_places_are_two_hunks_each_with_its_own_rules() -> None:
    first, second = hunks(TMM)
    assert rules(first) == ["networks"]
    assert set(rules(second)) == {"veths", "sriov-variables"}


def test_lines_that_are_near_are_one_hunk_with_both_rules() -> None:
    (only,) = hunks("".join(line for line in TMM.splitlines(keepends=True) if "# " not in line))
    assert set(rules(only)) == {"networks", "veths", "sriov-variables"}


def test_a_document_below_others_has_the_stream_s_lines() -> None:
    above = "".join(f"---\nkind: A{number}\n" for number in range(20)) + "---\n"
    for alone, below in zip(hunks(TMM), hunks(above + TMM), strict=True):
        assert (below.lines, below.reasons) == (alone.lines, alone.reasons)
        assert below.first == alone.first + above.count("\n")


def test_definitions_stand_before_the_tmm() -> None:
    first, *_ = hunks(f"kind: A\n---\n{TMM}", CONFIG.replace(", create: false", ""))
    assert rules(first)[0] == "definitions"
    assert "+kind: NetworkAttachmentDefinition" in first.lines


def test_a_patch_alone_is_the_reason() -> None:
    patch = "  patches:\n  - target: {kind: Deployment}\n    patch: [{op: add, path: /spec/replicas, value: 2}]\n"
    done = conversion.convert(TMM.encode(), settings_of(CONFIG)).output.decode()
    (only,) = hunks(done, CONFIG + patch)
    assert rules(only) == ["patches"]
    assert "+  replicas: 2" in only.lines


def test_a_patch_near_our_own_change_is_a_reason_too() -> None:
    labels = "/spec/template/metadata/labels"
    patch = f"  patches:\n  - target: {{kind: Deployment}}\n    patch: [{{op: add, path: {labels}, value: {{a: b}}}}]\n"
    (only,) = hunks("".join(line for line in TMM.splitlines(keepends=True) if "# " not in line), CONFIG + patch)
    assert {"networks", "patches"} <= set(rules(only))


@pytest.mark.parametrize("text", ["", "a\n", "a", TMM])
def test_the_same_has_no_hunks(text: str) -> None:
    assert compared(text, text) == []


@pytest.mark.parametrize(
    ("before", "after", "header"),
    [
        pytest.param("b\n", "a\nb\n", "@@ -1,1 +1,2 @@", id="insert-at-the-top"),
        pytest.param("a\n", "a\nb\n", "@@ -1,1 +1,2 @@", id="append"),
        pytest.param("", "a\n", "@@ -0,0 +1,1 @@", id="from-nothing"),
        pytest.param("a\nb\n", "b\n", "@@ -1,2 +1,1 @@", id="remove"),
        pytest.param("1\n2\n3\n4\n5\n6\n", "1\n2\n3\n4\n5\nx\n", "@@ -3,4 +3,4 @@", id="three-lines-of-context"),
        pytest.param("a\na\na\n", "a\na\n", "@@ -1,3 +1,2 @@", id="repeated-lines"),
    ],
)
def test_a_header_counts_from_1(before: str, after: str, header: str) -> None:
    assert [hunk.header for hunk in compared(before, after)] == [header]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("a: b", "a: b\n", id="final-newline"),
        pytest.param("a: b\r\n", "a: b\n", id="line-breaks"),
        pytest.param('a: "\u2028"\n', 'a: "\n"\n', id="line-separator"),
        pytest.param("# \x0c\n", "# \n\n", id="form-feed"),
    ],
)
def test_what_differs_has_a_hunk(before: str, after: str) -> None:
    assert compared(before, after)


def applied(before: str, found: list[Hunk]) -> list[str]:
    """Return the lines that result from applying the hunks."""
    old, result, at = before.split("\n")[:-1], [], 0
    for hunk in found:
        start, count = map(int, re.findall(r"-(\d+),(\d+)", hunk.header)[0])
        start -= count > 0
        result += old[at:start]
        result += [line[1:] for line in hunk.lines if line[0] in " +"]
        at = start + count
        assert [line[1:] for line in hunk.lines if line[0] in " -"] == old[start:at]
    return [*result, *old[at:]]


LINES = st.lists(st.sampled_from("abcd"), max_size=30)


@settings(max_examples=100)
@given(LINES, LINES, LINES, LINES)
def test_the_hunks_say_all_that_differs(head: list[str], old: list[str], new: list[str], tail: list[str]) -> None:
    before, after = ("".join(f"{line}\n" for line in (*head, *middle, *tail)) for middle in (old, new))
    assert applied(before, compared(before, after)) == after.split("\n")[:-1]


@settings(max_examples=50)
@given(LINES, LINES)
def test_no_hunk_is_longer_than_it_must_be(old: list[str], new: list[str]) -> None:
    before, after = ("".join(f"{line}\n" for line in lines) for lines in (old, new))
    for hunk in compared(before, after):
        assert max(unchanged(hunk.lines), unchanged(hunk.lines[::-1])) <= unified_diff.CONTEXT


def unchanged(lines: tuple[str, ...]) -> int:
    """Return how many lines precede the first change."""
    return next(number for number, line in enumerate(lines) if line[0] != " ")


def test_a_large_stream_is_compared_in_no_time() -> None:
    before = "".join(f"line {number % 50}\n" for number in range(50_000))
    (only,) = compared(before, before.replace("line 49\n", "changed\n", 1))
    assert only.lines.count("+changed") == 1
    assert len(only.lines) == 2 * unified_diff.CONTEXT + 2


NOTHING = Unchanged(stream.read(b""), b"")


def test_text_is_empty_without_hunks_and_each_line_has_its_colour() -> None:
    assert report.difference_as_text(NOTHING, []) == ""
    hunk = Hunk("@@ -1,1 +1,1 @@", (" a", "-b", "+c"), 1, 2, 1, ("rule: reason",))
    _, _, *lines = report.difference_as_text(NOTHING, [hunk]).splitlines()
    assert lines == ["@@ -1,1 +1,1 @@ rule: reason", " a", "-b", "+c"]
    text = report.difference_as_text(NOTHING, [hunk])
    assert report.colours_of_difference(text)[2:] == [36, None, 31, 32]


def test_a_reason_cannot_break_its_heading() -> None:
    hunk = Hunk("@@ -1,1 +1,1 @@", ("-b", "+c"), 1, 2, 1, ("rule: a\n+b\x1b",))
    assert report.difference_as_text(NOTHING, [hunk]).splitlines()[2] == r"@@ -1,1 +1,1 @@ rule: a\n+b\x1b"
