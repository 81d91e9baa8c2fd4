from __future__ import annotations

import pytest

from postrender.report.markdown import plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("two words", "two words"),
        ("a|b", "a\\|b"),
        ("<b> *c* _d_ [e](f)", "\\<b> \\*c\\* \\_d\\_ \\[e\\](f)"),
        ("`code` \\n", "\\`code\\` \\\\n"),
        ("Größe 😀", "Größe 😀"),
    ],
)
def test_nothing_is_read_as_markdown_or_html(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_a_line_break_stays_in_the_cell() -> None:
    assert "\n" not in plain("one\ntwo")
