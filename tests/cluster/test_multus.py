"""Test that the real Multus attaches a converted pod: it reads the pod and its networks from the real API server."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from ipaddress import ip_interface
from pathlib import Path

import pytest

from tests.cluster import node as nodes
from tests.cluster.conftest import CONFIG, Run, rows
from tests.cluster.control_plane import ControlPlane
from tests.cluster.node import Node, Object
from tests.cluster.outcomes import rendered
from tests.configs import HEAD
from tests.network.lab import HOSTS, Lab, Refused
from tests.network.namespaces import Namespace
from tests.network.traffic import reaches
from tools.binaries import binary

pytestmark = pytest.mark.root

Deploy = Callable[[str], Object]


@pytest.fixture
def node(plane: ControlPlane, tmp_path: Path) -> Iterator[Node]:
    """Yield a node with the NICs from F5's macvlan guide."""
    with Lab(binary("macvlan")) as lab, nodes.joined(plane, lab, tmp_path) as joined:
        yield joined


@pytest.fixture
def apply(plane: ControlPlane, namespace: str, program: Run, tmp_path: Path) -> Callable[[str], None]:
    """Return a function that converts the chart with a config and applies the result."""

    def run(config: str) -> None:
        (tmp_path / "spk-macvlan.yaml").write_text(config)
        converted = program(stdin=rendered())
        assert converted.returncode == 0, converted.stderr
        plane.kubectl("apply", "--namespace", namespace, "-f", "-", stdin=converted.stdout)

    return run


@pytest.fixture
def deploy(plane: ControlPlane, namespace: str, apply: Callable[[str], None]) -> Deploy:
    """Return a function that applies the converted chart and returns the pod that the controllers create."""

    def run(config: str) -> Object:
        apply(config)
        return nodes.scheduled(plane, namespace)

    return run


def masters(node: Node, pod: Namespace, *interfaces: str) -> list[str]:
    """Return the node's NIC below each of these interfaces of a pod."""
    below = [pod.link(interface).get_attr("IFLA_LINK") for interface in interfaces]
    names = {node.lab.node.index(name): name for name in node.lab.node.interfaces()}
    return [names[index] for index in below]


def test_the_pod_is_attached_to_both_networks_in_their_order(
    plane: ControlPlane, namespace: str, node: Node, deploy: Deploy, program: Run
) -> None:
    hosts = node.lab.wires()
    pod = deploy(CONFIG)
    attached = node.attach(pod)
    assert sorted(attached.interfaces()) == ["eth0", "net1", "net2"]
    assert masters(node, attached, "net1", "net2") == ["ens224", "ens256"]
    assert [(it["name"], it["interface"]) for it in nodes.reported(plane, pod)[1:]] == [
        (f"{namespace}/macvlan-internal", "net1"),
        (f"{namespace}/macvlan-external", "net2"),
    ]

    attached.give("net1", ip_interface("10.1.1.100/24"))
    assert reaches(attached, hosts["ens224"], [HOSTS["ens224"][0].ip]) == [True]

    nodes.report_ready(plane, pod)
    told = rows(program("verify", "--namespace", namespace, "--format", "json"))
    assert told["networks of the pods"] == "ok"

    node.detach(pod, attached)
    assert attached.interfaces() == []


def test_a_pod_that_was_attached_before_its_networks_changed_is_not_called_right(
    node: Node, namespace: str, apply: Callable[[str], None], deploy: Deploy, program: Run
) -> None:
    """Swapping the NICs in the config changes the definitions but not the pod template, so no pod restarts."""
    node.lab.wires()
    pod = deploy(CONFIG)
    node.attach(pod)
    nodes.report_ready(node.plane, pod)
    time.sleep(1)  # `verify` treats events within one second of the API server's clock as simultaneous
    swapped = CONFIG.replace("ens224", "ens1").replace("ens256", "ens224").replace("ens1}", "ens256}")
    apply(swapped)
    done = program("verify", "--namespace", namespace, "--format", "json")
    (row,) = (it for it in json.loads(done.stdout)["rows"] if it["what"] == "networks of the pods")
    assert row["state"] == "unknown"
    assert "may have been attached before macvlan-internal was changed" in row["found"]


SHARED = """\
apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata:
  name: shared
  namespace: kube-public
spec:
  config: '{"cniVersion": "0.3.1", "type": "macvlan", "master": "ens256", "mtu": 1300}'
"""
MIXED = HEAD + (
    "spec:\n"
    "  networks:\n"
    "  - {name: shared, namespace: kube-public, master: ens256, create: false}\n"
    "  - {name: macvlan-internal, master: ens224, mtu: 1400, interface: internal0}\n"
)


def test_a_network_of_another_namespace_is_attached_unless_multus_isolates_them(
    plane: ControlPlane, node: Node, deploy: Deploy
) -> None:
    node.lab.wires()
    plane.kubectl("apply", "-f", "-", stdin=SHARED)
    pod = deploy(MIXED)
    with pytest.raises(Refused, match="refers to target namespace kube-public"):
        node.attach(pod, isolated=True)

    attached = node.attach(pod)
    assert masters(node, attached, "net1", "internal0") == ["ens256", "ens224"]
    assert [attached.link(name).get_attr("IFLA_MTU") for name in ("net1", "internal0")] == [1300, 1400]


def test_a_master_that_the_node_lacks_is_what_the_page_says(node: Node, deploy: Deploy) -> None:
    node.lab.wire("ens224")
    pod = deploy(CONFIG)
    with pytest.raises(Refused, match=r"(?i)link not found"):
        node.attach(pod)
