"""The manual of the rules: a rule's page is its docstring, whose first line says what should be."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

from postrender import rules
from postrender.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType


class Page(NamedTuple):
    """A rule's page: its level (`change`, `error`, `warning` or `note`), and its text, as the docstring has it."""

    rule: str
    level: str
    text: str


def pages() -> tuple[Page, ...]:
    """Return the page of every rule, in alphabetical order."""
    found = (Page(module.ID, module.LEVEL, (module.__doc__ or "").strip()) for module in modules())
    return tuple(sorted(found, key=lambda page: page.rule))


def one_line(page: Page) -> str:
    """Return the first line of a page: a sentence that is true where nothing is wrong."""
    return page.text.partition("\n")[0]


def modules() -> Iterator[ModuleType]:
    """Yield the rules' modules."""
    names = (f"{rules.__name__}.{found.name}" for found in pkgutil.iter_modules(rules.__path__))
    yield from (module for module in map(importlib.import_module, names) if hasattr(module, "ID"))
