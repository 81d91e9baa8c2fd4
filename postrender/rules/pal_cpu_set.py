"""PAL_CPU_SET lists no more CPUs than the TMM container has.

What: `PAL_CPU_SET` (such as `0,2` or `0-3`) lists at most as many CPUs as the TMM container has.

Why: if TMM has more threads than CPUs, threads share a CPU, which has caused a crash at startup.

Fix: remove `PAL_CPU_SET` with `spec.tmm.unsetEnv`, or set it to fewer CPUs in `spec.tmm.env`.

Source: public lab reports; values files that set `PAL_CPU_SET`.

Confidence: several labs.

Failing:

    env:
    - {name: PAL_CPU_SET, value: "0,1"}
    resources: {limits: {cpu: 1}}

Passing:

    env:
    - {name: PAL_CPU_SET, value: "0"}
    resources: {limits: {cpu: 1}}
"""

from __future__ import annotations

from postrender.errors import brief
from postrender.kubernetes import quantity
from postrender.limits import whole_number
from postrender.rules import INSTANCE, VALUES, WORKLOAD, TextHas
from postrender.rules.finding import ERROR
from postrender.rules.subject import on_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "pal-cpu-set"
LEVEL = ERROR
SUBJECTS = (WORKLOAD, INSTANCE, VALUES)
WHEN = TextHas("PAL_CPU_SET")
MAX_DIGITS = 4  #: the maximum number of digits in a CPU's number


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding if the set contains more CPUs than the TMM container has."""
    written = subject.variable("PAL_CPU_SET")
    named = None if written is None else _count(written)
    cpus = quantity.parse(subject.amount("cpu"))
    if named is not None and cpus is not None and named * quantity.ONE > cpus:
        path = subject.place_of_variable("PAL_CPU_SET")
        has = brief(subject.amount("cpu"))
        message = f"PAL_CPU_SET {brief(written)} lists {named} CPUs, but the TMM container has cpu {has}"
        fix = f"list at most {has} CPUs in spec.tmm.env, or remove the variable with spec.tmm.unsetEnv"
        yield on_object(ID, LEVEL, subject.object, path, message, fix)


def _count(written: str) -> int | None:
    """Return the number of CPUs in a set such as 0,2-3; None if the text is not a set of CPUs."""
    named: set[int] = set()
    for part in written.split(","):
        first, _, last = part.strip().partition("-")
        lowest, highest = (whole_number(number, MAX_DIGITS) for number in (first, last or first))
        if lowest is None or highest is None:
            return None
        named.update(range(lowest, highest + 1))
    return len(named)
