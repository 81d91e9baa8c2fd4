"""Device-plugin resources are removed from the TMM container.

What: `openshift.io/*` and the resources in `spec.tmm.unsetResources` are removed from limits and requests.

Why: nodes without SR-IOV do not offer these resources, so the pod would stay Pending.

Fix: no action is needed; the conversion handles this.

Source: the SR-IOV network operator's resource names; F5, SPK network overview.

Confidence: F5's page; documentation of Kubernetes, the kernel or another program.

Failing:

    limits: {cpu: 2, openshift.io/sriovExternal: 1}

Passing:

    limits: {cpu: 2}
"""

from __future__ import annotations

from postrender.config.patterns import matcher
from postrender.rules import CHANGE, VALUES, WORKLOAD
from postrender.spk import SRIOV_RESOURCES
from postrender.yamledit import nodes
from postrender.yamledit.change import REMOVE, Change

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.subject import Subject
    from postrender.yamledit.nodes import Path

ID = "device-plugins"
LEVEL = CHANGE
ORDER = 80
SUBJECTS = (WORKLOAD, VALUES)


def apply(subject: Subject) -> Iterator[Change]:
    """Yield a removal for each device-plugin resource. A name without a slash, such as cpu, is never removed."""
    is_unset = matcher((*SRIOV_RESOURCES, *subject.config.tmm.unset_resources))
    for group in ("limits", "requests"):
        path = (*subject.tmm.resources, group)
        for name in nodes.keys(subject.tmm.at(path)):
            if "/" in name and is_unset(name) and not _overrides(subject, (*path, name)):
                yield Change(REMOVE, (*path, name), None, ID, "no device plugin in the lab offers this resource")


def _overrides(subject: Subject, path: Path) -> bool:
    """Report whether an entry is null in a values file. Such an entry must stay: it removes the chart's own value."""
    return subject.kind == VALUES and nodes.is_null(subject.tmm.at(path))
