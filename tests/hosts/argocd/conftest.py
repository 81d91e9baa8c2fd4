from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.conftest import PROGRAM
from tests.hosts.argocd.cmpserver import Answer, Parameters, Plugin, request
from tests.hosts.argocd.container import ARGOCD, environment
from tests.hosts.argocd.support import APP, CHARTS, Generate
from tests.hosts.helm.objects import CONFIG
from tools.binaries import binary


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return the folder that the container has as /tmp."""
    (tmp_path / "tmp").mkdir()
    return tmp_path / "tmp"


@pytest.fixture
def plugin(home: Path) -> Plugin:
    """Return the container with the image's variables.

    Helm has the image's version; other programs are the tests' own.
    """
    image = {name: value.replace("/tmp", str(home)) for name, value in environment().items()}
    folders = [Path(PROGRAM).parent, binary("helm-4.2.3").parent, "/usr/bin", "/bin"]
    path = os.pathsep.join(map(str, folders))
    return Plugin(ARGOCD / "plugin.yaml", {**image, "PATH": path, "TMPDIR": str(home)}, home)


@pytest.fixture
def with_kustomize(plugin: Plugin) -> Plugin:
    path = os.pathsep.join([str(binary("kustomize").parent), plugin.environment["PATH"]])
    return plugin._replace(environment={**plugin.environment, "PATH": path})


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Return a repository whose folder `apps/lab` holds the probe chart and the example config."""
    shutil.copytree(CHARTS / "probe", tmp_path / "repository" / APP)
    shutil.copy(CONFIG, tmp_path / "repository" / APP)
    return tmp_path / "repository"


@pytest.fixture
def generate(plugin: Plugin, repository: Path) -> Generate:
    """Return a function that generates an application in a folder of the repository; keywords set request variables."""

    def run(parameters: Parameters = None, *, path: str = APP, **more: str) -> Answer:
        return plugin.start(repository, request(parameters, path=path, **more), path).answer()

    return run
