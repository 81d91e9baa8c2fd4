"""Run Flux's helm-controller and kustomize-controller on the control plane.

The source-controller does not run. Instead, each test builds an artifact, serves it, and writes it to the status of the
source, as the source-controller does after a download.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import http.server
import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tests.cluster.control_plane import ControlPlane
from tests.cluster.processes import flags_of, free_ports, process
from tests.patience import awaited
from tools.binaries import published

SOURCES = ("definitions", "github.com/fluxcd/source-controller")
KINDS = ("buckets", "externalartifacts", "gitrepositories", "helmcharts", "helmrepositories", "ocirepositories")
CONTROLLERS = {
    "helm-controller": "helm.toolkit.fluxcd.io_helmreleases",
    "kustomize-controller": "kustomize.toolkit.fluxcd.io_kustomizations",
}
REQUESTED = "reconcile.fluxcd.io/requestedAt"
Object = dict[str, Any]
_numbers = itertools.count(1)


class Flux(NamedTuple):
    """The running controllers, and the folder of artifacts that the tests serve to them."""

    plane: ControlPlane
    folder: Path
    url: str

    def publish(self, source: Object, revision: str, artifact: bytes) -> None:
        """Apply a source, and set its status to an artifact that is already available."""
        digest = hashlib.sha256(artifact).hexdigest()
        (self.folder / f"{digest}.tar.gz").write_bytes(artifact)
        self.plane.kubectl("apply", "-f", "-", stdin=json.dumps(source))
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        status = {
            "observedGeneration": 1,
            "artifact": {
                "path": f"{digest}.tar.gz",
                "url": f"{self.url}/{digest}.tar.gz",
                "revision": revision,
                "digest": f"sha256:{digest}",
                "lastUpdateTime": now,
                "size": len(artifact),
            },
            "conditions": [
                {
                    "type": "Ready",
                    "status": "True",
                    "reason": "Succeeded",
                    "message": revision,
                    "lastTransitionTime": now,
                }
            ],
        }
        words = (source["kind"], source["metadata"]["name"], "--namespace", source["metadata"]["namespace"])
        patch = json.dumps({"status": status})
        self.plane.kubectl("patch", *words, "--subresource=status", "--type=merge", "--patch", patch)

    def reconcile(self, *words: str) -> Object:
        """Make Flux reconcile an object, and return the object's status afterwards."""
        mark = str(next(_numbers))
        self.plane.kubectl("annotate", *words, f"{REQUESTED}={mark}", "--overwrite")
        return self.wait(*words, until=lambda status: bool(status.get("lastHandledReconcileAt") == mark))

    def wait(self, *words: str, until: Callable[[Object], bool]) -> Object:
        """Wait until the status of an object is as wanted, and return the status."""
        return awaited(lambda: dict(self.plane.get(*words).get("status", {})), until)


def ready(status: Object) -> tuple[str, str]:
    """Return the status and the message of an object's Ready condition."""
    conditions = [it for it in status.get("conditions", ()) if it["type"] == "Ready"]
    return (conditions[0]["status"], conditions[0]["message"]) if conditions else ("", "")


@contextlib.contextmanager
def running(plane: ControlPlane, folder: Path) -> Iterator[Flux]:
    """Start both controllers, and end them afterwards."""
    plane.define(*(published(*SOURCES, f"config/crd/bases/source.toolkit.fluxcd.io_{kind}.yaml") for kind in KINDS))
    for name, definition in CONTROLLERS.items():
        plane.define(published("flux", f"github.com/fluxcd/{name}", f"config/crd/bases/{definition}.yaml"))
    plane.kubectl("create", "namespace", "flux-system")
    (folder / "artifacts").mkdir()
    with contextlib.ExitStack() as stack:
        for name in CONTROLLERS:
            metrics, health = (f"127.0.0.1:{port}" for port in free_ports(2))
            flags = {"metrics-addr": metrics, "health-addr": health, "log-level": "error"}
            variables = {"KUBECONFIG": str(plane.admin), "RUNTIME_NAMESPACE": "flux-system", "TMPDIR": str(folder)}
            stack.enter_context(process(folder, name, flags_of(flags), variables))
        url = stack.enter_context(_served(folder / "artifacts"))
        yield Flux(plane, folder / "artifacts", url)


@contextlib.contextmanager
def _served(folder: Path) -> Iterator[str]:
    handler = functools.partial(_Silent, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


class _Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Print nothing."""
