"""Facts about SPK and BIG-IP Next for Kubernetes. Here are its names; beside it the TMM, its networks and variables.

The names are those of charts and operators. Sources: F5's pages and public values files.
"""

from __future__ import annotations

#: Lets TMM take over kernel interfaces (`net1` becomes 1.1): what makes macvlan work. "TRUE" or absent.
VETHS_FLAG = "TMM_MAPRES_ADDL_VETHS_ON_DP"
#: How many 2Mi pages TMM maps. The chart renders it exactly when topology manager is off.
HUGEPAGES_VARIABLE = "TMM_MAPRES_HUGEPAGES"
HUGEPAGES = "hugepages-2Mi"
#: Names the TMM container, on the workload.
TMM_NAME = "toda.f5.com/tmm-name"
#: Multus' list of network attachments, and the annotation that platform Robin uses in its place.
NETWORKS = "k8s.v1.cni.cncf.io/networks"
ROBIN_NETWORKS = "robin.io/networks"
MTU_VARIABLE = "TMM_DEFAULT_MTU"
#: What gives TMM a VLAN and its self IPs: of SPK and BIG-IP Next for Kubernetes to 2.3, and of F5's CNFs.
VLAN, CNF_VLAN = "F5SPKVlan", "F5BigNetVlan"
#: Keys of a chart's values: below TMM's own key, and one global key.
VALUES_ROBIN = "robinNetworks"
VALUES_TOPOLOGY_MANAGER = "topologyManager"
VALUES_SRIOV = "sriovResources"
VALUES_MTU = ("global", "tmmDefaultMTU")
#: Device-plugin resources that the SR-IOV operator serves.
SRIOV_RESOURCES: tuple[str, ...] = ("openshift.io/*",)
#: Variables that point to SR-IOV devices: with a number after the name, or with anything after it.
SRIOV_NUMBERED = ("OPENSHIFT_VFIO_RESOURCE_", "ROBIN_VFIO_RESOURCE_")
SRIOV_PREFIX = "PCIDEVICE_"


def is_sriov_variable(name: str) -> bool:
    """Report whether a variable on TMM points to an SR-IOV device, which macvlan does not inject."""
    stem = name.rstrip("0123456789")
    return (stem != name and stem in SRIOV_NUMBERED) or name.startswith(SRIOV_PREFIX)
