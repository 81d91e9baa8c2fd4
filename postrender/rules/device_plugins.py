"""Device-plugin resources go from the TMM container.

What: `openshift.io/*` and what `spec.tmm.unsetResources` names are removed from limits and requests.

Why: no node without SR-IOV offers them, so the pod would be Pending for ever.

Fix: nothing to do; the conversion does it.

Source: the SR-IOV network operator's resource names; F5, SPK network overview.

Failing:

    limits: {cpu: 2, openshift.io/sriovExternal: 1}

Passing:

    limits: {cpu: 2}
"""

from __future__ import annotations

from postrender.config.patterns import matching
from postrender.spk.names import SRIOV_RESOURCES
from postrender.yamledit import nodes
from postrender.yamledit.change import REMOVE, Change

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.config import Config
    from postrender.spk.target import Target

ID = "device-plugins"
LEVEL = "change"


def changes(target: Target, config: Config) -> Iterator[Change]:
    """Remove the device-plugin resources. Only those have a domain in their name, so `*` never drops cpu."""
    patterns = (*SRIOV_RESOURCES, *config.tmm.unset_resources)
    for group in ("limits", "requests"):
        path = (*target.resources, group)
        for name in nodes.keys(target.at(path)):
            if "/" in name and matching(name, patterns):
                yield Change(REMOVE, (*path, name), None, ID, "no device plugin serves it here")
