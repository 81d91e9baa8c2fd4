"""Test that entries are complete, that each message finds its own entry, and that the pages' tables are up to date."""

from __future__ import annotations

import functools
import re
from collections import Counter
from pathlib import Path

import pytest

from postrender.manual import Entry, search, text
from postrender.manual.entries import ENTRIES
from tools import message_tables

DOCS = Path(__file__).parents[2] / "docs"
SENTENCE = re.compile(r"[A-Z`[].*[.?)]")


def first(entry: Entry) -> str:
    return entry.seen[0]


@pytest.mark.parametrize("entry", ENTRIES, ids=first)
def test_an_entry_has_a_cause_and_a_remedy_in_sentences(entry: Entry) -> None:
    assert entry.program
    assert SENTENCE.fullmatch(entry.cause)
    assert SENTENCE.fullmatch(entry.advice)
    assert not re.search(r"[`|\n]", "".join(entry.seen))  # each message becomes a table cell, in backticks


@pytest.mark.parametrize("entry", ENTRIES, ids=first)
def test_each_message_of_an_entry_leads_to_it(entry: Entry) -> None:
    for message in (*entry.seen, *entry.also):
        assert search.known(message)[:1] == (entry,), message


@pytest.mark.parametrize("entry", ENTRIES, ids=first)
def test_no_message_is_so_short_that_others_would_be_taken_for_it(entry: Entry) -> None:
    words = {word for message in (*entry.seen, *entry.also) for word in re.findall(r"\w+", message)}
    enough = {word for word in words if entry in search.known(word)}
    assert all(len(word) > 6 for word in enough), enough


LINK = re.compile(r"\]\(([^)#]*)(?:#([^)]+))?\)")


@pytest.mark.parametrize("entry", ENTRIES, ids=first)
def test_every_page_that_an_entry_names_exists(entry: Entry) -> None:
    linked = LINK.findall(f"{entry.cause} {entry.advice}")
    for page, anchor in (*linked, *(page.split("#") for page in (*entry.pages, text.OURS))):
        path = DOCS / page
        assert path.is_file(), page
        assert not anchor or anchor in anchors(path), f"{page}#{anchor}"


@functools.cache
def anchors(path: Path) -> set[str]:
    """Return the anchors of a page's headings, as links use them."""
    headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^a-z0-9 _-]", "", it.lower()).replace(" ", "-") for it in headings}


def test_no_message_is_listed_twice() -> None:
    messages = Counter(message for entry in ENTRIES for message in (*entry.seen, *entry.also))
    assert [message for message, number in messages.items() if number > 1] == []


# Tests of the tables.


@pytest.mark.parametrize("name", message_tables.pages())
def test_the_tables_of_a_page_are_current(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == message_tables.page(name), "run `make docs`"


def test_every_section_that_an_entry_names_has_a_table_and_no_other_has() -> None:
    sections = [section for name in message_tables.pages() for section in message_tables.sections(name)]
    assert sorted(sections) == sorted({page for entry in ENTRIES for page in entry.pages})


def test_a_table_is_written_between_its_marks_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    around = "# A\n\n## When it fails\n\nmine {}\n\nmine, too\n"
    marks = f"{message_tables.BEGIN}old\n{message_tables.END}"
    monkeypatch.setattr(message_tables, "DOCS", tmp_path)
    (tmp_path / "helm.md").write_text(around.format(marks))
    assert message_tables.pages() == ["helm.md"]
    message_tables.write(["helm.md"])
    table = message_tables.table("helm.md#when-it-fails")
    assert table.count("\n") > 10
    written = around.format(f"{message_tables.BEGIN}\n{table}\n{message_tables.END}")
    assert (tmp_path / "helm.md").read_text() == written
