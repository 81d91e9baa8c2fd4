"""Run a real Argo CD on the control plane: its plugin server, repo-server, application controller and redis.

One binary contains all of these servers; an environment variable selects the server. Argo CD's API server and web
interface do not run: the tests create Applications as objects, and the controller reads them.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tests.cluster.control_plane import ControlPlane
from tests.cluster.processes import flags_of, free_ports, process
from tests.hosts.argocd.container import ARGOCD, environment
from tests.patience import awaited, comes_true
from tools.binaries import ToolError, binary, published

MODULE = "github.com/argoproj/argo-cd/v3"
KINDS = ("application", "appproject", "applicationset")
NAMESPACE = "argocd"
REFRESH = "argocd.argoproj.io/refresh"
Object = dict[str, Any]
SETTINGS = """\
apiVersion: v1
kind: Namespace
metadata: {name: argocd}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: argocd-cm, namespace: argocd, labels: {app.kubernetes.io/part-of: argocd}}
---
apiVersion: v1
kind: Secret
metadata: {name: argocd-secret, namespace: argocd, labels: {app.kubernetes.io/part-of: argocd}}
stringData: {server.secretkey: for-tests-only}
---
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: {name: default, namespace: argocd}
spec:
  sourceRepos: ["*"]
  destinations: [{namespace: "*", server: "*"}]
  clusterResourceWhitelist: [{group: "*", kind: "*"}]
"""


class ArgoCD(NamedTuple):
    """A running Argo CD, with the folder for its logs and the folder for the plugins' sockets."""

    plane: ControlPlane
    folder: Path
    sockets: Path

    def apply(self, application: Object) -> None:
        self.plane.kubectl("apply", "-f", "-", stdin=json.dumps(application))

    def application(self, name: str) -> Object:
        found: Object = self.plane.get("application", name, "--namespace", NAMESPACE)
        return found

    def refresh(self, name: str, kind: str = "normal") -> None:
        """Make Argo CD compare an Application again, and wait until it has; a hard refresh ignores cached manifests."""
        words = ("application", name, "--namespace", NAMESPACE, f"{REFRESH}={kind}")
        self.plane.kubectl("annotate", *words)
        self._await(name, lambda found: REFRESH not in found["metadata"].get("annotations", {}))

    def await_status(self, name: str, wanted: Callable[[Object], bool]) -> Object:
        """Wait until the status of an Application is as wanted, and return the status."""
        return dict(self._await(name, lambda found: wanted(found.get("status", {})))["status"])

    def _await(self, name: str, wanted: Callable[[Object], bool]) -> Object:
        return awaited(lambda: self.application(name), wanted)


@contextlib.contextmanager
def running(plane: ControlPlane, folder: Path) -> Iterator[ArgoCD]:
    """Start Argo CD with our plugin, and end all its processes afterwards."""
    _prepare(plane)
    sockets = folder / "plugins"
    sockets.mkdir()
    redis_port, repo_port, *metrics = free_ports(4)
    redis, repo = f"127.0.0.1:{redis_port}", f"127.0.0.1:{repo_port}"
    with contextlib.ExitStack() as stack:
        stack.enter_context(_redis(folder, redis_port))
        stack.enter_context(plugin_server(folder, sockets, "plugin-server", ARGOCD / "plugin.yaml"))
        flags: dict[str, object] = {
            "address": "127.0.0.1",
            "port": repo_port,
            "redis": redis,
            "metrics-address": "127.0.0.1",
        }
        flags["metrics-port"] = metrics[0]
        arguments = [*flags_of(flags), "--disable-tls"]
        stack.enter_context(_server(folder, "repo-server", arguments, {"ARGOCD_PLUGINSOCKFILEPATH": str(sockets)}))
        flags = {"kubeconfig": plane.admin, "namespace": NAMESPACE, "redis": redis, "repo-server": repo}
        flags["metrics-port"] = metrics[1]
        arguments = [*flags_of(flags), "--repo-server-plaintext"]
        stack.enter_context(_server(folder, "application-controller", arguments, {"KUBECONFIG": str(plane.admin)}))
        yield ArgoCD(plane, folder, sockets)


def _prepare(plane: ControlPlane) -> None:
    plane.define(*(published("argocd", MODULE, f"manifests/crds/{kind}-crd.yaml") for kind in KINDS))
    plane.kubectl("apply", "-f", "-", stdin=SETTINGS)


@contextlib.contextmanager
def _redis(folder: Path, port: int) -> Iterator[None]:
    """Start redis from Debian's package redis-tools.

    The binary has another name there, and runs as a server if it is called redis-server.
    """
    found = shutil.which("redis-server") or shutil.which("redis-check-rdb")
    if not found:
        raise ToolError("redis-server is missing", "install the package redis-server or redis-tools")
    program = folder / "redis-server"
    program.symlink_to(Path(found).resolve())
    arguments = ["--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    with process(folder, "redis-server", arguments, program=program):
        yield


@contextlib.contextmanager
def plugin_server(folder: Path, sockets: Path, name: str, plugin: Path) -> Iterator[None]:
    """Start the plugin's container as a process: it runs argocd-cmp-server with the image's environment variables."""
    home = folder / name
    (home / "tmp").mkdir(parents=True)
    (home / "config").mkdir()
    shutil.copy(plugin, home / "config" / "plugin.yaml")
    folders = [Path(sys.executable).parent, binary("helm-4.2.3").parent, "/usr/bin", "/bin"]
    image = {key: value.replace("/tmp", str(home / "tmp")) for key, value in environment().items()}
    variables = {
        **image,
        "ARGOCD_BINARY_NAME": "argocd-cmp-server",
        "ARGOCD_PLUGINSOCKFILEPATH": str(sockets),
        "ARGOCD_CMP_WORKDIR": str(home / "tmp"),
        "PATH": os.pathsep.join(map(str, folders)),
        "TMPDIR": str(home / "tmp"),
    }
    arguments = ["--config-dir-path", str(home / "config")]
    before = set(sockets.iterdir())
    with process(folder, name, arguments, variables, binary("argocd")) as started:
        assert comes_true(lambda: set(sockets.iterdir()) != before or started.poll() is not None)
        assert started.poll() is None, (folder / f"{name}.log").read_text()
        yield


def _server(
    folder: Path, name: str, arguments: list[str], variables: Mapping[str, str]
) -> contextlib.AbstractContextManager[subprocess.Popen[bytes]]:
    """Start one of Argo CD's servers.

    ARGOCD_FAKE_IN_CLUSTER makes the server use the cluster of $KUBECONFIG as its own cluster.
    """
    home = folder / name
    home.mkdir()
    own = {
        "ARGOCD_BINARY_NAME": f"argocd-{name}",
        "ARGOCD_FAKE_IN_CLUSTER": "true",
        "ARGOCD_GPG_ENABLED": "false",
        **{
            f"ARGOCD_{part}": str(home / part.lower())
            for part in ("GNUPGHOME", "GPG_DATA_PATH", "TLS_DATA_PATH", "SSH_DATA_PATH")
        },
        "HOME": str(home),
        "TMPDIR": str(home),
    }
    return process(folder, name, arguments, {**own, **variables}, binary("argocd"))
