"""A node without a kubelet: Multus attaches the control plane's pods as it does for a container runtime.

The node's interfaces are the lab's interfaces, in network namespaces. The pods are the pods that the controllers
created.
"""

from __future__ import annotations

import contextlib
import json
import select
import socket
import socketserver
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from tests.cluster.control_plane import ControlPlane
from tests.configs import TMM_NAME
from tests.network.lab import Lab, Refused
from tests.network.namespaces import Namespace
from tests.patience import HANG, awaited
from tools.binaries import binary

NAME = "worker-1"
PLUGINS = ("multus", "macvlan", "ptp", "host-local")
STATUS = "k8s.v1.cni.cncf.io/network-status"
Object = dict[str, Any]


class Node(NamedTuple):
    """The lab's node as a node of the cluster, and a folder for the files on the node's disk."""

    plane: ControlPlane
    lab: Lab
    folder: Path

    def attach(self, pod: Object, *, isolated: bool = False) -> Namespace:
        """Create and attach a pod's network namespace, as a runtime does; raise Refused with Multus's message."""
        made = self.lab.namespace()
        self._call("ADD", pod, made, isolated)
        return made

    def detach(self, pod: Object, made: Namespace) -> None:
        """Detach a pod from the networks in its network namespace."""
        self._call("DEL", pod, made, isolated=False)

    def _call(self, command: str, pod: Object, made: Namespace, isolated: bool) -> None:
        found = pod["metadata"]
        arguments = {
            "IgnoreUnknown": "1",
            "K8S_POD_NAMESPACE": found["namespace"],
            "K8S_POD_NAME": found["name"],
            "K8S_POD_INFRA_CONTAINER_ID": found["uid"],
            "K8S_POD_UID": found["uid"],
        }
        variables = {
            "CNI_COMMAND": command,
            "CNI_CONTAINERID": found["uid"],
            "CNI_NETNS": made.path,
            "CNI_IFNAME": "eth0",
            "CNI_PATH": str(self.folder / "bin"),
            "CNI_ARGS": ";".join(f"{name}={value}" for name, value in arguments.items()),
        }
        with self.lab.node.entered():
            done = subprocess.run(
                [self.folder / "bin" / "multus"],
                input=json.dumps(self._config(isolated)).encode(),
                env=variables,
                capture_output=True,
                timeout=HANG,
                check=False,
            )
        if done.returncode:
            raise Refused(json.loads(done.stdout)["msg"])

    def _config(self, isolated: bool) -> Object:
        addresses = {"type": "host-local", "subnet": "10.128.0.0/24", "dataDir": str(self.folder / "addresses")}
        return {
            "cniVersion": "0.3.1",
            "name": "multus-cni-network",
            "type": "multus",
            "kubeconfig": str(self.plane.admin),
            "cniDir": str(self.folder / "multus"),
            "binDir": str(self.folder / "bin"),
            "namespaceIsolation": isolated,
            "delegates": [{"cniVersion": "0.3.1", "name": "cluster", "type": "ptp", "ipam": addresses}],
        }


@contextlib.contextmanager
def joined(plane: ControlPlane, lab: Lab, folder: Path) -> Iterator[Node]:
    """Give the lab's node the CNI plugins, and make the API server reachable from the node."""
    (folder / "bin").mkdir()
    for name in PLUGINS:
        (folder / "bin" / name).symlink_to(binary(name))
    with _reaching(plane, lab.node):
        yield Node(plane, lab, folder)


@contextlib.contextmanager
def _reaching(plane: ControlPlane, node: Namespace) -> Iterator[None]:
    """Make the API server's address also reachable on the node's own loopback interface."""
    port = urlsplit(plane.url).port
    with node.entered():
        server = socketserver.ThreadingTCPServer(("127.0.0.1", port or 0), _Relay)
    with server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
        try:
            yield
        finally:
            server.shutdown()


class _Relay(socketserver.BaseRequestHandler):
    """Relay a connection to the same address on the host; the handler's thread runs in the host's network namespace."""

    server: socketserver.TCPServer

    def handle(self) -> None:
        with socket.create_connection(("127.0.0.1", self.server.server_address[1])) as upstream:
            other = {self.request: upstream, upstream: self.request}
            # Multus may close the connection before it has read the whole answer.
            with contextlib.suppress(ConnectionError):
                while True:
                    for end in select.select(list(other), [], [])[0]:
                        if not (data := end.recv(65536)):
                            return
                        other[end].sendall(data)


def scheduled(plane: ControlPlane, namespace: str, workload: str = TMM_NAME) -> Object:
    """Bind the pod that the controllers created for a workload to the node, as the scheduler does, and return it."""
    pod = _made(plane, namespace, workload)
    plane.kubectl(
        "apply", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "Node", "metadata": {"name": NAME}})
    )
    name = pod["metadata"]["name"]
    binding = {
        "apiVersion": "v1",
        "kind": "Binding",
        "metadata": {"name": name},
        "target": {"kind": "Node", "name": NAME},
    }
    path = f"/api/v1/namespaces/{namespace}/pods/{name}/binding"
    plane.kubectl("create", "--raw", path, "-f", "-", stdin=json.dumps(binding))
    return pod


def _made(plane: ControlPlane, namespace: str, workload: str) -> Object:
    """Return the pod that the controllers create for a workload."""
    words = ("pods", "--namespace", namespace, "--selector", f"app={workload}")
    pods: list[Object] = awaited(lambda: plane.get(*words)["items"], bool)
    return pods[0]


def report_ready(plane: ControlPlane, pod: Object) -> None:
    """Set the status of a pod to running, as the kubelet does when its containers run."""
    status = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}
    words = ("pod", pod["metadata"]["name"], "--namespace", pod["metadata"]["namespace"])
    plane.kubectl("patch", *words, "--subresource=status", "--patch", json.dumps({"status": status}))


def reported(plane: ControlPlane, pod: Object) -> list[Object]:
    """Return the network status that Multus wrote to a pod; the cluster's own network comes first."""
    found = plane.get("pod", pod["metadata"]["name"], "--namespace", pod["metadata"]["namespace"])
    networks: list[Object] = json.loads(found["metadata"]["annotations"][STATUS])
    return networks
