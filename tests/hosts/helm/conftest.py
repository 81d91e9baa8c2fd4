from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.hosts.helm.apiserver import Cluster, serve
from tests.hosts.helm.objects import CHARTS, HELM_3, VERSIONS, ChartWith, Done, Filter, Refusal, Run, Template
from tests.patience import HANG
from tools.binaries import binary

if TYPE_CHECKING:
    from collections.abc import Iterator

_FOREIGN = re.compile(r"(HELM|KUBE|SPK_MACVLAN)\w*|\w+_PROXY", re.IGNORECASE)
# A plugin that passes its input on and keeps a copy. Helm 3 runs the program `tee` instead.
_TEE = """\
apiVersion: v1
type: postrenderer/v1
name: tee
version: 0.1.0
runtime: subprocess
runtimeConfig:
  platformCommand:
  - command: tee
"""


@pytest.fixture
def helm_env(tmp_path: Path) -> dict[str, str]:
    """Return an environment for Helm: this test's home, plugins and kubeconfig, no proxy, this Python's programs."""
    return _isolated(tmp_path)


def _isolated(folder: Path) -> dict[str, str]:
    mine = {name: value for name, value in os.environ.items() if not _FOREIGN.fullmatch(name)}
    homes = {f"HELM_{it}_HOME": str(folder / "helm" / it.lower()) for it in ("CACHE", "CONFIG", "DATA")}
    return {
        **mine,
        **homes,
        "HELM_PLUGINS": str(folder / "helm" / "plugins"),
        "KUBECONFIG": str(folder / "kubeconfig"),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), mine["PATH"]]),
    }


@pytest.fixture
def helm_4_plugin(helm_env: dict[str, str], _helm_folder: Path) -> None:
    """Install the plugin for ``--post-renderer spk-macvlan`` in Helm 4.

    Helm 3 finds the program on the PATH, and warns about a plugin for Helm 4.
    """
    written = Path(_isolated(_helm_folder)["HELM_PLUGINS"], "spk-macvlan")
    shutil.copytree(written, Path(helm_env["HELM_PLUGINS"], "spk-macvlan"))


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """Run an API server, to which the kubeconfig of ``helm_env`` points."""
    with serve(tmp_path) as running:
        yield running


@pytest.fixture
def run(helm_env: dict[str, str], tmp_path: Path) -> Run:
    """Return a function that runs a version of Helm, or any program, in this test's folder."""

    def run_here(name: str, *words: str, **variables: str) -> Done:
        program = binary(name) if name in VERSIONS else name
        return _run(program, *words, env={**helm_env, **variables}, folder=tmp_path)

    return run_here


@pytest.fixture
def chart_with(tmp_path: Path) -> ChartWith:
    """Return a function that writes the small chart with another template for its TMM."""

    def write(tmm: str) -> str:
        chart = tmp_path / "chart"
        shutil.copytree(CHARTS / "life", chart)
        (chart / "templates" / "deployment.yaml").write_bytes(tmm.encode())
        return str(chart)

    return write


def _run(program: str | Path, *words: str, env: dict[str, str], folder: Path, stdin: str = "") -> Done:
    """Run a program, and keep the line breaks of its output, which `text=True` would change."""
    command = [str(program), *words]
    done = subprocess.run(
        command, env=env, cwd=folder, input=stdin.encode(), capture_output=True, timeout=HANG, check=False
    )
    return Done(command, done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture(scope="session")
def _helm_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that all renderings of a session share: Helm's folders, with the plugins for Helm 4."""
    folder = tmp_path_factory.mktemp("session")
    env = _isolated(folder)
    subprocess.run(["spk-macvlan", "helm-plugin", env["HELM_PLUGINS"]], env=env, check=True, timeout=HANG)
    tee = Path(env["HELM_PLUGINS"], "tee", "plugin.yaml")
    tee.parent.mkdir()
    tee.write_text(_TEE)
    return folder


@pytest.fixture(scope="session")
def _rendering(_helm_folder: Path) -> Run:
    env = _isolated(_helm_folder)

    @functools.cache
    def render(version: str, chart: str, *words: str) -> Done:
        # Helm 3 would warn about the plugins for Helm 4.
        plugins = {"HELM_PLUGINS": ""} if version == HELM_3 else {}
        arguments = ("template", "rel", chart, *words)
        return _run(binary(version), *arguments, env={**env, **plugins}, folder=_helm_folder)

    return render


@pytest.fixture(scope="session")
def template(_rendering: Run) -> Template:
    """Return a function that returns the output of `helm template rel CHART …`; it caches the output."""

    def text(version: str, chart: str, *words: str) -> str:
        done = _rendering(version, chart, *words)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        return done.stdout

    return text


@pytest.fixture(scope="session")
def refusal(_rendering: Run) -> Refusal:
    """Return a function that returns the errors of a failing `helm template rel CHART …`.

    Helm must print no manifests.
    """

    def text(version: str, chart: str, *words: str) -> str:
        done = _rendering(version, chart, *words)
        assert (done.returncode, done.stdout) == (1, ""), done.stdout
        return done.stderr

    return text


@pytest.fixture(scope="session")
def sent(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Return a function that returns what Helm sends to a post-renderer for `helm template rel CHART …`."""
    folder = tmp_path_factory.mktemp("sent")

    @functools.cache
    def text(version: str, chart: str, *words: str) -> str:
        file = folder / str(len(list(folder.iterdir())))
        template(version, chart, *words, "--post-renderer", "tee", f"--post-renderer-args={file}")
        return file.read_bytes().decode()

    return text


@pytest.fixture(scope="session")
def filtered(_helm_folder: Path) -> Filter:
    """Return a function that pipes a stream through spk-macvlan."""
    env = _isolated(_helm_folder)

    @functools.cache
    def text(stream: str, *words: str) -> str:
        done = _run("spk-macvlan", *words, env=env, folder=_helm_folder, stdin=stream)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return text
