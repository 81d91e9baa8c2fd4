"""The kinds of objects that SPK, F5's CNFs and BIG-IP Next for Kubernetes use, one row for each.

Sources for workloads: charts of the 1.5 and 2.1 eras. Sources for instances: F5's definition of BNKGatewayClass in 2.1,
published in a lab's repository, and public tools. Source for VLANs: F5, VLAN custom resource. Sources for Infra: public
tools and labs.
"""

from __future__ import annotations

from postrender.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from postrender.yamledit.nodes import Path


class Kind(NamedTuple):
    """A kind of object: its names in manifests and on the API server, and the paths of TMM's settings."""

    name: str
    group: str
    version: str  #: the version to read and write; an object of another version can also be the TMM
    plural: str = ""  #: the kind's plural name on the API server; empty if no source gives it
    networks: Path = ()  #: the path of the networks to which TMM is attached
    tmm: Path = ()  #: the path of TMM's settings: `env`, and usually `resources`
    has_resources: bool = True  #: whether `resources` can be set below `tmm`

    @property
    def api_version(self) -> str:
        """Return the kind's `apiVersion`."""
        return f"{self.group}/{self.version}"


ANNOTATIONS: Path = ("spec", "template", "metadata", "annotations")
CONTAINERS: Path = ("spec", "template", "spec", "containers")
ATTACHED: Path = ("spec", "networkAttachments")
OF_TMM: Path = ("spec", "advanced", "tmm")

#: Workloads that run TMM. Their annotation for Multus lists TMM's networks.
DEPLOYMENT = Kind("Deployment", "apps", "v1", "deployments", ANNOTATIONS, CONTAINERS)
DAEMON_SET = Kind("DaemonSet", "apps", "v1", "daemonsets", ANNOTATIONS, CONTAINERS)
#: Instances, from which an operator of BIG-IP Next for Kubernetes creates a workload: BNKGatewayClass in 2.0 and 2.1,
#: CNEInstance from 2.2 on.
CNE_INSTANCE = Kind("CNEInstance", "k8s.f5.com", "v1", "cneinstances", ATTACHED, OF_TMM)
GATEWAY_CLASS = Kind("BNKGatewayClass", "k8s.f5.com", "v1", "bnkgatewayclasses", ATTACHED, OF_TMM, has_resources=False)
#: Objects that give TMM its VLANs and self IPs: F5SPKVlan in SPK, F5BigNetVlan in F5's CNFs, and Infra in BIG-IP Next
#: for Kubernetes from 2.4 on.
VLAN = Kind("F5SPKVlan", "k8s.f5net.com", "v1", "f5-spk-vlans")
CNF_VLAN = Kind("F5BigNetVlan", "k8s.f5net.com", "v1")
INFRA = Kind("Infra", "gateway.k8s.f5.com", "v1alpha1", "infras")

WORKLOADS = (DEPLOYMENT, DAEMON_SET)
INSTANCES = (CNE_INSTANCE, GATEWAY_CLASS)


def of_name(name: str, kinds: tuple[Kind, ...] = (*WORKLOADS, *INSTANCES)) -> Kind | None:
    """Return the kind with the given name, or None if no kind in `kinds` has that name."""
    return next((kind for kind in kinds if kind.name == name), None)
