"""Input that imitates each product line of F5's, and what every verb does with it.

Each folder has a TMM on SR-IOV (`sriov.yaml`), one that is on macvlan or host-device already (`macvlan.yaml`), the
objects with its VLANs (`vlans.yaml`) and, where Helm values contain TMM's settings, a values file (`values.yaml`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.conftest import Program
from tests.docs import ROOT

FOLDER = Path(__file__).parent
NICS = ("ens256", "ens224")
EXAMPLE = (ROOT / "examples/spk-macvlan.yaml").read_text(encoding="utf-8")


class Release(NamedTuple):
    """A product line: the name of its folder, and its row in docs/versions.md."""

    folder: str
    row: str

    @property
    def inputs(self) -> dict[str, str]:
        """Return the input for each situation of a lab."""
        sriov, macvlan, vlans = (self._read(name) for name in ("sriov", "macvlan", "vlans"))
        found = {"sriov": sriov, "macvlan": macvlan}
        if not vlans:
            return found
        return {**found, "vlans": f"{macvlan}---\n{vlans}", "replicas": f"{_doubled(macvlan)}---\n{vlans}"}

    @property
    def values(self) -> str:
        """Return a values file; empty if TMM's settings are not Helm values."""
        return self._read("values")

    def _read(self, name: str) -> str:
        file = FOLDER / self.folder / f"{name}.yaml"
        return file.read_text(encoding="utf-8") if file.exists() else ""


def _doubled(manifests: str) -> str:
    return manifests.replace("replicas: 1\n", "replicas: 2\n").replace("tmmReplicas: 1\n", "tmmReplicas: 2\n")


EARLIEST = Release("bnk-2.0-LA", "BIG-IP Next for Kubernetes 2.0-LA")
RELEASES = (
    Release("spk-1.5", "SPK 1.5"),
    Release("spk-1.7", "SPK 1.6, 1.7"),
    Release("charts-2.1", "charts of version 2.1 (`f5ingress` 13.7 with the sub-chart `f5-tmm`)"),
    Release("cnf", "CNF"),
    EARLIEST,
    Release("bnk-2.1", "BIG-IP Next for Kubernetes 2.0, 2.1 (BNKGatewayClass)"),
    Release("bnk-2.3", "BIG-IP Next for Kubernetes 2.2, 2.3 (CNEInstance)"),
    Release("bnk-2.4", "BIG-IP Next for Kubernetes 2.4 (CNEInstance and Infra)"),
)


def propose(called: Program, tmp_path: Path, manifests: str) -> str:
    """Write the config that `init` proposes for the manifests, with the lab's NICs, and return it."""
    (tmp_path / "lab.yaml").write_text(manifests)
    text = called("init", "--from", "lab.yaml").stdout.decode()
    for nic in NICS:
        text = text.replace("master: FILL-IN", f"master: {nic}", 1)
    (tmp_path / "spk-macvlan.yaml").write_text(text)
    return text


def transcript(called: Program, tmp_path: Path, release: Release, situation: str) -> str:
    """Return the output of each verb for an input."""
    manifests = release.inputs[situation]
    config = propose(called, tmp_path, manifests)
    said = ["$ spk-macvlan init --from lab.yaml", *_settings(config)]
    if not config:
        said += _said(called, "init", "--from", "lab.yaml")
        (tmp_path / "spk-macvlan.yaml").write_text(EXAMPLE)
    for words in (("check", "lab.yaml"), ("diff", "lab.yaml"), ("vlans",)):
        said += ["", f"$ spk-macvlan {' '.join(words)}", *_said(called, *words)]
    done = called("compile", "--format", "policy", input=manifests.encode())
    kinds = [line for line in _lines(done.stdout) if line.startswith("kind: ")]
    said += ["", "$ spk-macvlan compile --format policy < lab.yaml | grep ^kind", *kinds, *_lines(done.stderr)]
    return "\n".join([*said, ""])


def _settings(config: str) -> Iterator[str]:
    """Yield the lines of a config that set something, and the comments about this input."""
    for line in config.splitlines():
        field = line.lstrip()
        if not field.startswith("#") or field.startswith(("# F5", "# Infra", "# The chart", "# Without")):
            yield line


def _said(called: Program, *words: str) -> list[str]:
    done = called(*words)
    status = [f"exit status {done.returncode}"] if done.returncode else []
    return [*_lines(done.stdout), *_lines(done.stderr), *status]


def _lines(text: bytes) -> list[str]:
    return text.decode().splitlines()
