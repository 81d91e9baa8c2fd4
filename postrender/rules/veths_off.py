"""The chart does not forbid TMM to take over kernel interfaces.

What: the rendered TMM, CNEInstance or BNKGatewayClass does not set `TMM_MAPRES_ADDL_VETHS_ON_DP` to anything but TRUE.

Why: the conversion sets the variable to `"TRUE"`, since TMM cannot use macvlan interfaces otherwise. Somebody may have
turned it off on purpose: one lab leaves an interface to the kernel, for BGP.

Fix: if TMM may take over all interfaces of its pod, remove the variable from the chart's values. Otherwise, do not
convert this TMM.

Source: one public lab for BIG-IP Next for Kubernetes, which sets the variable to FALSE.

Confidence: one lab.

Failing:

    env:
    - {name: TMM_MAPRES_ADDL_VETHS_ON_DP, value: "FALSE"}

Passing:

    env:
    - {name: TMM_MAPRES_ADDL_VETHS_ON_DP, value: "TRUE"}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.errors import brief
from postrender.rules import INSTANCE, STREAM, VALUES, WORKLOAD
from postrender.rules.finding import WARNING
from postrender.rules.subject import on_object
from postrender.spk import VETHS_FLAG

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "veths-off"
LEVEL = WARNING
SUBJECTS = (WORKLOAD, INSTANCE, VALUES)
SCOPE = STREAM


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding if the conversion changes the variable from another value."""
    rendered = subject._replace(tmm=subject.rendered or subject.tmm).variable(VETHS_FLAG)
    if rendered is not None and rendered.upper() != "TRUE":
        message = f"the chart sets {VETHS_FLAG} to {brief(rendered) or 'an empty string'}, which the conversion changes"
        fix = "if TMM may take over all interfaces of its pod, remove the variable from the chart's values"
        yield on_object(ID, LEVEL, subject.object, subject.place_of_variable(VETHS_FLAG), message, fix)
