"""Facts about SPK and BIG-IP Next for Kubernetes.

This module contains the names that charts and operators use; the other modules of the package are about the TMM,
networks and variables. Sources: F5's documentation and public values files.
"""

from __future__ import annotations

#: If this variable is "TRUE", TMM takes over kernel interfaces such as macvlan's (`net1` becomes 1.1).
VETHS_FLAG = "TMM_MAPRES_ADDL_VETHS_ON_DP"
#: The variable for the number of 2Mi pages that TMM maps. The chart sets it only with `topologyManager: false`.
HUGEPAGES_VARIABLE = "TMM_MAPRES_HUGEPAGES"
HUGEPAGES = "hugepages-2Mi"
#: The workload's annotation that names the TMM container.
TMM_NAME = "toda.f5.com/tmm-name"
#: The default name of the TMM and of its container. Source: the chart's value `tmm.name`.
TMM = "f5-tmm"
#: The annotation that lists the pod's networks for Multus, and the annotation that the Robin platform uses instead.
NETWORKS = "k8s.v1.cni.cncf.io/networks"
ROBIN_NETWORKS = "robin.io/networks"
MTU_VARIABLE = "TMM_DEFAULT_MTU"
#: Keys of a chart's values: keys below TMM's key (one of them a path), and the path of a global key.
VALUES_ROBIN = "robinNetworks"
VALUES_ANNOTATIONS = ("pod", "annotations")
VALUES_TOPOLOGY_MANAGER = "topologyManager"
VALUES_SRIOV = "sriovResources"
VALUES_MTU = ("global", "tmmDefaultMTU")
#: Patterns of the resources that the SR-IOV operator's device plugin offers.
SRIOV_RESOURCES: tuple[str, ...] = ("openshift.io/*",)
#: Prefixes of variables that refer to SR-IOV devices. A number follows the first two; any text follows the third.
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
