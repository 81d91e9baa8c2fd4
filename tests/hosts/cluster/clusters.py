"""A cluster that agrees with the config in every respect, and functions that change it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import yaml

from postrender import config, conversion
from postrender.conversion import self_ips
from tests.configs import HEAD, TMM_NAME
from tests.hosts.helm.apiserver import OPENSHIFT, Cluster, Key

Object = dict[str, Any]
Change = Callable[[Cluster], None]

CONFIG = (
    HEAD
    + """\
spec:
  networks:
  - name: macvlan-internal
    master: ens224
    namespace: default
    vlan: {internal: true, selfIPv4: [10.1.1.100], prefixLengthV4: 24}
  - name: macvlan-external
    master: ens256
    mtu: 9000
    vlan: {tag: 20, selfIPv4: [10.1.10.100], prefixLengthV4: 24}
  tmm:
    namespace: spk-ingress
    env: {TMM_DEFAULT_MTU: "9000"}
    resources: {cpu: 1, hugepages-2Mi: 1572Mi, memory: 2Gi}
"""
)
#: The TMM as a chart renders it.
RENDERED = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: f5-tmm
  namespace: spk-ingress
  annotations: {toda.f5.com/tmm-name: f5-tmm}
spec:
  replicas: 1
  selector: {matchLabels: {app: f5-tmm}}
  template:
    metadata:
      labels: {app: f5-tmm}
      annotations: {k8s.v1.cni.cncf.io/networks: "default/sriov-external,default/sriov-internal"}
    spec:
      nodeSelector: {spk: "yes"}
      containers:
      - name: f5-tmm
        env:
        - {name: OPENSHIFT_VFIO_RESOURCE_1, value: sriovExternal}
        - {name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
        - {name: TMM_MAPRES_HUGEPAGES, value: "1536"}
        resources:
          limits: {cpu: "2", hugepages-2Mi: 3Gi, memory: 2Gi, openshift.io/sriovExternal: "1"}
          requests: {cpu: "2", hugepages-2Mi: 3Gi, memory: 2Gi, openshift.io/sriovExternal: "1"}
      - name: debug
        resources:
          limits: {cpu: 500m, memory: 1Gi}
          requests: {cpu: 500m, memory: 1Gi}
"""
INSTANCE = """\
apiVersion: k8s.f5.com/v1
kind: CNEInstance
metadata: {name: bnk, namespace: spk-ingress}
spec: {networkAttachments: [sriov-a, sriov-b]}
"""
NODES = ("worker-1", "worker-2")
CORDONED = "worker-3"
#: The row whose state no cluster can show: only the hypervisor knows it.
WRITTEN = {"manager": "helm", "time": "2026-01-31T12:00:00Z", "fieldsV1": {"f:spec": {}}}
ATTACHED = {
    "manager": "multus",
    "time": "2026-01-31T12:00:01Z",
    "fieldsV1": {"f:metadata": {"f:annotations": {"f:k8s.v1.cni.cncf.io/network-status": {}}}},
}
HYPERVISOR = "promiscuous mode and forged transmits"
SETTINGS = config.parse(CONFIG.encode())


def fill(cluster: Cluster) -> None:
    """Fill a cluster with the objects of a converted release, on nodes that meet the requirements of F5's guide."""
    cluster.resources += OPENSHIFT
    for found in (*_released(RENDERED), *_operators(), *map(_node, NODES), _pod("f5-tmm-1")):
        put(cluster, found)
    the(cluster, "Deployment", TMM_NAME)["status"] = rolled_out(1)
    put(cluster, _node(CORDONED) | {"spec": {"unschedulable": True}, "status": {"allocatable": {}}})
    for name in NODES:
        put(cluster, _node_state(name))
        policies = {"cpuManagerPolicy": "static", "topologyManagerPolicy": "single-numa-node"}
        cluster.raw[configz(name)] = {"kubeletconfig": policies}


def rolled_out(replicas: int) -> Object:
    """Return the status of a Deployment whose last change has reached all of its pods."""
    return {"observedGeneration": 1, "replicas": replicas, "updatedReplicas": replicas, "readyReplicas": replicas}


def put(cluster: Cluster, found: Object) -> None:
    metadata = found["metadata"]
    cluster.objects[Key(found["kind"], metadata.get("namespace", ""), metadata["name"])] = found


def configz(node: str) -> str:
    return f"/api/v1/nodes/{node}/proxy/configz"


def _released(rendered: str) -> list[Object]:
    """Return the objects of a release: convert the manifests, and store the objects as the API server does."""
    converted = conversion.convert(rendered.encode(), SETTINGS).output
    found = [*yaml.safe_load_all(converted), *yaml.safe_load_all(self_ips.stream_of(SETTINGS).data)]
    return [_kept(it) for it in found]


def _kept(found: Object) -> Object:
    """Return an object as the API server stores it: with quantities as text, and with additional metadata."""
    for container in found["spec"].get("template", {}).get("spec", {}).get("containers", ()):
        for amounts in container["resources"].values():
            amounts.update({name: str(amount) for name, amount in amounts.items()})
    found["metadata"] |= {"uid": "1", "generation": 1, "resourceVersion": "7", "managedFields": [WRITTEN]}
    return found


def _operators() -> list[Object]:
    status = {"desiredNumberScheduled": 2, "numberReady": 2}
    return [
        _object("apps/v1", "DaemonSet", "multus", "openshift-multus", status=status),
        _object("apps/v1", "DaemonSet", "multus-additional-cni-plugins", "openshift-multus", status={}),
        _object("config.openshift.io/v1", "Network", "cluster", status={"networkType": "OVNKubernetes"}),
        _object("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", "network-resources-injector-config"),
    ]


def _node(name: str) -> Object:
    allocatable = {"cpu": "7500m", "hugepages-2Mi": "4Gi", "memory": "30Gi"}
    node = _object("v1", "Node", name, status={"allocatable": allocatable}, spec={})
    node["metadata"]["labels"] = {"spk": "yes"}
    return node


def _node_state(name: str) -> Object:
    interfaces = [{"name": "ens192"}, {"name": "ens224"}, {"name": "eno2", "alt-names": [{"name": "ens256"}]}]
    return _object("nmstate.io/v1beta1", "NodeNetworkState", name, status={"currentState": {"interfaces": interfaces}})


def _pod(name: str) -> Object:
    status = {
        "phase": "Running",
        "qosClass": "Guaranteed",
        "conditions": [{"type": "PodScheduled", "status": "True"}, {"type": "Ready", "status": "True"}],
        "containerStatuses": [{"name": "f5-tmm", "state": {"running": {}}}],
    }
    pod = _object("v1", "Pod", name, "spk-ingress", status=status)
    networks = [
        {"name": "ovn-kubernetes", "interface": "eth0", "ips": ["10.128.0.7"], "default": True},
        {"name": "default/macvlan-internal", "interface": "net1", "mac": "02:00:00:00:00:01"},
        {"name": "spk-ingress/macvlan-external", "interface": "net2", "mac": "02:00:00:00:00:02"},
    ]
    annotations = {"k8s.v1.cni.cncf.io/network-status": json.dumps(networks, indent=4)}
    pod["metadata"] |= {"labels": {"app": "f5-tmm"}, "annotations": annotations, "managedFields": [ATTACHED]}
    return pod


def _object(api_version: str, kind: str, name: str, namespace: str = "", **rest: Object) -> Object:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **rest}


# Functions that change a cluster.


def the(cluster: Cluster, kind: str, name: str) -> Object:
    """Return the only object with this kind and name."""
    (found,) = (it for key, it in cluster.objects.items() if (key.kind, key.name) == (kind, name))
    return found


def set_at(kind: str, name: str, *path: str | int, to: Any) -> Change:
    def change(cluster: Cluster) -> None:
        place: Any = the(cluster, kind, name)
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = to

    return change


def removed(kind: str, *names: str) -> Change:
    def change(cluster: Cluster) -> None:
        for key in [it for it in cluster.objects if it.kind == kind and (it.name in names or not names)]:
            del cluster.objects[key]

    return change


def not_served(*plurals: str) -> Change:
    def change(cluster: Cluster) -> None:
        cluster.resources[:] = [it for it in cluster.resources if it.plural not in plurals]

    return change


def forbidden(*names: str) -> Change:
    return lambda cluster: cluster.forbidden.update(names)


def hanging(*names: str) -> Change:
    return lambda cluster: cluster.hanging.update(names)


def both(*changes: Change) -> Change:
    def change(cluster: Cluster) -> None:
        for one in changes:
            one(cluster)

    return change
