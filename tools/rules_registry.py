"""Writes postrender/rules/registry.py: `python -m tools.rules_registry > postrender/rules/registry.py` (make docs).

The registry contains each rule's declarations, so that the program knows when a rule can apply without importing it.
"""

from __future__ import annotations

from types import ModuleType

from postrender.rules import CHANGE, TMM, LeavesOutAmounts, MayHaveVlans, NetworkHas, TextHas, TmmHas
from postrender.rules.finding import LEVELS
from tools.rules_page import modules

Condition = LeavesOutAmounts | MayHaveVlans | NetworkHas | TextHas | TmmHas
HEAD = '''\
"""Every rule and what it declares, in order. Generated from the rules by `make docs`; do not edit."""

from __future__ import annotations

from postrender.rules import {names}

# fmt: off
RULES = (
'''


def source() -> str:
    """Return the whole module, without the rule `definitions`, which adds documents."""
    rules = [module for module in modules() if hasattr(module, "apply")]
    conditions = {type(module.WHEN).__name__ for module in rules if hasattr(module, "WHEN")}
    head = HEAD.format(names=", ".join(sorted({"Rule", *conditions})))
    return "".join([head, *map(_entry, sorted(rules, key=_order)), ")\n"])


def _order(module: ModuleType) -> tuple[int, int, str]:
    """Return the sort key of a rule: rules that change something come first, by ORDER; then checks, by level."""
    if module.LEVEL == CHANGE:
        return 0, module.ORDER, module.ID
    return 1, LEVELS.index(module.LEVEL), module.ID


def _entry(module: ModuleType) -> str:
    """Return the registry's line for a rule."""
    fields = (module.ID, module.LEVEL, module.SUBJECTS, getattr(module, "SCOPE", TMM))
    arguments = [*map(_literal, fields), _condition(getattr(module, "WHEN", None))]
    return f"    Rule({', '.join(arguments)}),\n"


def _condition(when: Condition | None) -> str:
    """Return the source code of a condition, without fields that are not set."""
    if when is None:
        return "None"
    pairs = zip(when._fields, when, strict=True)
    given = [f"{field}={_literal(value)}" for field, value in pairs if value is not None]
    return f"{type(when).__name__}({', '.join(given)})"


def _literal(value: object) -> str:
    return repr(value).replace("'", '"')


if __name__ == "__main__":
    print(source(), end="")
