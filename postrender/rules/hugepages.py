"""TMM maps as many hugepages as its container has.

What: `TMM_MAPRES_HUGEPAGES` is the number of 2Mi pages in the container's hugepages (1572Mi = `"786"`). The conversion
does not change the variable if the container has no hugepages, or if the config has `topologyManager: true`. A value in
`spec.tmm.env` takes precedence.

Why: this variable is the only effect of the chart's `topologyManager: false` on the rendered manifests. If the
hugepages are reduced but the variable is not, TMM requests pages that the container no longer has, and does not start.

Fix: no action is needed; the conversion handles this.

Source: a chart of the 2.1 era, which computes the number from Mi or Gi; F5, Macvlan Network Configuration.

Confidence: F5's definition or chart; F5's page.

Failing:

    env:
    - {name: TMM_MAPRES_HUGEPAGES, value: "1536"}
    resources: {limits: {hugepages-2Mi: 1572Mi}}

Passing:

    env:
    - {name: TMM_MAPRES_HUGEPAGES, value: "786"}
    resources: {limits: {hugepages-2Mi: 1572Mi}}
"""

from __future__ import annotations

from postrender.errors import InputError, brief, dotted
from postrender.limits import whole_number
from postrender.rules import CHANGE, WORKLOAD
from postrender.spk import HUGEPAGES, HUGEPAGES_VARIABLE, variables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.subject import Subject
    from postrender.yamledit.change import Change

ID = "hugepages"
LEVEL = CHANGE
ORDER = 100
SUBJECTS = (WORKLOAD,)
MAX_DIGITS = 12  #: the maximum number of digits in a quantity
PAGES = {"Mi": (1, 2), "Gi": (512, 1)}  #: the number of 2Mi pages in one unit, as a numerator and a denominator


def apply(subject: Subject) -> Iterator[Change]:
    """Return the changes that set `TMM_MAPRES_HUGEPAGES` to the number of 2Mi pages."""
    tmm, wanted = subject.tmm, subject.config.tmm
    amount = _amount(subject)
    if amount is None or wanted.topology_manager or HUGEPAGES_VARIABLE in dict(wanted.env):
        return iter(())
    pages = _pages(amount)
    if pages is None:
        problem = f"is {brief(amount)}, but must be a whole number of 2Mi pages, in Mi or Gi"
        raise InputError(
            f"{HUGEPAGES} {problem}; set it in spec.tmm.resources",
            tmm.parsed.place(path=dotted(tmm.resources)),
        )
    if pages == 0:
        return iter(())
    return variables.assign(tmm, ((HUGEPAGES_VARIABLE, str(pages)),), ID, f"the number of 2Mi pages in {amount}")


def _amount(subject: Subject) -> str | None:
    """Return the amount of hugepages after the conversion: the config's quantity or, if not set, the rendered one."""
    configured = dict(subject.resources).get(HUGEPAGES)
    return str(configured) if configured else subject.amount(HUGEPAGES)


def _pages(amount: str) -> int | None:
    """Return the number of 2Mi pages in a quantity such as 1572Mi; None for fractions of a page and other units."""
    number, unit = whole_number(amount[:-2], MAX_DIGITS), amount[-2:]
    if amount.strip("0") == "":
        return 0
    if number is None or unit not in PAGES:
        return None
    factor, divisor = PAGES[unit]
    pages, rest = divmod(number * factor, divisor)
    return None if rest else pages
