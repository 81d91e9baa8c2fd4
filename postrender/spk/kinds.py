"""The kinds of objects of the product, one row each: a new one is one row.

Sources: for the workloads, charts of the 1.5 and 2.1 eras; for the instances, F5's definition of BNKGatewayClass in
2.1, published in one lab's repository, and public tools; F5, VLAN custom resource; for Infra, public tools and labs.
"""

from __future__ import annotations

from postrender.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from postrender.yamledit.nodes import Path


class Kind(NamedTuple):
    """A kind of object: what manifests and the API server call it, and where an object says what TMM needs."""

    name: str
    group: str
    version: str  #: the one that the program reads and writes; another one of the group is taken for a TMM, too
    plural: str = ""  #: as the API server calls it; empty where no source has it
    networks: Path = ()  #: the networks that TMM is attached to
    tmm: Path = ()  #: what is set for TMM: `env`, and mostly `resources`
    has_resources: bool = True  #: `resources` can be set there

    @property
    def api_version(self) -> str:
        """Return its `apiVersion`."""
        return f"{self.group}/{self.version}"


ANNOTATIONS: Path = ("spec", "template", "metadata", "annotations")
CONTAINERS: Path = ("spec", "template", "spec", "containers")
ATTACHED: Path = ("spec", "networkAttachments")
OF_TMM: Path = ("spec", "advanced", "tmm")

#: What runs TMM. Its networks are in Multus' annotation.
DEPLOYMENT = Kind("Deployment", "apps", "v1", "deployments", ANNOTATIONS, CONTAINERS)
DAEMON_SET = Kind("DaemonSet", "apps", "v1", "daemonsets", ANNOTATIONS, CONTAINERS)
#: From what an operator makes it in BIG-IP Next for Kubernetes: from 2.2 on, and in 2.0 and 2.1.
CNE_INSTANCE = Kind("CNEInstance", "k8s.f5.com", "v1", "cneinstances", ATTACHED, OF_TMM)
GATEWAY_CLASS = Kind("BNKGatewayClass", "k8s.f5.com", "v1", "bnkgatewayclasses", ATTACHED, OF_TMM, has_resources=False)
#: What gives TMM a VLAN and its self IPs: of SPK and BIG-IP Next for Kubernetes to 2.3, of F5's CNFs, and from 2.4 on.
VLAN = Kind("F5SPKVlan", "k8s.f5net.com", "v1", "f5-spk-vlans")
CNF_VLAN = Kind("F5BigNetVlan", "k8s.f5net.com", "v1")
INFRA = Kind("Infra", "gateway.k8s.f5.com", "v1alpha1", "infras")

WORKLOADS = (DEPLOYMENT, DAEMON_SET)
INSTANCES = (CNE_INSTANCE, GATEWAY_CLASS)


def of_name(name: str, kinds: tuple[Kind, ...] = (*WORKLOADS, *INSTANCES)) -> Kind | None:
    """Return the kind of that name, if it is one of these."""
    return next((kind for kind in kinds if kind.name == name), None)
