"""The config's variables are set on the TMM container.

What: each entry of `spec.tmm.env` is set. An existing variable is changed in place; if it is listed more than once,
only the first entry is kept. New variables are appended, sorted by name.

Why: `TMM_DEFAULT_MTU`, `TMM_CALICO_ROUTER` and similar variables differ from lab to lab.

Fix: nothing to do; the conversion does it.

Source: the config.

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
from postrender.spk import variables

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
    return variables.assign(subject.tmm, subject.config.tmm.env, ID, "set in spec.tmm.env")
