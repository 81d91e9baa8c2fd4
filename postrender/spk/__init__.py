"""Facts about SPK and BIG-IP Next for Kubernetes: here, names; in the other modules, the TMM, networks and variables.

Charts and operators use these names. Sources: F5's pages and public values files.
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
#: Variables that point to SR-IOV devices: the beginnings of names that end in a number, and a prefix of any names.
SRIOV_NUMBERED = ("OPENSHIFT_VFIO_RESOURCE_", "ROBIN_VFIO_RESOURCE_")
SRIOV_PREFIX = "PCIDEVICE_"

#: The beginnings of NIC names, before a number. Sources: systemd.net-naming-scheme(7); the kernel's drivers.
NICS = ("eth", "ens", "eno", "enp", "enP", "enx", "enX", "em", "ib", "bond", "team", "wlan", "wlp", "vlan")


def is_usual_nic(name: str) -> bool:
    """Report whether a name is one that Linux usually gives a NIC: a known beginning, then a number."""
    rest = next((name[len(start) :] for start in NICS if name.startswith(start)), "")
    return rest[:1].isdigit() and "-" not in rest


def is_sriov_variable(name: str) -> bool:
    """Report whether a variable on TMM points to an SR-IOV device, which macvlan does not inject."""
    stem = name.rstrip("0123456789")
    return (stem != name and stem in SRIOV_NUMBERED) or name.startswith(SRIOV_PREFIX)
