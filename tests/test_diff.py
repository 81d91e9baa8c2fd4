"""Test `diff` from outside: its unified diff and its operations can be applied, and its Markdown can be pasted."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import jsonpatch
import pytest

from tests import terminals
from tests.configs import HEAD
from tests.github_markdown import Page
from tests.property import oracle
from tools import binaries

Program = Callable[..., CompletedProcess[bytes]]

CONFIG = (
    HEAD
    + """\
spec:
  networks:
  - name: macvlan-internal
    master: ens224
    vlan: {tag: 7, selfIPv4: [10.1.1.100], prefixLengthV4: 24}
  - name: macvlan-external
    master: ens256
    interface: outside
  tmm:
    env: {TMM_DEFAULT_MTU: "9000"}
    resources: {cpu: 1, hugepages-2Mi: 1572Mi, memory: 2Gi}
"""
)
EXISTING = CONFIG.replace("    master: ens224\n", "    master: ens224\n    create: false\n").replace(
    "    master: ens256\n", "    master: ens256\n    create: false\n"
)
PATCHES = """\
  patches:
  - target: {kind: ConfigMap}
    patch:
    - {op: replace, path: /data/level, value: debug}
    - {op: add, path: /data/list/0, value: first}
    - {op: move, from: /data/mode, path: /data/moved}
  - target: {kind: Deployment}
    patch:
    - {op: add, path: /spec/replicas, value: 2}
"""
NAMESPACE = "---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: spk-ingress\n"
TMM = """\
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: f5-tmm
  namespace: spk-ingress
spec:
  replicas: 1
  template:
    metadata:
      annotations:
        openshift.io/scc: privileged
        k8s.v1.cni.cncf.io/networks: spk/sriov-external
        robin.io/networks: spk/sriov
    spec:
      # line 15
      # line 16
      # line 17
      containers:
      - name: f5-tmm
        env:
        - name: OPENSHIFT_VFIO_RESOURCE_1
          value: sriovExternal
        - name: TMM_MAPRES_HUGEPAGES
          value: "1536"
        - name: PCIDEVICE_A
          value: a
        # a ```` run of back quotes | and a bar
        # line 28
        # line 29
        # line 30
        resources:
          limits:
            cpu: 2
            hugepages-2Mi: "3Gi"
            memory: "2Gi"
            openshift.io/a: 1
          requests: {cpu: 2, hugepages-2Mi: "3Gi", memory: "2Gi", openshift.io/a: 1}
"""
MAP = """\
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: tmm-init
data:
  level: info  # behind
  mode: plain
  list: [a, b]
"""
STREAM = NAMESPACE + TMM + MAP
RULES = ["networks", "veths", "sriov-variables", "environment", "device-plugins", "resources", "hugepages"]

Diff = Callable[..., CompletedProcess[bytes]]


@pytest.fixture
def verb(program: Program, tmp_path: Path) -> Diff:
    """Return a function that runs a verb on a stream with a config."""

    def run(words: str, stream: str, config: str = CONFIG, **settings: Any) -> CompletedProcess[bytes]:
        file = tmp_path / "config.yaml"
        file.write_text(config, encoding="utf-8")
        data = {} if "stdin" in settings else {"input": stream.encode()}
        return program("--config", str(file), *words.split(), **data, **settings)

    return run


def hunks(diff: str) -> list[tuple[list[str], list[str]]]:
    """Return the hunks of a diff: the reasons in the heading, and the lines, which start with the ranges."""
    found: list[tuple[list[str], list[str]]] = []
    for line in diff.removesuffix("\n").split("\n"):
        if line.startswith("@@ "):
            ranges, _, reasons = line[3:].partition(" @@")
            title, _, said = reasons.strip().partition(": ")
            assert re.fullmatch(r"\w+ \S+", title)
            found.append(([reason for reason in said.split("; ") if reason], [f"@@ {ranges} @@"]))
        elif line not in ("--- rendered", "+++ converted"):
            found[-1][1].append(line)
    return found


# Tests of the text.


def test_a_change_is_exit_1_and_silence_is_exit_0(verb: Diff) -> None:
    done = verb("diff", STREAM)
    assert done.returncode == 1
    converted = verb("", STREAM).stdout.decode()
    assert converted != STREAM
    again = verb("diff", converted)
    assert (again.returncode, again.stdout) == (0, b"")


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_the_status_is_the_same_in_every_format(verb: Diff, form: str) -> None:
    converted = verb("", STREAM).stdout.decode()
    assert verb(f"diff --format {form}", STREAM).returncode == 1
    assert verb(f"diff --format {form}", converted).returncode == 0


@pytest.mark.parametrize(
    ("stream", "config", "status"),
    [(STREAM, "kind: None\n", 2), ("a: [\n", CONFIG, 3), (MAP, CONFIG, 4)],
    ids=["config", "broken", "no-tmm"],
)
def test_an_error_is_an_error_here_too(verb: Diff, stream: str, config: str, status: int) -> None:
    done = verb("diff", stream, config)
    assert (done.returncode, done.stdout) == (status, b"")
    assert re.fullmatch(rb"(spk-macvlan: .*\n)+", done.stderr)


@pytest.mark.parametrize(
    ("stream", "config", "rule"),
    [(STREAM, "kind: None\n", "config"), ("a: [\n", CONFIG, "input"), (MAP, CONFIG, "no-target")],
    ids=["config", "broken", "no-tmm"],
)
def test_an_error_is_a_finding_in_json(verb: Diff, stream: str, config: str, rule: str) -> None:
    done = verb("diff --format json", stream, config)
    assert {it["rule"] for it in json.loads(done.stdout)["findings"]} == {rule}
    assert done.stderr == verb("diff", stream, config).stderr


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_a_stream_without_a_tmm_can_be_allowed(verb: Diff, form: str) -> None:
    assert verb(f"diff --format {form} --allow-no-target", MAP).returncode == 0


# Tests of the unified diff.

SEVERAL = NAMESPACE + MAP + TMM + MAP.replace("tmm-init", "other")
STREAMS = [
    pytest.param(STREAM, id="usual"),
    pytest.param(TMM, id="alone"),
    pytest.param(SEVERAL, id="between-others"),
    pytest.param(STREAM.replace("\n", "\r\n"), id="crlf"),
    pytest.param("\ufeff" + STREAM, id="bom"),
    pytest.param(TMM.removesuffix("\n"), id="no-final-newline-in-a-change"),
    pytest.param((NAMESPACE + TMM + MAP).removesuffix("\n"), id="no-final-newline-below"),
    pytest.param(STREAM.replace("# line 28", "# 28 \u2028 \x85 \x0c é"), id="odd-breaks-in-a-comment"),
    pytest.param(MAP.replace("plain", '"pl\u2028ain"') + TMM, id="odd-break-in-another-document"),
]
ODD = "odd-breaks-in-a-comment"


@pytest.mark.parametrize("config", [pytest.param(CONFIG, id="definitions"), pytest.param(EXISTING, id="none")])
@pytest.mark.parametrize("stream", [entry for entry in STREAMS if entry.id != ODD])
def test_patch_makes_the_conversion_of_the_diff(verb: Diff, tmp_path: Path, stream: str, config: str) -> None:
    before, after, diff = (tmp_path / name for name in ("before", "after", "diff"))
    before.write_bytes(stream.encode())
    diff.write_bytes(verb("diff", stream, config).stdout)
    words = [
        str(binaries.binary("patch")),
        "--binary",
        "--fuzz=0",
        "--posix",
        "-o",
        str(after),
        "-i",
        str(diff),
        str(before),
    ]
    done = subprocess.run(words, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert after.read_bytes() == verb("", stream, config).stdout


@pytest.mark.parametrize("stream", [entry for entry in STREAMS if entry.id != ODD])
def test_git_makes_the_conversion_of_the_diff(verb: Diff, tmp_path: Path, stream: str) -> None:
    git = shutil.which("git")
    assert git
    folder = tmp_path / "tree"
    folder.mkdir()
    (folder / "converted").write_bytes(stream.encode())  # git takes the name of the second file
    diff = verb("diff", stream).stdout
    usual = {
        "GIT_CEILING_DIRECTORIES": str(tmp_path),
        "GIT_CONFIG_NOSYSTEM": "1",
        "HOME": str(tmp_path),
        "PATH": os.environ["PATH"],
    }
    done = subprocess.run(
        [git, "apply", "-p0", "-"], input=diff, cwd=folder, env=usual, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    (result,) = folder.iterdir()
    assert result.read_bytes() == verb("", stream).stdout


@pytest.mark.parametrize("stream", STREAMS)
def test_nothing_is_said_of_what_is_converted(verb: Diff, stream: str) -> None:
    done = verb("", stream, EXISTING)
    if done.returncode == 0:  # the program refuses U+2028 and similar characters in the TMM
        again = verb("diff", done.stdout.decode(), EXISTING)
        assert (again.returncode, again.stdout) == (0, b"")


def test_the_last_line_without_a_break_is_marked(verb: Diff) -> None:
    assert b"\n\\ No newline at end of file\n" in verb("diff", TMM.removesuffix("\n")).stdout


# Tests of the reasons.


@pytest.mark.parametrize(
    ("part", "rule"),
    [
        ("+kind: NetworkAttachmentDefinition", "definitions"),
        ("+        k8s.v1.cni.cncf.io/networks", "networks"),
        ("-        robin.io/networks", "networks"),
        ("-        - name: OPENSHIFT_VFIO_RESOURCE_1", "sriov-variables"),
        ("-        - name: PCIDEVICE_A", "sriov-variables"),
        ("+        - name: TMM_MAPRES_ADDL_VETHS_ON_DP", "veths"),
        ("+        - name: TMM_DEFAULT_MTU", "environment"),
        ('+          value: "786"', "hugepages"),
        ("-            openshift.io/a: 1", "device-plugins"),
        ("+            cpu: 1", "resources"),
        ("+  replicas: 2", "patches"),
        ("+  level: debug", "patches"),
    ],
)
def test_a_line_stands_under_the_rule_that_made_it(verb: Diff, part: str, rule: str) -> None:
    found = hunks(verb("diff", STREAM, CONFIG + PATCHES).stdout.decode())
    (reasons,) = [reasons for reasons, lines in found if any(line.startswith(part) for line in lines)]
    assert rule in [reason.partition(":")[0] for reason in reasons]


def test_a_hunk_names_only_rules_that_changed_it(verb: Diff) -> None:
    found = hunks(verb("diff", TMM + NAMESPACE + MAP, CONFIG + PATCHES).stdout.decode())
    rules = [{reason.partition(":")[0] for reason in reasons} for reasons, _ in found]
    annotations = next(number for number, (_, lines) in enumerate(found) if any("robin.io" in line for line in lines))
    configmap = next(number for number, (_, lines) in enumerate(found) if any("level: debug" in line for line in lines))
    assert rules[configmap] == {"patches"}
    assert rules[annotations].isdisjoint({"veths", "sriov-variables", "resources", "device-plugins", "hugepages"})


def test_every_hunk_has_a_reason_and_no_reason_comes_twice_above_it(verb: Diff) -> None:
    found = hunks(verb("diff", SEVERAL, CONFIG + PATCHES).stdout.decode())
    assert len(found) >= 2
    for reasons, _ in found:
        assert reasons
        assert len(set(reasons)) == len(reasons)


def test_the_hunk_headers_count_right(verb: Diff) -> None:
    for _, (header, *lines) in hunks(verb("diff", SEVERAL, CONFIG + PATCHES).stdout.decode()):
        numbers = re.fullmatch(r"@@ -(\d+),(\d+) \+(\d+),(\d+) @@", header)
        assert numbers
        assert int(numbers[2]) == sum(line[:1] in " -" for line in lines)
        assert int(numbers[4]) == sum(line[:1] in " +" for line in lines)


# Tests of colors.


def on_a_terminal(program: Program, tmp_path: Path, stream: str, **variables: str) -> bytes:
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    words = ("diff", "--config", "config.yaml", "--format", "text")
    return terminals.shown(program, *words, data=stream.encode(), outputs=("stdout",), variables=variables)


@pytest.mark.parametrize(
    "stream", [pytest.param(STREAM, id="usual"), pytest.param(TMM.removesuffix("\n"), id="no-final-newline")]
)
def test_a_terminal_gets_colour(program: Program, verb: Diff, tmp_path: Path, stream: str) -> None:
    shown = on_a_terminal(program, tmp_path, stream, NO_COLOR="", TERM="xterm")
    assert b"\x1b[31m-" in shown
    assert b"\x1b[32m+" in shown
    assert re.sub(rb"\x1b\[\d+m", b"", shown) == verb("diff", stream).stdout


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=["no-color", "dumb"])
def test_no_colour_is_respected(program: Program, tmp_path: Path, variables: dict[str, str]) -> None:
    assert b"\x1b" not in on_a_terminal(program, tmp_path, STREAM, **variables)


@pytest.mark.parametrize(("form", "sign"), [("text", "@"), ("summary", "~")])
def test_colour_can_be_asked_for_and_refused(
    program: Program, verb: Diff, tmp_path: Path, form: str, sign: str
) -> None:
    always = verb(f"diff --format {form} --color always", STREAM, variables={"NO_COLOR": "1"}).stdout
    assert b"\x1b[32m+" in always
    assert f"m{sign}".encode() in always
    plain = verb(f"diff --format {form}", STREAM).stdout
    assert re.sub(rb"\x1b\[\d+m", b"", always) == plain
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    words = ("diff", "--config", "config.yaml", "--format", form, "--color", "never")
    shown = terminals.shown(program, *words, data=STREAM.encode(), outputs=("stdout",), variables={"TERM": "xterm"})
    assert shown == plain


def test_a_terminal_gets_the_summary(program: Program, verb: Diff, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    words = ("diff", "--config", "config.yaml")
    shown = terminals.shown(program, *words, data=STREAM.encode(), outputs=("stdout",), variables={"TERM": "dumb"})
    assert shown == verb("diff --format summary", STREAM).stdout


def test_the_summary_says_each_change_and_why(verb: Diff) -> None:
    head, *lines = verb("diff --format summary", STREAM, CONFIG + PATCHES).stdout.decode().splitlines()
    assert re.fullmatch(r"Deployment spk-ingress/f5-tmm \(<stdin>:\d+:1\): \d+ lines removed, \d+ added", head)
    assert "~ f5-tmm resources limits cpu: 2 → 1" in lines
    assert lines[lines.index("~ f5-tmm resources limits cpu: 2 → 1") + 1].startswith(
        "    spec.tmm.resources applies to both limits and requests"
    )
    assert any(line.startswith("~ ConfigMap tmm-init /data/level: debug") for line in lines)


@pytest.mark.parametrize("lines", [0, 1, 10])
def test_context_can_be_more_or_less(verb: Diff, lines: int) -> None:
    found = hunks(verb(f"diff --context {lines}", STREAM, EXISTING).stdout.decode())
    around = [[line[:1] for line in shown[1:]] for _, shown in found]
    assert all(signs[:lines] == [" "] * lines for signs in around)
    assert all(signs[lines] in "-+" for signs in around)


@pytest.mark.parametrize("lines", ["-1", "x", "10001", ""])
def test_what_is_no_number_of_lines_is_refused(verb: Diff, lines: str) -> None:
    done = verb(f"diff --context={lines}" if lines else "diff --context", TMM)
    assert (done.returncode, done.stdout) == (2, b"")


def test_files_are_read_and_named(program: Program, verb: Diff, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "release.yaml").write_text(STREAM, encoding="utf-8")
    done = program("diff", "--config", "config.yaml", "release.yaml")
    named = verb("diff", STREAM).stdout.replace(
        b"--- rendered\n+++ converted\n", b"--- release.yaml\n+++ release.yaml (converted)\n"
    )
    assert (done.returncode, done.stdout) == (1, named)
    head, *_ = program("diff", "--config=config.yaml", "--format=summary", "release.yaml").stdout.decode().splitlines()
    assert "(release.yaml:" in head
    assert program("diff", "--config", "config.yaml", "-", input=STREAM.encode()).stdout == verb("diff", STREAM).stdout
    found = json.loads(program("diff", "--config=config.yaml", "--format=json", "release.yaml", "release.yaml").stdout)
    assert {change["file"] for change in found["changes"]} == {"release.yaml"}
    assert len(found["definitions"]) == 4


def test_of_several_files_one_must_have_a_tmm(program: Program, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "map.yaml").write_text(MAP, encoding="utf-8")
    (tmp_path / "tmm.yaml").write_text(TMM, encoding="utf-8")
    words = ("diff", "--config", "config.yaml", "--format", "summary")
    both = program(*words, "map.yaml", "tmm.yaml")
    assert (both.returncode, both.stdout.count(b"nothing changes"), both.stdout.count(b"lines removed")) == (1, 1, 1)
    none = program(*words, "map.yaml", "map.yaml")
    assert (none.returncode, none.stdout) == (4, b"")
    assert b"none of the 2 files contains a TMM" in none.stderr
    assert program(*words, "--allow-no-target", "map.yaml", "map.yaml").returncode == 0


@pytest.mark.parametrize("form", ["text", "summary", "json", "markdown"])
def test_a_pipe_gets_no_colour(verb: Diff, form: str) -> None:
    assert b"\x1b" not in verb(f"diff --format {form}", STREAM).stdout


# Tests of JSON.


def operations(verb: Diff, stream: str, config: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(verb("diff --format json", stream, config).stdout)["changes"]
    return found


@pytest.mark.parametrize(
    "stream",
    [
        pytest.param(STREAM, id="usual"),
        pytest.param(MAP + NAMESPACE + TMM, id="another-order"),
        pytest.param(TMM + NAMESPACE.replace("---\n", "---\n# only\n") + MAP, id="comments"),
        pytest.param("---\n# none\n" + TMM + MAP, id="a-comment-alone-above"),
    ],
)
@pytest.mark.parametrize(
    "config", [pytest.param(EXISTING, id="ours"), pytest.param(EXISTING + PATCHES, id="theirs-too")]
)
def test_the_operations_make_the_conversion(verb: Diff, stream: str, config: str) -> None:
    documents = oracle.read_1_1(stream)
    for change in operations(verb, stream, config):
        at = change["document"]["number"] - 1
        documents[at] = jsonpatch.apply_patch(documents[at], [change])
    assert list(map(oracle.typed, documents)) == list(
        map(oracle.typed, oracle.read_1_1(verb("", stream, config).stdout.decode()))
    )


def test_operations_on_an_item_of_a_list(verb: Diff) -> None:
    inner = TMM.removeprefix("---\n").replace("\n", "\n  ").rstrip()
    stream = f"apiVersion: v1\nkind: List\nitems:\n- {inner}\n"
    (document,) = oracle.read_1_1(stream)
    for change in operations(verb, stream, EXISTING):
        assert change["path"].startswith("/items/0/")
        document = jsonpatch.apply_patch(document, [change])
    assert oracle.typed([document]) == oracle.typed(oracle.read_1_1(verb("", stream, EXISTING).stdout.decode()))


def test_every_operation_has_a_rule_and_a_reason(verb: Diff) -> None:
    found = operations(verb, STREAM, CONFIG + PATCHES)
    assert {change["rule"] for change in found} == {*RULES, "patches"}
    for change in found:
        assert set(change) - {"value"} == {"file", "document", "op", "path", "old", "rule", "reason"}
        assert ("value" in change) == (change["op"] != "remove")
        assert change["reason"]


def test_a_document_has_one_number_whoever_changed_it(verb: Diff) -> None:
    found = operations(verb, STREAM, CONFIG + PATCHES)
    numbers = {(change["document"]["number"], change["document"]["kind"]) for change in found}
    assert numbers == {(2, "Deployment"), (3, "ConfigMap")}


def test_the_definitions_are_listed(verb: Diff) -> None:
    found = json.loads(verb("diff --format json", STREAM).stdout)["definitions"]
    names = ("macvlan-internal", "macvlan-external")
    assert found == [{"name": name, "namespace": "spk-ingress", "file": None} for name in names]
    assert json.loads(verb("diff --format json", STREAM, EXISTING).stdout)["definitions"] == []


def test_nothing_is_an_object_too(verb: Diff) -> None:
    converted = verb("", STREAM).stdout.decode()
    assert json.loads(verb("diff --format json", converted).stdout) == {"definitions": [], "changes": []}


# Tests of Markdown.


def fenced(text: str, language: str) -> tuple[str, str]:
    """Return the fence of a code block, and the text in the block."""
    found = re.search(rf"^(`{{3,}}){language}\n(.*?)^\1\n", text, re.MULTILINE | re.DOTALL)
    assert found
    return found[1], found[2]


def rows(text: str) -> list[list[str]]:
    """Return the cells of the table; a vertical bar after a backslash is part of the text."""
    found = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in found]


def test_markdown_holds_the_diff_folded(verb: Diff) -> None:
    text = verb("diff --format markdown", STREAM, CONFIG + PATCHES).stdout.decode()
    assert fenced(text, "diff")[1] == verb("diff", STREAM, CONFIG + PATCHES).stdout.decode()
    assert text.count("<details>") == text.count("</details>") == text.count("<summary>") == 1
    assert text.index("<details>") < text.index("diff\n--- ") < text.index("</details>")
    assert "</summary>\n\n" in text


def test_the_fence_is_longer_than_any_in_the_text(verb: Diff) -> None:
    fence, diff = fenced(verb("diff --format markdown", STREAM).stdout.decode(), "diff")
    assert max(map(len, re.findall("`+", diff))) == 4
    assert len(fence) > 4


def test_the_table_has_a_row_for_each_change(verb: Diff) -> None:
    text = verb("diff --format markdown", STREAM, CONFIG + PATCHES).stdout.decode()
    title, rule, *body = rows(text)
    assert title == ["change", "why"]
    assert all(re.fullmatch("-+", cell) for cell in rule)
    assert all(len(row) == 2 and all(row) for row in body)
    assert len(body) == 2 + len(operations(verb, STREAM, CONFIG + PATCHES))


def test_a_bar_in_a_value_does_not_end_a_cell(verb: Diff) -> None:
    config = CONFIG.replace('"9000"', '"a|b<c>`d`"')
    body = rows(verb("diff --format markdown", STREAM, config).stdout.decode())
    assert all(len(row) == 2 for row in body)
    (row,) = [row for row in body if "TMM_DEFAULT_MTU" in row[0]]
    assert row[0].startswith("``+ ")
    assert "a\\|b<c>`d`" in row[0]


def test_names_from_a_stream_cannot_break_out_of_the_markdown(verb: Diff) -> None:
    stream = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: f5-tmm, namespace: "x\\n\\n<img src=x>\\e[31m"}
spec: {template: {spec: {containers: [{name: f5-tmm, env: [{name: "PCIDEVICE_\\n\\n# head\\e[31m", value: a}]}]}}}
"""
    text = verb("diff --format markdown", stream).stdout.decode()
    title, body = text.splitlines()[0], rows(text)
    assert title == r"### spk-macvlan: `Deployment x\n\n<img src=x>\x1b[31m/f5-tmm`"
    assert all(len(row) == 2 and row[0] != "`+ : `" for row in body)
    assert "\x1b" not in text.partition("<details>")[0]
    assert "\n# head" not in text


def test_nothing_that_is_quoted_is_read_by_github(verb: Diff) -> None:
    hostile = "@team #1 www.a.example ~~a~~ &copy; <img src=x> [a](b) `c`"
    tmm = TMM.replace("f5-tmm\n  namespace: spk-ingress", f"f5-tmm\n  namespace: '{hostile}'").replace(
        "spk/sriov-external", f"'{hostile}'"
    )
    config = CONFIG.replace('"9000"', f'"{hostile}"').replace("ens224", "'@ens224\"];`'") + PATCHES
    page = Page(verb("diff --format markdown", tmm + MAP, config).stdout.decode())
    assert page.rest.split() == ["spk-macvlan:", "change", "why", "diff"]
    assert not {"a", "del", "em", "img"} & {*page.elements}
    assert sum("@team" in code for code in page.code) >= 4


def test_a_nic_is_only_text_in_the_picture(verb: Diff) -> None:
    config = CONFIG.replace("ens224", "'a\"];b-->c;@#<i>'")
    _, picture = fenced(verb("diff --format markdown", STREAM, config).stdout.decode(), "mermaid")
    assert 'n1["NIC a#34;#93;#59;b--#62;c#59;#64;#35;#60;i#62;"] --> m1' in picture


def test_a_step_that_is_the_same_for_every_pod_template_is_said_where_it_is_all(verb: Diff) -> None:
    stream = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: f5-tmm}\n"
    stream += "spec: {template: {spec: {containers: [{name: f5-tmm}]}}}\n"
    found = [row[0] for row in rows(verb("diff --format markdown", stream).stdout.decode())]
    assert any(cell.startswith("`+ metadata: ") for cell in found)


def test_the_picture_goes_from_the_nic_to_the_vlan(verb: Diff) -> None:
    _, picture = fenced(verb("diff --format markdown", STREAM).stdout.decode(), "mermaid")
    first, *edges = picture.splitlines()
    assert first == "graph LR"
    shown = dict(re.findall(r'(\w+)\["(.*?)"\]', picture))
    ends = [re.sub(r'\[".*?"\]', "", edge).replace(" ", "").split("-->") for edge in edges if "-->" in edge]
    ways = {tuple(way) for way in ends}
    assert all({start, end} <= set(shown) for start, end in ways)
    internal = [shown[name] for name in way_from(next(name for name in shown if "ens224" in shown[name]), ways)]
    external = [shown[name] for name in way_from(next(name for name in shown if "ens256" in shown[name]), ways)]
    for step, words in zip(internal, ("ens224", "macvlan-internal", "1.1", "tag 7"), strict=True):
        assert words in step
    for step, words in zip(external, ("ens256", "macvlan-external", "1.2"), strict=True):
        assert words in step
    assert "net1" in internal[2]
    assert "outside" in external[2]


def way_from(start: str, ways: set[tuple[str, ...]]) -> list[str]:
    following = [way[1] for way in ways if way[0] == start]
    return [start, *(name for step in following for name in way_from(step, ways))]


def test_markdown_of_nothing_has_no_table(verb: Diff) -> None:
    text = verb("diff --format markdown", verb("", STREAM).stdout.decode()).stdout.decode()
    assert rows(text) == []
    assert "```" not in text
    assert "f5-tmm" in text


def test_markdown_of_no_tmm_does_not_name_one(verb: Diff) -> None:
    text = verb("diff --format markdown --allow-no-target", MAP).stdout.decode()
    assert "None" not in text
