"""The product's kinds of objects: each is one row.

Sources: for the workloads, charts of the 1.5 and 2.1 eras; for the instances, F5's definition of BNKGatewayClass in
2.1, published in one lab's repository, and public tools; F5, VLAN custom resource; for Infra, public tools and labs.
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
    plural: str = ""  #: the API server's name; empty if no source has it
    networks: Path = ()  #: the networks to which TMM is attached
    tmm: Path = ()  #: the settings of TMM: `env`, and usually `resources`
    has_resources: bool = True  #: whether `resources` can be set there

    @property
    def api_version(self) -> str:
        """Return the kind's `apiVersion`."""
        return f"{self.group}/{self.version}"


ANNOTATIONS: Path = ("spec", "template", "metadata", "annotations")
CONTAINERS: Path = ("spec", "template", "spec", "containers")
ATTACHED: Path = ("spec", "networkAttachments")
OF_TMM: Path = ("spec", "advanced", "tmm")

#: Workloads, which run TMM. Its networks are in Multus' annotation.
DEPLOYMENT = Kind("Deployment", "apps", "v1", "deployments", ANNOTATIONS, CONTAINERS)
DAEMON_SET = Kind("DaemonSet", "apps", "v1", "daemonsets", ANNOTATIONS, CONTAINERS)
#: Instances, from which an operator of BIG-IP Next for Kubernetes creates a workload: 2.2 and later; 2.0 and 2.1.
CNE_INSTANCE = Kind("CNEInstance", "k8s.f5.com", "v1", "cneinstances", ATTACHED, OF_TMM)
GATEWAY_CLASS = Kind("BNKGatewayClass", "k8s.f5.com", "v1", "bnkgatewayclasses", ATTACHED, OF_TMM, has_resources=False)
#: VLANs and self IPs of TMM: in SPK and BIG-IP Next for Kubernetes up to 2.3, in F5's CNFs, and in 2.4 and later.
VLAN = Kind("F5SPKVlan", "k8s.f5net.com", "v1", "f5-spk-vlans")
CNF_VLAN = Kind("F5BigNetVlan", "k8s.f5net.com", "v1")
INFRA = Kind("Infra", "gateway.k8s.f5.com", "v1alpha1", "infras")

WORKLOADS = (DEPLOYMENT, DAEMON_SET)
INSTANCES = (CNE_INSTANCE, GATEWAY_CLASS)


def of_name(name: str, kinds: tuple[Kind, ...] = (*WORKLOADS, *INSTANCES)) -> Kind | None:
    """Return the kind of that name, or None if it is not one of these."""
    return next((kind for kind in kinds if kind.name == name), None)
