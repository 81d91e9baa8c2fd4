"""Test that GitHub interprets no text from a stream, a cluster or a config as Markdown."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from postrender.errors import one_line
from postrender.report import markdown
from tests.github_markdown import Page

HOSTILE = [
    pytest.param("@name and @org/team", id="people-and-teams"),
    pytest.param("https://a.example/x www.a.example a@b.example", id="links-without-brackets"),
    pytest.param("[a](https://a.example) ![b](https://b.example/c.png)", id="links-and-images"),
    pytest.param("#123 GH-1 org/project#1 7f7c592aa0b7f7c592aa0b7f7c592aa0b7f7c592", id="issues-and-commits"),
    pytest.param("&copy; &#64;name", id="entities"),
    pytest.param("~~a~~ *b* _c_ **d**", id="emphasis"),
    pytest.param("<img src=x> <!-- </details> <b>", id="html"),
    pytest.param("a|b", id="bar"),
    pytest.param("a\\|b", id="bar-behind-a-backslash"),
    pytest.param("a\\\\|b|", id="bar-behind-two-backslashes"),
    pytest.param("`a` ``b`` ```", id="backquotes"),
    pytest.param("`", id="one-backquote"),
    pytest.param("a`", id="backquote-at-the-end"),
    pytest.param("``|`` @name", id="backquotes-and-a-bar"),
    pytest.param("a\\", id="backslash-at-the-end"),
    pytest.param("$`a`$ $b$ :tada:", id="formula-and-emoji"),
    pytest.param("a\n\n# head\n- b\r> c", id="line-breaks"),
    pytest.param(" a ", id="blanks"),
    pytest.param("Größe 😀", id="plain"),
]


def without_bars(text: str) -> str:
    """Remove backslashes before vertical bars, because a table cell may have an additional backslash there."""
    return re.sub(r"\\+\|", "|", text)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_heading_shows_it_and_nothing_else(text: str) -> None:
    page = Page(f"### a: {markdown.code(text)}\n")
    assert (page.elements, page.code, page.rest) == (["h3", "code"], [one_line(text)], "a: \n")


def in_a_cell(text: str) -> Page:
    return Page(f"| a | b |\n|---|---|\n| {markdown.cell(text)} | {markdown.cell(text)} |\n")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_cell_shows_it_and_nothing_else(text: str) -> None:
    page = in_a_cell(text)
    assert list(map(without_bars, page.code)) == [without_bars(one_line(text))] * 2
    assert page.rest.split() == ["a", "b"]
    assert page.elements.count("td") == 2


@settings(max_examples=300)
@given(st.text(alphabet="`|\\ a@~<&\n*", max_size=12))
@example("")
@example("  ")
def test_no_text_can_leave_its_cell(text: str) -> None:
    page = in_a_cell(text)
    assert page.rest.split() == ["a", "b"]
    assert [len(row) for row in page.rows] == [2, 2]
    assert {*page.elements} <= {"table", "thead", "tbody", "tr", "th", "td", "code"}
    assert {without_bars(code).strip() for code in page.code} <= {without_bars(one_line(text)).strip()}


@settings(max_examples=100)
@given(st.text(alphabet="`~ a\r\n", max_size=20))
def test_no_text_can_leave_its_block(text: str) -> None:
    block = markdown.block(f"{text}\n", "diff")
    page = Page(f"{block}\nend\n")
    assert (page.elements, page.rest.split()) == (["pre", "code", "p"], ["end"])
