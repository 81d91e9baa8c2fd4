"""A values file gives TMM and the controller the config's MTU.

What: if `spec.tmm.env` sets `TMM_DEFAULT_MTU`, `global.tmmDefaultMTU` gets the same value. Only the verb `values` does
this.

Why: the conversion writes `spec.tmm.env` to `customEnvVars`, but newer charts ignore `TMM_DEFAULT_MTU` there. They
read `global.tmmDefaultMTU`, and pass it to TMM and the controller. Older charts, with `tmm` at the top level, use only
the variable.

Fix: no action is needed; the conversion handles this. In a rendered stream, the conversion changes only TMM, and
`check` warns if the controller's MTU differs (controller-mtu).

Source: a chart of the 2.1 era, whose templates read the key; public values files of SPK 1.5.

Confidence: F5's definition or chart.

Failing:

    tmm: {env: {TMM_DEFAULT_MTU: "9000"}}
    ---
    global:
      tmmDefaultMTU: 1500

Passing:

    tmm: {env: {TMM_DEFAULT_MTU: "9000"}}
    ---
    global:
      tmmDefaultMTU: 9000
"""

from __future__ import annotations

from postrender.limits import whole_number
from postrender.rules import CHANGE, VALUES, TmmHas
from postrender.spk import MTU_VARIABLE, VALUES_MTU
from postrender.yamledit import nodes
from postrender.yamledit.change import put

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.subject import Subject
    from postrender.yamledit.change import Change

ID = "default-mtu"
LEVEL = CHANGE
ORDER = 110
SUBJECTS = (VALUES,)
WHEN = TmmHas("env")
MAX_DIGITS = 5  #: the maximum number of digits in an MTU


def apply(subject: Subject) -> Iterator[Change]:
    """Yield the change that sets the global MTU, which the chart passes to TMM and to the controller."""
    mtu = whole_number(dict(subject.config.tmm.env).get(MTU_VARIABLE, ""), MAX_DIGITS)
    if mtu is not None and nodes.text(subject.tmm.at(VALUES_MTU)) != str(mtu):
        yield from put(subject.tmm.parsed.root, VALUES_MTU, mtu, ID, "the value of TMM_DEFAULT_MTU in spec.tmm.env")
