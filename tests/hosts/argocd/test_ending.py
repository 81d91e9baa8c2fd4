"""Test the plugin's end at Argo CD's deadline: SIGTERM ends it at once, with all its processes, and nothing is left."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hosts.argocd.cmpserver import Call, Plugin, request
from tests.hosts.argocd.support import APP
from tests.hosts.argocd.test_dependencies import depend
from tests.patience import awaited

pytestmark = pytest.mark.hosts

#: A template that Helm would evaluate for hours.
SLOW = "{{ range until 30000 }}{{ range until 30000 }}{{ range until 30000 }}{{ end }}{{ end }}{{ end }}"


def children(parent: int) -> Iterator[int]:
    """Yield the processes that a process has started and that still run another program."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            is_child = int((folder / "stat").read_text().rpartition(") ")[2].split()[1]) == parent
            if is_child and Path(os.readlink(folder / "exe")).name == "helm":
                yield int(folder.name)
        except (OSError, ValueError):  # it has just ended
            continue


def running(plugin: Plugin, repository: Path) -> tuple[Call, int]:
    """Start a call, and return it with the process of Helm as soon as Helm runs."""
    call = plugin.start(repository, request(path=APP), APP)
    (helm,) = awaited(lambda: [*children(call.process.pid)], bool)
    return call, helm


def assert_ended(call: Call, helm: int, home: Path) -> None:
    answer = call.answer(deadline=0)
    assert answer.status == -signal.SIGTERM, answer.stderr
    assert (answer.stdout, answer.stderr, answer.changed, answer.alive) == ("", "", [], [])
    assert not answer.killed
    assert not Path(f"/proc/{helm}").exists()
    assert {it.name for it in home.iterdir()} == {"_cmp_server"}


def test_a_helm_that_renders_is_ended(plugin: Plugin, repository: Path, home: Path) -> None:
    (repository / APP / "templates/seen.yaml").write_text(SLOW)
    assert_ended(*running(plugin, repository), home)


def test_a_helm_that_fetches_is_ended(plugin: Plugin, repository: Path, home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        depend(repository / APP, f"http://127.0.0.1:{silent.getsockname()[1]}")
        call = plugin.start(repository, request(path=APP), APP)
        connection, _ = silent.accept()
        with connection:
            (helm,) = children(call.process.pid)
            assert_ended(call, helm, home)


def test_a_helm_that_dies_is_an_error(plugin: Plugin, repository: Path) -> None:
    (repository / APP / "templates/seen.yaml").write_text(SLOW)
    call, helm = running(plugin, repository)
    os.kill(helm, signal.SIGKILL)
    answer = call.answer()
    assert (answer.status, answer.stdout, answer.changed) == (3, "", [])
    assert answer.stderr == "spk-macvlan: helm: it failed and printed nothing"
