"""Read the program's output as its readers do:

Multus reads the annotation and definitions, TMM reads F5SPKVlan objects.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from ipaddress import ip_interface
from typing import Any, NamedTuple

import yaml

from tests.configs import HEAD
from tests.network.namespaces import Address

Object = dict[str, Any]

TMM = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: f5-tmm
  namespace: spk-ingress
spec:
  replicas: 2
  template:
    metadata:
      annotations:
        k8s.v1.cni.cncf.io/networks: default/sriov-external,default/sriov-internal
    spec:
      containers:
      - name: f5-tmm
        resources:
          limits: {cpu: 1, memory: 2Gi, hugepages-2Mi: 1572Mi}
          requests: {cpu: 1, memory: 2Gi, hugepages-2Mi: 1572Mi}
"""
INSTANCE = """\
apiVersion: k8s.f5.com/v1
kind: CNEInstance
metadata:
  name: bnk
  namespace: spk-ingress
spec:
  networkAttachments: [sriov-external, sriov-internal]
"""

INTERNAL: Object = {"name": "macvlan-internal", "master": "ens224"}
EXTERNAL: Object = {"name": "macvlan-external", "master": "ens256"}
INTERNAL_VLAN: Object = {
    "internal": True,
    "selfIPv4": ["10.1.1.100", "10.1.1.101"],
    "prefixLengthV4": 24,
    "selfIPv6": ["fd00:1::100", "fd00:1::101"],
    "prefixLengthV6": 64,
}
EXTERNAL_VLAN: Object = {
    "selfIPv4": ["10.2.2.100", "10.2.2.101"],
    "prefixLengthV4": 24,
    "selfIPv6": ["fd00:2::100", "fd00:2::101"],
    "prefixLengthV6": 64,
}


class Attachment(NamedTuple):
    """One call of the CNI plugin: the interface in the pod, and the exact `spec.config` of the definition."""

    interface: str
    config: str


class Emitted(NamedTuple):
    """The attachments in order, and the self IPs of each TMM interface, by family and then by replica."""

    attachments: list[Attachment]
    self_ips: dict[str, list[list[Address]]]


Emit = Callable[..., Emitted]


def config(*networks: Object) -> str:
    """Return a config with these networks; JSON is also YAML."""
    return f"{HEAD}spec: {json.dumps({'networks': networks})}\n"


def attachments(stream: str) -> list[Attachment]:
    """Read a converted stream as Multus does: reference number N gets interface netN, unless it names an interface."""
    objects = list(yaml.safe_load_all(stream))
    definitions = {
        f"{found['metadata']['namespace']}/{found['metadata']['name']}": found["spec"]["config"]
        for found in objects
        if found["kind"] == "NetworkAttachmentDefinition"
    }
    (references,) = [_references(found) for found in objects if found["kind"] in ("Deployment", "CNEInstance")]
    split = [reference.partition("@") for reference in references]
    return [
        Attachment(interface or f"net{number}", definitions[name])
        for number, (name, _, interface) in enumerate(split, 1)
    ]


def _references(tmm: Object) -> list[str]:
    if tmm["kind"] == "CNEInstance":
        return [f"{tmm['metadata']['namespace']}/{name}" for name in tmm["spec"]["networkAttachments"]]
    annotations = tmm["spec"]["template"]["metadata"]["annotations"]
    return list(annotations["k8s.v1.cni.cncf.io/networks"].split(","))


def self_ips(stream: str) -> dict[str, list[list[Address]]]:
    """Read F5SPKVlan objects as TMM does: one address of each family for each replica."""
    specs = [found["spec"] for found in yaml.safe_load_all(stream)]
    return {interface: [_family(spec, "v4"), _family(spec, "v6")] for spec in specs for interface in spec["interfaces"]}


def _family(spec: Object, family: str) -> list[Address]:
    return [ip_interface(f"{address}/{spec[f'prefixlen_{family}']}") for address in spec[f"selfip_{family}s"]]
