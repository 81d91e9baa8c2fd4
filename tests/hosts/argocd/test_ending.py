"""Test the plugin's end at Argo CD's deadline: SIGTERM ends it at once, with all its processes, and nothing is left."""

from __future__ import annotations

import os
import shlex
import signal
from pathlib import Path

import pytest

from tests.hosts.argocd.cmpserver import Call, Plugin, request
from tests.hosts.argocd.support import APP

pytestmark = pytest.mark.hosts

# Scripts in place of a slow Helm: each opens FIFO to show that it runs, and would then run for an hour.
SLOW = {
    "waits": "echo > FIFO; exec sleep 3600",
    "has-a-child": "echo > FIFO; sleep 3600; true",
    "has-printed": "echo 'kind: Half'; echo > FIFO; exec sleep 3600",
    "prints-without-end": "echo > FIFO; exec yes 'a: b'",
    "has-left-files": "mkdir tmpcharts-1; echo > charts/half.tgz; echo > FIFO; exec sleep 3600",
    "ignores-it": "trap '' TERM; echo > FIFO; exec sleep 3600",
}
MISSING = "Error: found in Chart.yaml, but missing in charts/ directory: part"


@pytest.fixture
def slow(plugin: Plugin, repository: Path, tmp_path: Path) -> Plugin:
    """Return the plugin with a `helm` that the test still has to write. The repository already has a folder charts/."""
    (tmp_path / "bin").mkdir()
    fifo(plugin).parent.mkdir(parents=True)
    os.mkfifo(fifo(plugin))
    (repository / APP / "charts").mkdir()
    path = os.pathsep.join([str(tmp_path / "bin"), plugin.environment["PATH"]])
    return plugin._replace(environment={**plugin.environment, "PATH": path})


def fifo(plugin: Plugin) -> Path:
    """Return the path of the pipe, in Helm's cache: `helm` may write to only a few folders."""
    return Path(plugin.environment["HELM_CACHE_HOME"]) / "fifo"


def running(slow: Plugin, repository: Path, script: str) -> Call:
    """Start a call with this script as Helm, and return after the script has opened the pipe."""
    folder = slow.workdir.parent
    helm = folder / "bin" / "helm"
    helm.write_text("#!/bin/sh\n" + script.replace("FIFO", shlex.quote(str(fifo(slow)))) + "\n")
    helm.chmod(0o755)
    call = slow.start(repository, request(path=APP), APP)
    fifo(slow).read_bytes()
    return call


def assert_ended(call: Call) -> None:
    answer = call.answer(deadline=0)
    assert answer.status == -signal.SIGTERM, answer.stderr
    assert (answer.stdout, answer.stderr, answer.changed, answer.alive) == ("", "", [], [])
    assert not answer.killed


@pytest.mark.parametrize("script", [pytest.param(script, id=name) for name, script in SLOW.items()])
def test_a_slow_helm_is_ended(slow: Plugin, repository: Path, home: Path, script: str) -> None:
    # Helm leaves files only when it builds dependencies.
    building = f'[ "$1" = template ] && {{ echo "{MISSING}" >&2; exit 1; }}\n' if "charts" in script else ""
    assert_ended(running(slow, repository, building + script))
    assert {it.name for it in home.iterdir()} <= {"_cmp_server", "helm"}


def test_a_program_that_goes_on_in_the_background_is_ended(slow: Plugin, repository: Path) -> None:
    """The program keeps our standard error open, so Argo CD would wait for it."""
    assert_ended(running(slow, repository, "sleep 3600 & echo > FIFO; wait"))


def test_a_helm_that_dies_is_an_error(slow: Plugin, repository: Path) -> None:
    answer = running(slow, repository, "echo > FIFO; kill -KILL $$").answer()
    assert (answer.status, answer.stdout) == (3, "")
    assert answer.stderr.startswith("spk-macvlan: helm: ")


def test_a_helm_that_writes_without_end_to_standard_error_is_cut(slow: Plugin, repository: Path) -> None:
    answer = running(slow, repository, "echo > FIFO; yes word | head -c 5000000 >&2; exit 1").answer()
    assert (answer.status, answer.stdout) == (3, "")
    assert len(answer.stderr) <= 700
