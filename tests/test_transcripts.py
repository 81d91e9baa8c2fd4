"""Test that pages with command output, and the picture of a terminal, agree with the current output."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tools import picture, terminal, transcripts

pytestmark = pytest.mark.hosts  # each of these pages runs a real Helm

PAGES = [str(page.relative_to(transcripts.ROOT)) for page in transcripts.pages()]


def block(script: str, output: str | None = None, info: str = "text output") -> str:
    shown = "" if output is None else f"\n```{info}\n{output}```\n"
    return f"Some text.\n\n```sh\n{script}```\n{shown}\n"


def test_the_tutorial_is_such_a_page() -> None:
    assert "docs/tutorial.md" in PAGES


@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_what_its_commands_print(page: str) -> None:
    text = (transcripts.ROOT / page).read_text(encoding="utf-8")
    assert transcripts.written(text) == text, "run `make docs`"


def test_an_output_is_what_is_printed_now() -> None:
    page = block("echo one\n", "another\n")
    assert transcripts.written(page) == block("echo one\n", "one\n")


def test_commands_run_in_order_in_one_folder() -> None:
    page = (
        block("echo one > file\n") + block("cat file\n", "one\n") + block("cat examples/spk/Chart.yaml | wc -w\n", "")
    )
    assert "\none\n" in transcripts.written(page)
    assert "No such file" not in transcripts.written(page)


def test_both_outputs_are_shown_in_the_order_of_a_terminal() -> None:
    page = block("echo one; echo two >&2; echo three\n", "one\ntwo\nthree\n")
    assert transcripts.written(page) == page


def test_a_failure_is_shown_with_its_status() -> None:
    page = block("echo one; exit 3; echo two\n", "one\n")
    assert transcripts.written(page) == block("echo one; exit 3; echo two\n", "one\n", "text output 3")


def test_an_output_keeps_its_language() -> None:
    page = block("echo 'a: b'\n", "", "yaml output 1")
    assert transcripts.written(page) == block("echo 'a: b'\n", "a: b\n", "yaml output")


def test_what_a_page_does_not_show_appears() -> None:
    page = block("echo one\n") + block("echo two\n", "two\n")
    assert transcripts.written(page) == block("echo one\n", "one\n") + block("echo two\n", "two\n")


def test_commands_below_the_last_output_do_not_run() -> None:
    below = block("exit 3\n") + "\n```text\nany other block\n```\n"
    page = block("echo one\n", "one\n") + below
    assert transcripts.written(page) == page
    assert transcripts.written(below) == below


def test_commands_see_a_terminal_without_colours_of_one_width() -> None:
    page = block("test -t 0 && test -t 1 && test -t 2 && stty size && echo $TERM\n", "50 100\ndumb\n")
    assert transcripts.written(page) == page


def test_a_command_that_waits_for_a_person_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "PATIENCE", 0.1)
    with pytest.raises(subprocess.TimeoutExpired):
        terminal.shown("cat", tmp_path, {"PATH": "/usr/bin:/bin"}, 80)


def test_other_pages_are_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(block("echo one\n", "another\n"), encoding="utf-8")
    transcripts.main([str(page)])
    assert page.read_text(encoding="utf-8") == block("echo one\n", "one\n")


def test_the_picture_of_a_terminal_is_what_it_shows_now() -> None:
    assert (transcripts.ROOT / "docs/terminal.svg").read_text(encoding="utf-8") == picture.picture(), "run `make docs`"


def test_the_picture_of_a_terminal_has_the_commands_their_colours_and_nothing_from_elsewhere() -> None:
    root = ElementTree.fromstring(picture.picture())
    text = "".join(root.itertext()).replace("\N{NO-BREAK SPACE}", " ")
    assert all(f"$ {command}" in text for command in picture.COMMANDS)
    assert " notes" in text
    assert len(re.findall(r"\.terminal-r\d+ \{ fill: #\w{6} \}", text)) > 3
    assert "url(http" not in text
