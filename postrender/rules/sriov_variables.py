"""SR-IOV variables are removed from the TMM container.

What: `OPENSHIFT_VFIO_RESOURCE_<n>`, `ROBIN_VFIO_RESOURCE_<n>` and `PCIDEVICE_*` are removed. For a CNEInstance or
BNKGatewayClass, they are kept: the operator renders them, and some labs need them together with
`TMM_MAPRES_ADDL_VETHS_ON_DP`.

Why: each variable names a device that a device plugin would inject. TMM waits for that device, which a lab on macvlan
does not have.

Fix: no action is needed; the conversion handles this.

Source: F5, SPK network overview (`OPENSHIFT_VFIO_RESOURCE`); for `PCIDEVICE_*`, the SR-IOV device plugin.

Confidence: F5's page; documentation of Kubernetes, the kernel or another program for PCIDEVICE_*.

Failing:

    env:
    - {name: OPENSHIFT_VFIO_RESOURCE_1, value: sriovExternal}
    - {name: PROCESS_NAME, value: TMM}

Passing:

    env:
    - {name: PROCESS_NAME, value: TMM}
"""

from __future__ import annotations

from postrender.rules import CHANGE, VALUES, WORKLOAD
from postrender.spk import is_sriov_variable, variables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.subject import Subject
    from postrender.yamledit.change import Change

ID = "sriov-variables"
LEVEL = CHANGE
ORDER = 40
SUBJECTS = (WORKLOAD, VALUES)


def apply(subject: Subject) -> Iterator[Change]:
    """Return the changes that remove the SR-IOV variables."""
    return variables.drop(subject.tmm, is_sriov_variable, ID, "the variable names an SR-IOV device that does not exist")
