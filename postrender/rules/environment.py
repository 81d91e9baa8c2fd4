"""The config's variables are set on the TMM container.

What: each entry of `spec.tmm.env` is set. An existing variable is changed in place; if it is listed more than once,
only the first entry is kept. New variables are appended, sorted by name.

Why: `TMM_DEFAULT_MTU`, `TMM_CALICO_ROUTER` and similar variables differ from lab to lab.

Fix: no action is needed; the conversion handles this.

Source: the config.

Confidence: this program.

Failing:

    tmm: {env: {TMM_DEFAULT_MTU: "9000"}}
    ---
    env:
    - {name: TMM_DEFAULT_MTU, value: "1500"}

Passing:

    tmm: {env: {TMM_DEFAULT_MTU: "9000"}}
    ---
    env:
    - {name: TMM_DEFAULT_MTU, value: "9000"}
"""

from __future__ import annotations

from postrender.rules import CHANGE, INSTANCE, VALUES, WORKLOAD, TmmHas
from postrender.spk import MTU_VARIABLE, VALUES_MTU, variables
from postrender.yamledit import nodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.subject import Subject
    from postrender.yamledit.change import Change

ID = "environment"
LEVEL = CHANGE
ORDER = 60
SUBJECTS = (WORKLOAD, INSTANCE, VALUES)
WHEN = TmmHas("env")


def apply(subject: Subject) -> Iterator[Change]:
    """Yield the changes that set the variables in `spec.tmm.env` on the TMM container."""
    tmm, env = subject.tmm, subject.config.tmm.env
    if subject.kind == VALUES and subject.variable(MTU_VARIABLE) is None:
        of_chart = (MTU_VARIABLE, nodes.text(tmm.at(VALUES_MTU)))  # the chart renders the variable from this value
        env = tuple(it for it in env if it != of_chart)
    return variables.assign(tmm, env, ID, "set in spec.tmm.env")
