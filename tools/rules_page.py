"""Writes docs/rules.md from the rules' docstrings: `python -m tools.rules_page > docs/rules.md` (make docs)."""

from __future__ import annotations

import textwrap
from itertools import pairwise
from types import ModuleType

from postrender.rules import manual
from postrender.rules.manual import Page

LEVELS = {
    "change": "What is changed",
    "error": "Errors: the result would not run, or there is no result",
    "warning": "Warnings: the result may not do what you intended",
    "note": "Notes",
}
LABELS = ("What", "Why", "Fix", "Source", "Confidence", "Failing", "Passing")
INDENT = "    "
TITLE = """\
# The rules

This page lists what `spk-macvlan` changes, and what the verb `check` looks for in the converted stream and the config:

| rule | level | expected state |
|---|---|---|
"""
HEAD = """\
`render` also reports errors and warnings, but only about the TMM and the config. Each file is a separate stream: a rule
that compares objects compares only objects in the same file. `check --ignore RULE` leaves out a rule; `check --strict`
also exits with status 1 for warnings. This page is generated from the rules' docstrings (`make docs`).
`spk-macvlan explain pal-cpu-set` prints the section of that rule.

An example shows only what matters to its rule, and the tests run each example. `networks`, `tmm` and `product` belong
to the config's `spec`; `env`, `resources`, `limits` and `requests` to the TMM container; `containers`,
`initContainers`, `runtimeClassName`, `nodeSelector` and `affinity` to its pod; `annotations` to the pod template;
`replicas` and `strategy` to the workload; `f5-tmm` and `global` to the chart's values. Anything with a `kind` is a
separate object. The TMM is in the namespace `default`. A rule without an example is about a whole config, document or
command.
"""


CONFIDENCE = """\
Each section names its source, and how well the source supports it, from the strongest to the weakest:

| confidence | meaning |
|---|---|
"""


def page() -> str:
    """Return the whole page: a table of all rules, then a section for each rule, sorted by level."""
    pages = manual.pages()
    parts = [TITLE + "".join(map(_row, pages)), HEAD, _confidences()]
    for level, title in LEVELS.items():
        parts += [f"## {title}\n", *(_section(it) for it in pages if it.level == level)]
    return "\n".join(parts)


def _confidences() -> str:
    return CONFIDENCE + "".join(f"| {word} | {meaning} |\n" for word, meaning in manual.CONFIDENCES.items())


def modules() -> list[ModuleType]:
    """Return the rules' modules."""
    return [*manual.modules()]


def examples(module: ModuleType) -> dict[str, str]:
    """Return the snippets in a rule's docstring by label (Failing or Passing)."""
    paragraphs = (module.__doc__ or "").split("\n\n")
    pairs = pairwise(paragraphs)
    return {label.strip(":"): textwrap.dedent(text) for label, text in pairs if text.startswith(INDENT)}


def _row(page: Page) -> str:
    """Return a rule's row in the table: its name, as a link to its section, its level, and a one-line summary."""
    return f"| [{page.rule}](#{page.rule}) | {page.level} | {manual.one_line(page)} |\n"


def _section(page: Page) -> str:
    """Return a rule's section in Markdown, with labels in italics and snippets as code."""
    title, *paragraphs = page.text.split("\n\n")
    return "\n".join([f"### {page.rule}\n", f"**{title}**\n", *map(_paragraph, paragraphs)])


def _paragraph(text: str) -> str:
    if text.startswith(INDENT):
        return f"```yaml\n{textwrap.dedent(text)}\n```\n"
    label, colon, rest = text.partition(":")
    return f"*{label}:*{rest}\n" if colon and label in LABELS else f"{text}\n"


if __name__ == "__main__":
    print(page(), end="")
