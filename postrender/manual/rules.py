"""The manual pages of the rules: their docstrings, and pages for the findings of other parts of the program."""

from __future__ import annotations

import ast
import functools
import pkgutil
import re

from postrender import rules
from postrender.manual import Page
from postrender.record import NamedTuple
from postrender.rules import CHANGE, definitions
from postrender.rules.finding import ERROR, NOTE, WARNING
from postrender.rules.registry import RULES

LEVELS = (CHANGE, ERROR, WARNING, NOTE)
#: How the reports name the rule of a finding: as text, as JSON, and for GitHub.
NAMED = re.compile(r"""(?:\[|"rule": "|title=spk-macvlan )([a-z-]+)[],":]""")
OTHERS = (
    Page(
        "layout",
        WARNING,
        """\
A document keeps its layout.

What: each document that is changed could be edited in place, so every other line of it stays as it is written.

Why: below an alias, a merge key (`<<`) or a tag, an edit in place could change something else as well. Such a document
is written anew instead: its values are proved to be right, but its comments and quotes may stand differently.

Fix: review the comments; or write out, in the chart's values or template, what the message names.""",
    ),
    Page(
        "repeated-keys",
        WARNING,
        """\
No map of the TMM lists a key twice.

What: each key on the way to what the conversion edits is there once; for `compile`, each key of the stream.

Why: Kubernetes takes the last one, and so does the conversion. kustomize, and therefore Flux, refuses the object
(`mapping key … already defined`).

Fix: in the chart's values, disable what renders it twice.""",
    ),
    Page(
        "replaced-list",
        WARNING,
        """\
A values file extends the chart's own lists.

What: the values file that `values` converts sets the list of variables already.

Why: Helm merges maps, but replaces lists. A list that is new in this file replaces the one of the chart's own
`values.yaml`, with all variables in it.

Fix: replace the chart's own `values.yaml` with its converted form, or copy its list into this file.""",
    ),
    Page(
        "policy",
        WARNING,
        """\
A policy does all that the conversion does.

What: the config has `spec.tmm.namespace` and no `spec.patches`, where `compile` writes admission policies.

Why: without a namespace, the policies are for the TMM of every namespace, while the networks are created in one. A
policy has no part for other objects, so it leaves the patches out.

Fix: set `spec.tmm.namespace`, and apply the patches in another way.""",
    ),
    Page(
        "confinement",
        WARNING,
        """\
The kernel confines what Argo CD's plugin runs.

What: the node of the sidecar has Landlock, which is in Linux 5.13 and later.

Why: without it, only the plugin's own checks keep Helm and kustomize inside an application's repository.

Fix: run the repo-server on nodes with Linux 5.13 or later.""",
    ),
)


@functools.cache
def pages() -> tuple[Page, ...]:
    """Return every page: first what is changed, then the findings by level, the most serious first."""
    levels = {definitions.ID: definitions.LEVEL, **{rule.id: rule.level for rule in RULES}}
    found = (*OTHERS, *(Page(rule, level, _docstring(rule)) for rule, level in levels.items()))
    return tuple(sorted(found, key=lambda page: (LEVELS.index(page.level), page.rule)))


class Named(NamedTuple):
    """The pages of the rules that a text names, in its order, and the lines of it that name none."""

    pages: tuple[Page, ...]
    rest: str


def named(text: str) -> Named:
    """Return what a text says of rules: it is their names, or has findings in it."""
    known = {page.rule: page for page in pages()}
    words = [word.replace("_", "-") for word in text.split()]
    if all(word in known for word in words):
        return Named(tuple(known[word] for word in dict.fromkeys(words)), "")
    found = {line: [rule for rule in NAMED.findall(line) if rule in known] for line in text.splitlines()}
    rules_in_order = dict.fromkeys(rule for names in found.values() for rule in names)
    rest = "\n".join(line for line, names in found.items() if not names)
    return Named(tuple(known[rule] for rule in rules_in_order), rest)


def _docstring(rule: str) -> str:
    """Return a rule's docstring from its source: `python -OO` leaves none in the module."""
    source = pkgutil.get_data(rules.__name__, f"{rule.replace('-', '_')}.py") or b""
    return ast.get_docstring(ast.parse(source)) or ""
