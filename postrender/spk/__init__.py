"""Facts about SPK and BIG-IP Next for Kubernetes.

This module has the names that charts and operators use; the others are about the TMM, networks and variables.
Sources: F5's pages and public values files.
"""

from __future__ import annotations

#: Lets TMM take over kernel interfaces (`net1` becomes 1.1), which makes macvlan work. It is "TRUE" or absent.
VETHS_FLAG = "TMM_MAPRES_ADDL_VETHS_ON_DP"
#: The number of 2Mi pages that TMM maps. The chart renders it if and only if topology manager is off.
HUGEPAGES_VARIABLE = "TMM_MAPRES_HUGEPAGES"
HUGEPAGES = "hugepages-2Mi"
#: The annotation of the workload that names the TMM container.
TMM_NAME = "toda.f5.com/tmm-name"
#: The default name of the TMM and of its container. Source: the chart's `tmm.name`.
TMM = "f5-tmm"
#: Multus' list of network attachments, and the annotation that the Robin platform uses instead.
NETWORKS = "k8s.v1.cni.cncf.io/networks"
ROBIN_NETWORKS = "robin.io/networks"
MTU_VARIABLE = "TMM_DEFAULT_MTU"
#: Keys of a chart's values: three below TMM's own key, and a global one.
VALUES_ROBIN = "robinNetworks"
VALUES_TOPOLOGY_MANAGER = "topologyManager"
VALUES_SRIOV = "sriovResources"
VALUES_MTU = ("global", "tmmDefaultMTU")
#: Device-plugin resources that the SR-IOV operator serves.
SRIOV_RESOURCES: tuple[str, ...] = ("openshift.io/*",)
#: Variables that refer to SR-IOV devices: prefixes with a number after them, and a prefix with any text after it.
SRIOV_NUMBERED = ("OPENSHIFT_VFIO_RESOURCE_", "ROBIN_VFIO_RESOURCE_")
SRIOV_PREFIX = "PCIDEVICE_"

#: Prefixes of NIC names, each followed by a number. Sources: systemd.net-naming-scheme(7); the kernel's drivers.
NICS = ("eth", "ens", "eno", "enp", "enP", "enx", "enX", "em", "ib", "bond", "team", "wlan", "wlp", "vlan")


def is_usual_nic(name: str) -> bool:
    """Report whether a name is usual for a NIC on Linux: a known prefix, then a number."""
    rest = next((name[len(start) :] for start in NICS if name.startswith(start)), "")
    return rest[:1].isdigit() and "-" not in rest


def is_sriov_variable(name: str) -> bool:
    """Report whether a variable of TMM refers to an SR-IOV device, which does not exist with macvlan."""
    stem = name.rstrip("0123456789")
    return (stem != name and stem in SRIOV_NUMBERED) or name.startswith(SRIOV_PREFIX)
