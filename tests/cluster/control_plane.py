"""Run a real control plane on loopback: etcd, kube-apiserver and kube-controller-manager, but no scheduler or kubelet.

The servers run as plain processes in folders of their own, with the flags of controller-runtime's test environment.
Pods are created and stay Pending, unless a test does the work of a scheduler and a kubelet (tests/cluster/node.py).
"""

from __future__ import annotations

import contextlib
import json
import ssl
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tests.cluster.processes import flags_of, free_ports, process
from tests.patience import HANG, comes_true
from tools.binaries import binary

ADMIN, VIEWER = "admin-token", "viewer-token"
TOKENS = f'{ADMIN},admin,1,"system:masters"\n{VIEWER},viewer,2\n'
#: The controllers that a Helm release needs: they create the default service account of a namespace and the pods of a
#: Deployment, and delete both with their owners.
CONTROLLERS = (
    *("deployment-controller", "replicaset-controller", "daemonset-controller", "namespace-controller"),
    *("garbage-collector-controller", "serviceaccount-controller", "root-ca-certificate-publisher-controller"),
    "validatingadmissionpolicy-status-controller",
)


class ControlPlane(NamedTuple):
    """A running control plane: its URL, and the kubeconfigs of an administrator and of a viewer without rights."""

    folder: Path
    url: str
    admin: Path
    viewer: Path

    def kubectl(self, *words: str, stdin: str | None = None) -> str:
        """Run kubectl as the administrator, and return its output."""
        done = self.run(*words, stdin=stdin)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def run(self, *words: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run kubectl as the administrator."""
        settings = ("--kubeconfig", str(self.admin), "--cache-dir", str(self.folder / "kubectl"))
        command = [str(binary("kubectl-1.37.1")), *settings, *words]
        return subprocess.run(command, check=False, input=stdin, capture_output=True, text=True, timeout=HANG)

    def created(self, found: Any, *, dry_run: bool = True) -> Any:
        """Ask the API server to create a workload, and return the answer: the created object, or a Status."""
        place = f"/apis/{found['apiVersion']}/namespaces/{found['metadata']['namespace']}/{found['kind'].lower()}s"
        url = f"{self.url}{place}{'?dryRun=All' if dry_run else ''}"
        headers = {"Authorization": f"Bearer {ADMIN}", "Content-Type": "application/json"}
        request = urllib.request.Request(url, json.dumps(found).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=HANG, context=ssl._create_unverified_context()) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refusal:
            with refusal:
                return json.load(refusal)

    def define(self, *files: Path | str) -> None:
        """Apply custom resource definitions, and wait until the API server serves their kinds."""
        words = [word for file in files for word in ("--filename", str(file))]
        self.kubectl("apply", "--server-side", *words)
        # If a new definition has no conditions yet, kubectl fails instead of waiting.
        assert comes_true(lambda: self.run("wait", "--for=condition=Established", *words).returncode == 0)

    def get(self, *words: str) -> Any:
        """Return an object, or a list of objects, as parsed JSON."""
        return json.loads(self.kubectl("get", *words, "-o", "json"))


@contextlib.contextmanager
def running(folder: Path) -> Iterator[ControlPlane]:
    """Start a control plane; afterwards, end all its processes in the reverse order."""
    with contextlib.ExitStack() as stack:
        etcd = _etcd(folder, stack)
        plane = _api_server(folder, etcd, stack)
        _controllers(folder, plane, stack)
        yield plane


def _etcd(folder: Path, stack: contextlib.ExitStack) -> str:
    client, peer = (f"http://127.0.0.1:{port}" for port in free_ports(2))
    flags = {
        "data-dir": folder / "etcd",
        "listen-client-urls": client,
        "advertise-client-urls": client,
        "listen-peer-urls": peer,
        "initial-advertise-peer-urls": peer,
        "initial-cluster": f"default={peer}",
        "log-level": "error",
    }
    stack.enter_context(process(folder, "etcd", [*flags_of(flags), "--unsafe-no-fsync"]))
    return client


def _api_server(folder: Path, etcd: str, stack: contextlib.ExitStack) -> ControlPlane:
    (port,) = free_ports(1)
    certificates = folder / "certificates"
    (folder / "tokens.csv").write_text(TOKENS)
    _service_account_keys(folder)
    flags = {
        "etcd-servers": etcd,
        "bind-address": "127.0.0.1",
        "secure-port": port,
        "cert-dir": certificates,
        "token-auth-file": folder / "tokens.csv",
        "authorization-mode": "RBAC",
        "service-cluster-ip-range": "10.96.0.0/16",
        "service-account-issuer": "https://127.0.0.1",
        "service-account-key-file": folder / "accounts.pub",
        "service-account-signing-key-file": folder / "accounts.key",
        "disable-admission-plugins": "ServiceAccount",
        "runtime-config": "admissionregistration.k8s.io/v1beta1=true",
    }
    started = stack.enter_context(process(folder, "kube-apiserver", [*flags_of(flags), "--allow-privileged"]))
    url = f"https://127.0.0.1:{port}"
    _wait_until_ready(url, started, folder)
    files = [_kubeconfig(folder, url, certificates / "apiserver.crt", token) for token in (ADMIN, VIEWER)]
    return ControlPlane(folder, url, *files)


def _controllers(folder: Path, plane: ControlPlane, stack: contextlib.ExitStack) -> None:
    flags = {
        "kubeconfig": plane.admin,
        "controllers": ",".join(CONTROLLERS),
        "leader-elect": "false",
        "service-account-private-key-file": folder / "accounts.key",
        "root-ca-file": folder / "certificates/apiserver.crt",
        "secure-port": "0",
    }
    stack.enter_context(process(folder, "kube-controller-manager", flags_of(flags)))


def _service_account_keys(folder: Path) -> None:
    private, public = str(folder / "accounts.key"), str(folder / "accounts.pub")
    for command in (
        ["openssl", "genrsa", "-out", private, "2048"],
        ["openssl", "rsa", "-in", private, "-pubout", "-out", public],
    ):
        subprocess.run(command, check=True, capture_output=True)


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], folder: Path) -> None:
    context = ssl._create_unverified_context()
    request = urllib.request.Request(f"{url}/readyz", headers={"Authorization": f"Bearer {ADMIN}"})

    def is_ready() -> bool:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(request, timeout=HANG, context=context).close()
            return True
        return False

    assert comes_true(lambda: process.poll() is not None or is_ready())
    assert process.poll() is None, (folder / "kube-apiserver.log").read_text()[-2000:]


def _kubeconfig(folder: Path, url: str, authority: Path, token: str) -> Path:
    named = {"name": "test"}
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{**named, "cluster": {"server": url, "certificate-authority": str(authority)}}],
        "users": [{**named, "user": {"token": token}}],
        "contexts": [{**named, "context": {"cluster": "test", "user": "test"}}],
        "current-context": "test",
    }
    file = folder / f"{token}.kubeconfig"
    file.write_text(json.dumps(content))
    return file
