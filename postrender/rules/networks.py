"""The TMM pod is attached to the macvlan networks.

What: the pod template's annotation `k8s.v1.cni.cncf.io/networks` lists the config's networks in order, as
`namespace/name[@interface]`. `robin.io/networks` is removed.

Why: Multus creates one interface in the pod for each entry, in order, and TMM numbers them in that order: the first is
1.1, the second 1.2. On the Robin platform, the chart writes the same list to Robin's own annotation, and Robin would
then attach the SR-IOV networks as well.

`namespace` is the namespace of the NetworkAttachmentDefinition: the network's `namespace` in the config if it is set,
otherwise the workload's namespace. If neither is set, only the name is written, and Multus uses the pod's own
namespace, in which the Helm release creates the definition.

`interface` is the network's `interface` in the config. If it is not set, the name that the annotation already gives at
the same position is kept, such as `eth1` of `default/sriov-external@eth1`, because other settings may refer to it. An
annotation that already lists the same networks in another spelling is not changed, because TMM would restart.

Fix: no action is needed; the conversion handles this.

Source: F5, Macvlan Network Configuration (`cniNetworks`); Multus, How to use, for the annotation's short form.

Confidence: F5's page; documentation of Kubernetes, the kernel or another program.

Failing:

    annotations:
      k8s.v1.cni.cncf.io/networks: "default/sriov-external,default/sriov-internal"

Passing:

    annotations:
      k8s.v1.cni.cncf.io/networks: "default/macvlan-internal,default/macvlan-external"
"""

from __future__ import annotations

from postrender.config import is_interface_name
from postrender.rules import CHANGE, WORKLOAD
from postrender.spk import ROBIN_NETWORKS
from postrender.yamledit import emit, nodes
from postrender.yamledit.change import REMOVE, Change, put

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from postrender.config import Network
    from postrender.rules.subject import Subject
    from postrender.spk.target import Target
    from postrender.yamledit.nodes import Path

ID = "networks"
LEVEL = CHANGE
ORDER = 10
SUBJECTS = (WORKLOAD,)
ORDERED = "interfaces 1.1, 1.2 and so on follow the config's order"


def apply(subject: Subject) -> Iterator[Change]:
    """Yield the changes that attach the pod to the config's networks, and to no others."""
    tmm = subject.tmm
    yield from attach(subject, tmm.networks, ID)
    robin = (*tmm.annotations, ROBIN_NETWORKS)
    if tmm.at(robin) is not None:
        yield Change(REMOVE, robin, None, ID, "Robin would also attach the SR-IOV networks")


def attach(subject: Subject, path: Path, rule: str) -> Iterator[Change]:
    """Yield the change that makes Multus' annotation at `path` list the config's networks, and no others.

    There is no change if the annotation already has the same meaning in another spelling, because TMM would restart.
    """
    tmm, namespace = subject.tmm, subject.namespace
    node = tmm.at(path)
    written = nodes.text(node) or ""
    listed = [reference(network, namespace) for network in with_interfaces(subject.config.networks, tmm)]
    if not (emit.says(node, written) and _spell_out(written.split(","), namespace) == _spell_out(listed, namespace)):
        yield from put(tmm.parsed.root, path, ",".join(listed), rule, ORDERED)


def with_interfaces(networks: Sequence[Network], tmm: Target) -> tuple[Network, ...]:
    """Return the config's networks, with the interface names that the TMM has and the config does not set."""
    return keep_interfaces(networks, [nodes.text(tmm.at(path)) or "" for path in tmm.lists])


def keep_interfaces(networks: Sequence[Network], annotations: Sequence[str]) -> tuple[Network, ...]:
    """Return the config's networks, with the interface names that the first non-empty annotation gives by position.

    Other settings of the TMM may refer to these names. None is kept if two interfaces would then have the same name.
    """
    written = next(filter(None, annotations), "")
    if "@" not in written and "interface" not in written:  # avoids an import in most renders
        return tuple(networks)
    names = _interfaces_of(written)
    missing = len(networks) - len(names)
    kept = tuple(
        network._replace(interface=network.interface or name)
        for network, name in zip(networks, [*names, *[None] * missing], strict=False)
    )
    in_pod = {network.interface or f"net{number}" for number, network in enumerate(kept, 1)}
    return kept if len(in_pod) == len(networks) else tuple(networks)


def _interfaces_of(written: str) -> list[str | None]:
    """Return the interface name of each network in an annotation; None if there is none, or if it is not valid."""
    from postrender.spk import attachments

    try:
        names = [it.interface for it in attachments.parse(written)]
    except ValueError:
        return []
    return [name if name and is_interface_name(name) else None for name in names]


def _spell_out(entries: Sequence[str], namespace: str | None) -> list[str]:
    """Return the entries of an annotation with what Multus adds: the pod's namespace, and net1, net2 and so on."""
    names = [name if "/" in name or not namespace else f"{namespace}/{name}" for name in map(str.strip, entries)]
    return [name if "@" in name else f"{name}@net{number}" for number, name in enumerate(names, 1)]


def reference(network: Network, namespace: str | None) -> str:
    """Return the entry for a network in Multus' annotation of a pod in `namespace`."""
    place = network.namespace or namespace
    interface = f"@{network.interface}" if network.interface else ""
    return f"{f'{place}/' if place else ''}{network.name}{interface}"
