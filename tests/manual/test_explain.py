"""Test the verb `explain`: the list of rules, a rule's page, known messages and unknown messages."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from postrender.cli import arguments
from postrender.manual import Entry, text
from postrender.manual.entries import ENTRIES
from postrender.rules import manual
from postrender.rules.registry import RULES
from tests.conftest import Program
from tools import rules_page

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "examples/spk-macvlan.yaml"
PAGES = {page.rule: page for page in manual.pages()}
NOT_KNOWN = "Error: no space left on device"


def explained(done: subprocess.CompletedProcess[bytes], status: int = 0) -> str:
    assert (done.returncode, done.stderr) == (status, b"")
    return done.stdout.decode()


# Tests of rules.


def test_without_arguments_every_rule_is_listed_in_a_line(called: Program) -> None:
    lines = explained(called("explain")).splitlines()
    listed = {line.split()[0]: line.split()[1] for line in lines}
    assert {rule.id: rule.level for rule in RULES}.items() <= listed.items()
    assert [*listed] == [page.rule for page in manual.pages()]
    assert len(lines) == len(listed)
    assert max(map(len, lines)) <= 120
    assert lines[0].split()[1] == "change"
    assert lines[-1].split()[1] == "note"


@pytest.mark.parametrize("module", rules_page.modules(), ids=lambda module: module.ID)
def test_a_rules_page_is_its_docstring(called: Program, module: ModuleType) -> None:
    page = explained(called("explain", module.ID))
    for paragraph in (module.__doc__ or "").strip().split("\n\n"):
        assert paragraph in page


def test_a_name_may_be_written_as_in_python_and_several_may_be_given(called: Program) -> None:
    expected = "\n".join(text.of_rule(PAGES[rule]) for rule in ("pal-cpu-set", "mtu"))
    assert explained(called("explain", "pal_cpu_set", "mtu")) == expected
    assert explained(called("explain", "-", input=b"pal-cpu-set\nmtu\n")) == expected


@pytest.mark.parametrize("flag", ["-O", "-OO"])
def test_a_python_that_drops_docstrings_has_the_pages(flag: str, environment: dict[str, str]) -> None:
    command = [sys.executable, flag, "-m", "postrender", "explain", "veths"]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, check=False)
    assert explained(done) == text.of_rule(PAGES["veths"])


# Tests of messages.


def test_a_message_is_explained_in_full(called: Program) -> None:
    assert explained(called("explain", "produced empty output")) == (
        'Helm 4:\n  post-renderer "…" produced empty output\n\n'
        "Cause: `spk-macvlan` always prints something. Helm started another plugin, or the `plugin.yaml`\n"
        "starts another program.\n\n"
        "What to do: Check which program the plugin's `plugin.yaml` starts. To recreate the plugin, run\n"
        "`spk-macvlan helm-plugin plugins`.\n\n"
        "Page: docs/helm.md#when-it-fails\n"
    )


def test_the_words_of_a_message_need_no_quotes(called: Program) -> None:
    assert explained(called("explain", "produced", "empty", "output")) == explained(
        called("explain", "-", input=b"produced empty output\n")
    )


def test_a_finding_leads_to_its_rule_and_what_stands_around_it_to_its_entry(called: Program) -> None:
    helm = "Error: error while running command spk-macvlan. error output:\nspk-macvlan: a.yaml:1: error: x; y [mtu]\n"
    said = explained(called("explain", "-", input=helm.encode()))
    assert said.startswith(f"{text.of_rule(PAGES['mtu'])}\nHelm:\n  wrong node kind")


def test_words_before_the_stream_lead_to_their_rule(called: Program) -> None:
    tmm = b"kind: Deployment\nmetadata: {name: f5-tmm}\nspec: {template: {spec: {containers: [{name: f5-tmm}]}}}\n"
    found = called("check", "--config", str(CONFIG), input=b"some words\n---\napiVersion: apps/v1\n" + tmm)
    assert b"this is not a Kubernetes object: some words [text]\n" in found.stdout
    assert text.of_rule(PAGES["text"]) in explained(called("explain", "-", input=found.stdout))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.seen[0])
def test_an_entry_reads_well_on_a_terminal(entry: Entry) -> None:
    said = text.of_entry(entry)
    assert "](" not in said
    paragraphs = said.split("\n\n")[1:]
    assert [it.partition(":")[0] for it in paragraphs] == ["Cause", "What to do", "Page"]
    assert all(it.count("`") % 2 == 0 for paragraph in paragraphs for it in paragraph.splitlines())


# Tests of unknown words and messages.


def test_what_is_not_known_is_said(called: Program) -> None:
    assert explained(called("explain", NOT_KNOWN), 1) == f"not known: {NOT_KNOWN}\n"


def test_what_is_near_is_said(called: Program) -> None:
    text = (
        "the verification of the plugin failed, the provenance of its file is not the one it was signed with yesterday"
    )
    said = explained(called("explain", text), 1)
    assert said.startswith(f"not known: {text[:60]}…\n\nThe nearest known message:\n\nHelm 4:\n  plugin veri")


NEW = "spk-macvlan: a.yaml:1:2: spok.tmm: is blue; paint it"
HOW = "This message from `spk-macvlan` says what to do. Its form is `FILE:LINE:COL: PATH: what is wrong; what to do`:"


@pytest.mark.parametrize(
    "message",
    [
        NEW,
        "spk-macvlan: cannot read the config: Is a directory",
        "spk-macvlan: x.yaml: must be a list",
        "spk-macvlan: cannot write the result: No space left on device",
    ],
)
def test_of_a_message_of_ours_without_an_entry_it_says_how_to_read_it(called: Program, message: str) -> None:
    said = explained(called("explain", message), 1)
    assert said.startswith(f"not known: {message}\n\n{HOW[:50]}")
    assert said.endswith("\n\nPage: docs/faq.md#the-program-refuses-something\n")
    assert " ".join(said.split()).count(HOW) == 1


def test_it_says_so_after_what_is_known_and_once(called: Program) -> None:
    helm = (
        f"Error: error while running command spk-macvlan. error output:\n{NEW}\nspk-macvlan: is it\n: exit status 2\n"
    )
    said = explained(called("explain", "-", input=helm.encode()), 1)
    assert said.startswith("Helm:\n  wrong node kind")
    assert f"\n\nnot known: {NEW}\nnot known: spk-macvlan: is it\n\nThis message from" in said
    assert said.count("This message from") == 1


def test_a_rules_name_may_be_written_in_capitals(called: Program) -> None:
    assert explained(called("explain", "SHARED-MASTER")) == text.of_rule(PAGES["shared-master"])


def test_a_misspelled_rule_is_suggested(called: Program) -> None:
    assert explained(called("explain", "pal-cpuset"), 1) == "not known: pal-cpuset; did you mean pal-cpu-set?\n"


@pytest.mark.parametrize("said", [b"", b" \n"], ids=["nothing", "blank"])
def test_where_there_is_no_text_it_says_what_it_takes(called: Program, said: bytes) -> None:
    done = called("explain", "-", input=said)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"there is no text to explain; pass a message or the name of a rule" in done.stderr


@pytest.mark.parametrize("said", [b"\xff\xfe\0", b"\x1b[31m"], ids=["no-text", "colour"])
def test_a_text_without_words_is_not_known(called: Program, said: bytes) -> None:
    assert explained(called("explain", "-", input=said), 1).startswith("not known: ")


def test_of_a_long_text_the_end_is_searched(called: Program) -> None:
    long = "a line of a log\n" * 20_000
    message = 'post-renderer "a" produced empty output'
    assert "Cause: " in explained(called("explain", "-", input=f"{long}{message}".encode()))
    assert explained(called("explain", "-", input=f"{message}\n{long}".encode()), 1)


# Tests on a terminal.


def test_a_terminal_may_be_pasted_into(program: Program) -> None:
    ours, theirs = pty.openpty()
    os.write(ours, b"produced empty output\n\4")
    done = program("explain", "-", stdin=theirs)
    os.close(theirs)
    os.close(ours)
    assert done.stderr == b"spk-macvlan: paste the text, then press Ctrl-D\n"
    assert b"\nCause: " in done.stdout


def test_its_help_names_what_it_takes() -> None:
    with pytest.raises(arguments.Information, match=r"RULE/TEXT"):
        arguments.parse(["explain", "--help"])
