"""The variables in `spec.tmm.unsetEnv` are removed from the TMM container.

What: each variable whose name matches an entry of `spec.tmm.unsetEnv` is removed, also from a CNEInstance or
BNKGatewayClass.

Why: different variables cause trouble in different labs, and some SR-IOV variables cannot be recognized by their names.

Fix: no action is needed; the conversion handles this.

Source: the config.

Confidence: this program.

Failing:

    tmm: {unsetEnv: [PAL_*]}
    ---
    env:
    - {name: PAL_CPU_SET, value: "0,1"}

Passing:

    tmm: {unsetEnv: [PAL_*]}
    ---
    env: []
"""

from __future__ import annotations

from postrender.config.patterns import matcher
from postrender.rules import CHANGE, INSTANCE, VALUES, WORKLOAD, TmmHas
from postrender.spk import is_sriov_variable, variables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.subject import Subject
    from postrender.yamledit.change import Change

ID = "unset-variables"
LEVEL = CHANGE
ORDER = 50
SUBJECTS = (WORKLOAD, INSTANCE, VALUES)
WHEN = TmmHas("unset_env")


def apply(subject: Subject) -> Iterator[Change]:
    """Return the changes that remove the variables in `spec.tmm.unsetEnv`.

    A workload's SR-IOV variables are left to the rule `sriov-variables`.
    """
    matches = matcher(subject.config.tmm.unset_env)

    def is_unset(name: str) -> bool:
        others = is_sriov_variable(name) and not subject.tmm.is_instance
        return not others and matches(name)

    return variables.drop(subject.tmm, is_unset, ID, "the name matches spec.tmm.unsetEnv")
