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

from postrender import nodes
from postrender.change import REMOVE, Change
from postrender.patterns import matching
from postrender.spk import SRIOV_RESOURCES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.config import Config
    from postrender.target import Target

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
