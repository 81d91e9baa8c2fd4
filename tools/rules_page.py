"""Writes docs/rules.md from the rules' docstrings: `python -m tools.rules_page > docs/rules.md` (make docs)."""

from __future__ import annotations

import importlib
import pkgutil
import textwrap
from types import ModuleType

from postrender import rules

LEVELS = {
    "change": "What is changed",
    "error": "Errors: the result would not run",
    "warning": "Warnings: it may not do what was meant",
    "note": "Notes",
}
LABELS = ("What", "Why", "Fix", "Source", "Failing", "Passing")
HEAD = """\
# The rules

What `spk-macvlan` changes, and what its verb `check` looks for in the converted stream and the config. `render` says
the errors and warnings too, of the TMM and the config alone. Leave a rule out with `check --ignore RULE`; let warnings
count with `--strict`. This page is made from the rules' own docstrings (`make docs`).
"""


def page() -> str:
    """Return the whole page."""
    names = [f"{rules.__name__}.{found.name}" for found in pkgutil.iter_modules(rules.__path__)]
    modules = [module for module in map(importlib.import_module, names) if hasattr(module, "ID")]
    parts = [HEAD]
    for level, title in LEVELS.items():
        chosen = sorted((module for module in modules if level == module.LEVEL), key=lambda module: module.ID)
        parts += [f"## {title}\n", *map(_section, chosen)]
    return "\n".join(parts)


def _section(module: ModuleType) -> str:
    """Return one rule's section: its docstring, with labels in bold and snippets as code."""
    title, *paragraphs = (module.__doc__ or "").strip().split("\n\n")
    return "\n".join([f"### {module.ID}\n", f"**{title}**\n", *map(_paragraph, paragraphs)])


def _paragraph(text: str) -> str:
    if text.startswith("    "):
        return f"```yaml\n{textwrap.dedent(text)}\n```\n"
    label, colon, rest = text.partition(":")
    return (
        f"*{label}:*{rest}\n"
        if colon and label in ("What", "Why", "Fix", "Source", "Failing", "Passing")
        else f"{text}\n"
    )


if __name__ == "__main__":
    print(page(), end="")
