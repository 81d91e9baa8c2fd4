"""SR-IOV variables go from the TMM container.

What: `OPENSHIFT_VFIO_RESOURCE_<n>`, `ROBIN_VFIO_RESOURCE_<n>`, `PCIDEVICE_*` and what `spec.tmm.unsetEnv` names are
removed.

Why: each names a device that a device plugin would inject. Without the device TMM waits for it.

Source: F5, SPK network overview (`OPENSHIFT_VFIO_RESOURCE`); the SR-IOV device plugin on `PCIDEVICE_*`.
"""

from __future__ import annotations

from postrender import variables
from postrender.patterns import matching
from postrender.spk import is_sriov_variable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.change import Change
    from postrender.config import Config
    from postrender.target import Target

ID = "sriov-variables"


def changes(target: Target, config: Config) -> Iterator[Change]:
    """Drop the SR-IOV variables, then those that the config names."""

    def is_unset(name: str) -> bool:
        return not is_sriov_variable(name) and matching(name, config.tmm.unset_env) is not None

    yield from variables.drop(target, is_sriov_variable, ID, "it names an SR-IOV device that is not there")
    yield from variables.drop(target, is_unset, ID, "it is in spec.tmm.unsetEnv")
