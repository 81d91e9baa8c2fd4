"""The config that `init` writes: the page's values, and a comment for each field."""

from __future__ import annotations

from postrender import config, emit
from postrender.errors import ConfigError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

PAGE = ("macvlan-internal=ens224", "macvlan-external=ens256")

HEAD = f"""\
# How to run SPK on macvlan, for spk-macvlan. For labs: F5 does not support this in production.
apiVersion: {config.API_VERSION}
kind: {config.KIND}
metadata:
  name: lab
spec:
  # In order: the first network becomes TMM interface 1.1 (net1 in the pod), the second 1.2 (net2), …
  networks:
"""
FIRST = """\
  - name: {name}  # of the NetworkAttachmentDefinition
    master: {master}  # NIC on every node that runs TMM; needs promiscuous mode on a virtual machine
    namespace: default  # of the NetworkAttachmentDefinition; without it, the TMM's own
    # mode: bridge  # or private, vepa, passthru
    # mtu: 9000  # bytes; at most the NIC's
    # interface: net1  # name in the pod, at most 15 characters
    # cniVersion: 0.3.1
    # create: false  # the NetworkAttachmentDefinition exists already; only refer to it
    # cni: {{linkInContainer: false}}  # further keys of the CNI config
    # labels: {{}}  # on the NetworkAttachmentDefinition; so are annotations
    # annotations: {{}}
    # vlan:  # the F5SPKVlan that goes with this network
    #   internal: true
    #   tag: 0  # untagged
    #   selfIPv4: [10.1.1.100]  # one for each TMM replica, without prefix
    #   prefixLengthV4: 24
"""
NEXT = """\
  - name: {name}
    master: {master}
    namespace: default
"""
TAIL = """\
  tmm:
    # workload: f5-tmm  # name of the Deployment or DaemonSet
    # namespace: spk-ingress  # needed only where the stream holds two
    # env: {TMM_DEFAULT_MTU: "1500"}  # more variables; TMM_MAPRES_ADDL_VETHS_ON_DP is always set
    # unsetEnv: []  # more variables to drop, as globs; SR-IOV's always are
    # unsetResources: [intel.com/*]  # more device-plugin resources to drop; openshift.io/* always are
    # topologyManager: true  # leave TMM_MAPRES_HUGEPAGES as rendered; false keeps it equal to the hugepages below
    resources:  # written to limits and requests alike; without them, the chart's stay
      cpu: 1  # whole CPUs
      hugepages-2Mi: 1572Mi  # 1.5Gi for each CPU, and a little
      memory: 2Gi
  # patches: [{target: {kind: Deployment}, patch: [{op: replace, path: /spec/replicas, value: 2}]}]  # kustomize's shape
"""


def text(networks: Sequence[str]) -> str:
    """Return a commented config for networks given as NAME=MASTER; raise UsageError where one is not valid."""
    first, *others = [_names(network) for network in networks or PAGE]
    written = HEAD + FIRST.format(**first) + "".join(NEXT.format(**names) for names in others) + TAIL
    try:
        config.parse(written.encode())
    except ConfigError as error:
        raise UsageError(f"--network: {error.place.path}: {error.sentence}") from None
    return written


def _names(network: str) -> dict[str, str]:
    name, equals, master = network.partition("=")
    if not (name and equals and master):
        raise UsageError(f"--network {network}: must be NAME=MASTER, such as {PAGE[0]}")
    return {"name": emit.scalar(name), "master": emit.scalar(master)}
