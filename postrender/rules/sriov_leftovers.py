"""No SR-IOV settings are left on the TMM.

What: no container of the TMM pod has a device-plugin resource, and the TMM container has no
`OPENSHIFT_VFIO_RESOURCE_<n>`, `ROBIN_VFIO_RESOURCE_<n>` or `PCIDEVICE_*` variable. A CNEInstance or BNKGatewayClass is
not checked.

Why: if no node offers a device-plugin resource, the pod stays Pending. The manifests do not show which resources are
for SR-IOV, so the config must list the resources of other vendors.

Fix: add the resource to `spec.tmm.unsetResources`, for example `intel.com/*`.

Source: F5, SPK network overview; the SR-IOV device plugin.

Confidence: F5's page; documentation of Kubernetes, the kernel or another program.

Failing:

    limits: {cpu: 1, intel.com/internal_netdevice: 1}

Passing:

    limits: {cpu: 1}
"""

from __future__ import annotations

from postrender.errors import full_name
from postrender.rules import WORKLOAD
from postrender.rules.finding import ERROR
from postrender.rules.subject import on_object
from postrender.spk import is_sriov_variable, variables
from postrender.yamledit import nodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject
    from postrender.yamledit.nodes import Node

ID = "sriov-leftovers"
LEVEL = ERROR
SUBJECTS = (WORKLOAD,)


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each SR-IOV resource and variable that the conversion did not remove."""
    for path, container, node in subject.containers():
        for name, group in _requested(node).items():
            message = f"container {full_name(container)} requests {full_name(name)}, which only a device plugin offers"
            is_tmm = (*subject.object.base, *path, "env") == subject.tmm.env
            fix = "add the resource to spec.tmm.unsetResources" if is_tmm else "remove the resource with a patch"
            yield on_object(ID, LEVEL, subject.object, (*path, "resources", group, name), message, fix)
    for number, name, _ in variables.entries(subject.tmm):
        if is_sriov_variable(name):
            path = (*subject.relative(subject.tmm.env), number)
            message = f"the TMM container still has {full_name(name)}, which names an SR-IOV device"
            yield on_object(
                ID, LEVEL, subject.object, path, message, "report this bug: the conversion should have removed it"
            )


def _requested(container: Node) -> dict[str, str]:
    """Return each device-plugin resource with `limits`, or with `requests` if only the requests list the resource."""
    requested: dict[str, str] = {}
    for group in ("limits", "requests"):
        for name in nodes.keys(nodes.find(container, ("resources", group))):
            if "/" in name:
                requested.setdefault(name, group)
    return requested
