from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.machine import require_linux
from tests.network.emitted import TMM, Emit, Emitted, Object, attachments, config, self_ips
from tests.network.lab import Lab
from tests.network.namespaces import OWN
from tools.binaries import binary

Program = Callable[..., CompletedProcess[bytes]]


@pytest.fixture
def emit(program: Program, tmp_path: Path) -> Emit:
    """Return a function that runs the program with these networks on a TMM that is written for SR-IOV."""

    def run(*networks: Object, tmm: str = TMM) -> Emitted:
        (tmp_path / "lab.yaml").write_text(config(*networks), encoding="utf-8")
        words = ("--config", "lab.yaml")
        converted = _output(program(*words, input=tmm.encode()))
        vlans = _output(program("vlans", *words)) if any("vlan" in network for network in networks) else ""
        return Emitted(attachments(converted), self_ips(vlans))

    return run


def _output(done: CompletedProcess[bytes]) -> str:
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


@pytest.fixture(autouse=True, scope="session")
def linux() -> None:
    require_linux("network namespaces")


@pytest.fixture(autouse=True)
def nothing_stays(linux: None) -> Iterator[None]:
    """Require that each test returns to its own namespace and closes all others; the kernel then removes them."""
    before = Path(OWN).readlink(), _open_namespaces()
    yield
    assert (Path(OWN).readlink(), _open_namespaces()) == before


def _open_namespaces() -> list[str]:
    links = [Path("/proc/self/fd", number) for number in os.listdir("/proc/self/fd")]
    return sorted(str(link.readlink()) for link in links if link.is_symlink() and "net:[" in str(link.readlink()))


@pytest.fixture(scope="session")
def plugin() -> Path:
    return binary("macvlan")


@pytest.fixture
def lab(plugin: Path, nothing_stays: None) -> Iterator[Lab]:
    with Lab(plugin) as lab:
        yield lab
