"""Writes docs/rules.md from the rules' docstrings: `python -m tools.rules_page > docs/rules.md` (make docs)."""

from __future__ import annotations

import importlib
import pkgutil
import textwrap
from itertools import pairwise
from types import ModuleType

from postrender import rules

LEVELS = {
    "change": "What is changed",
    "error": "Errors: the result would not run",
    "warning": "Warnings: it may not do what was meant",
    "note": "Notes",
}
LABELS = ("What", "Why", "Fix", "Source", "Failing", "Passing")
INDENT = "    "
HEAD = """\
# The rules

What `spk-macvlan` changes, and what its verb `check` looks for in the converted stream and the config. `render` says
the errors and warnings too, of the TMM and the config alone. Each file is a stream of its own: a rule that compares
objects compares those of one file. Leave a rule out with `check --ignore RULE`; let warnings count with
`check --strict`. This page is made from the rules' own docstrings (`make docs`).

An example shows only what matters, and the tests run each. `networks`, `tmm` and `product` belong to the config's
`spec`; `env`, `resources`, `limits` and `requests` to the TMM container; `containers`, `initContainers`,
`runtimeClassName`, `nodeSelector` and `affinity` to its pod; `annotations` to the pod's template; `replicas` and
`strategy` to the workload; `f5-tmm` and `global` to the chart's values; what has a `kind` is an object of its own.
The TMM is in namespace `default`.

Two more warnings come from the text of the TMM's document: `layout`, where it could not be edited in place, and
`repeated-keys`, where a map lists a key of the edited paths twice. Kubernetes takes the last; kustomize and Flux refuse
the object.
"""


def page() -> str:
    """Return the whole page."""
    parts = [HEAD]
    for level, title in LEVELS.items():
        chosen = sorted((module for module in modules() if level == module.LEVEL), key=lambda module: module.ID)
        parts += [f"## {title}\n", *map(_section, chosen)]
    return "\n".join(parts)


def modules() -> list[ModuleType]:
    """Return the rules' modules."""
    names = [f"{rules.__name__}.{found.name}" for found in pkgutil.iter_modules(rules.__path__)]
    return [module for module in map(importlib.import_module, names) if hasattr(module, "ID")]


def examples(module: ModuleType) -> dict[str, str]:
    """Return the snippets in a rule's docstring by their labels, Failing and Passing."""
    paragraphs = (module.__doc__ or "").split("\n\n")
    pairs = pairwise(paragraphs)
    return {label.strip(":"): textwrap.dedent(text) for label, text in pairs if text.startswith(INDENT)}


def _section(module: ModuleType) -> str:
    """Return one rule's section: its docstring, with labels in bold and snippets as code."""
    title, *paragraphs = (module.__doc__ or "").strip().split("\n\n")
    return "\n".join([f"### {module.ID}\n", f"**{title}**\n", *map(_paragraph, paragraphs)])


def _paragraph(text: str) -> str:
    if text.startswith(INDENT):
        return f"```yaml\n{textwrap.dedent(text)}\n```\n"
    label, colon, rest = text.partition(":")
    return f"*{label}:*{rest}\n" if colon and label in LABELS else f"{text}\n"


if __name__ == "__main__":
    print(page(), end="")
