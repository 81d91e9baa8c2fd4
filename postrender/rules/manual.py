"""The manual of the rules. A rule's page is its module's docstring.

The first line of a page says what is true if nothing is wrong.

A module without `apply` is only a page: another part of the program makes the change or reports the finding.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
from typing import TYPE_CHECKING

from postrender import rules
from postrender.record import NamedTuple
from postrender.rules.finding import LEVELS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

ORDER = (rules.CHANGE, *LEVELS)
#: How well a page's sources support it, from the strongest to the weakest, each with its meaning.
CONFIDENCES = {
    "F5's page": "F5's documentation says so",
    "F5's definition or chart": "a definition of a kind, or a chart, that F5 wrote shows it",
    "documentation of Kubernetes, the kernel or another program": "the program's own documentation or source says so",
    "tested": "this project's tests see it in the real programs",
    "this program": "it depends only on spk-macvlan itself",
    "several labs": "the public files of several labs show it",
    "one lab": "only one public lab or tool shows it",
    "inferred": "no source says so; it follows from other facts",
}


class Page(NamedTuple):
    """A rule's page: its level (`change`, `error`, `warning` or `note`), and the text of its docstring."""

    rule: str
    level: str
    text: str


def pages() -> tuple[Page, ...]:
    """Return all pages: changes, then findings from the most to the least serious, each level sorted by name."""
    found = (Page(module.ID, module.LEVEL, _docstring(module)) for module in modules())
    return tuple(sorted(found, key=lambda page: (ORDER.index(page.level), page.rule)))


def one_line(page: Page) -> str:
    """Return the first line of a page: a sentence that is true if nothing is wrong."""
    return page.text.partition("\n")[0]


def modules() -> Iterator[ModuleType]:
    """Yield the rules' modules."""
    names = (f"{rules.__name__}.{found.name}" for found in pkgutil.iter_modules(rules.__path__))
    yield from (module for module in map(importlib.import_module, names) if hasattr(module, "ID"))


def _docstring(module: ModuleType) -> str:
    """Return a module's docstring; read it from the source if `python -OO` has removed it."""
    if module.__doc__:
        return module.__doc__.strip()
    source = pkgutil.get_data(rules.__name__, f"{module.__name__.rpartition('.')[2]}.py") or b""
    return ast.get_docstring(ast.parse(source)) or ""
