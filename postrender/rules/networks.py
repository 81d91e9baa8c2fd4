"""The TMM pod is attached to the macvlan networks.

What: the pod template's annotation `k8s.v1.cni.cncf.io/networks` lists the config's networks in order, as
`namespace/name[@interface]`. `robin.io/networks` is removed.

Why: Multus creates one interface in the pod for each entry, in order, and TMM numbers them in that order: the first is
1.1, the second 1.2. On the Robin platform, the chart writes the same list to Robin's own annotation, and Robin would
then attach the SR-IOV networks as well.

`namespace` is the namespace of the NetworkAttachmentDefinition: the network's `namespace` in the config if it is set,
otherwise the workload's namespace. If neither is set, only the name is written, and Multus uses the pod's own
namespace, in which the release creates the definition.

Fix: nothing to do; the conversion does it.

Source: F5, Macvlan Network Configuration (`cniNetworks`); Multus, How to use, for the annotation's short form.

Failing:

    annotations:
      k8s.v1.cni.cncf.io/networks: "default/sriov-external,default/sriov-internal"

Passing:

    annotations:
      k8s.v1.cni.cncf.io/networks: "default/macvlan-internal,default/macvlan-external"
"""

from __future__ import annotations

from postrender.rules import CHANGE, WORKLOAD
from postrender.spk import ROBIN_NETWORKS
from postrender.yamledit.change import REMOVE, Change, put

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.config import Config, Network
    from postrender.rules.subject import Subject

ID = "networks"
LEVEL = CHANGE
ORDER = 10
SUBJECTS = (WORKLOAD,)


def apply(subject: Subject) -> Iterator[Change]:
    """Yield the changes that attach the pod to the config's networks, and to no others."""
    tmm, listed = subject.tmm, references(subject.config, subject.namespace)
    yield from put(tmm.parsed.root, tmm.networks, listed, ID, "interfaces 1.1, 1.2 and so on follow the config's order")
    robin = (*tmm.annotations, ROBIN_NETWORKS)
    if tmm.at(robin) is not None:
        yield Change(REMOVE, robin, None, ID, "Robin would also attach the SR-IOV networks")


def references(config: Config, namespace: str | None) -> str:
    """Return the value of Multus' annotation that attaches a pod in `namespace` to the config's networks, in order."""
    return ",".join(reference(network, namespace) for network in config.networks)


def reference(network: Network, namespace: str | None) -> str:
    """Return the entry for a network in Multus' annotation of a pod in `namespace`."""
    place = network.namespace or namespace
    interface = f"@{network.interface}" if network.interface else ""
    return f"{f'{place}/' if place else ''}{network.name}{interface}"
