"""Test the plugin folder for Helm 4: every Helm 4 accepts it, however it was installed, and it finds the program."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from postrender import __version__
from tests.hosts.helm.objects import CONVERTED, EXAMPLE, HELM_3, Run, Template, every_helm, helm_4

pytestmark = pytest.mark.hosts


@pytest.fixture(params=["written", "written-twice", "written-to-a-path-with-spaces", "installed"])
def plugins(request: pytest.FixtureRequest, run: Run, version: str, tmp_path: Path) -> str:
    """Return a Helm plugins folder that contains our plugin."""
    if request.param == "installed":
        folder = install(run, version, tmp_path / "data")
    else:
        folder = tmp_path / ("my own/helm plugins" if "spaces" in request.param else "plugins")
        for _ in range(2 if "twice" in request.param else 1):
            write(run, folder)
    return str(folder)


def write(run: Run, folder: Path) -> None:
    done = run("spk-macvlan", "helm-plugin", str(folder))
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{folder}/spk-macvlan\n", "")


def install(run: Run, version: str, data: Path) -> Path:
    """Install the plugin. Helm installs it below its data folder, even if HELM_PLUGINS is set."""
    shipped = run("spk-macvlan", "helm-plugin").stdout.rstrip("\n")
    done = run(version, "plugin", "install", shipped, HELM_DATA_HOME=str(data))
    assert (done.returncode, done.stderr) == (0, "")
    assert "Installed plugin: spk-macvlan\n" in done.stdout
    return data / "plugins"


@helm_4
def test_helm_lists_the_plugin_and_warns_of_nothing(run: Run, version: str, plugins: str) -> None:
    done = run(version, "plugin", "list", HELM_PLUGINS=plugins)
    _, *rows = done.stdout.splitlines()
    assert [row.split()[:4] for row in rows] == [["spk-macvlan", __version__, "postrenderer/v1", "v1"]]
    assert (done.returncode, done.stderr) == (0, "")


@helm_4
def test_helm_renders_with_the_plugin(template: Template, run: Run, version: str, plugins: str) -> None:
    done = run(version, "template", "rel", EXAMPLE, *CONVERTED, HELM_PLUGINS=plugins)
    assert (done.stdout, done.stderr) == (template(version, EXAMPLE, *CONVERTED), "")


@helm_4
def test_the_plugin_can_be_uninstalled(run: Run, version: str, tmp_path: Path) -> None:
    folder = install(run, version, tmp_path / "data")
    shipped = Path(run("spk-macvlan", "helm-plugin").stdout.rstrip("\n"), "plugin.yaml")
    assert run(version, "plugin", "uninstall", "spk-macvlan", HELM_PLUGINS=str(folder)).returncode == 0
    assert "spk-macvlan" not in run(version, "plugin", "list", HELM_PLUGINS=str(folder)).stdout
    # Helm installs a link, so `uninstall` must remove only the link.
    assert shipped.is_file()


@every_helm
@pytest.mark.usefixtures("helm_4_plugin")
def test_the_program_is_found_in_a_folder_with_spaces_on_path(
    template: Template, run: Run, helm_env: dict[str, str], tmp_path: Path, version: str
) -> None:
    program = shutil.which("spk-macvlan", path=helm_env["PATH"])
    folder = tmp_path / "my own bin"
    folder.mkdir()
    (folder / "spk-macvlan").symlink_to(str(program))
    done = run(version, "template", "rel", EXAMPLE, *CONVERTED, PATH=f"{folder}:/usr/bin:/bin")
    assert done.stdout == template(version, EXAMPLE, *CONVERTED)


@every_helm
@pytest.mark.usefixtures("helm_4_plugin")
def test_helm_says_so_where_the_program_is_not_on_path(run: Run, version: str, tmp_path: Path) -> None:
    done = run(version, "template", "rel", EXAMPLE, *CONVERTED, PATH=str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert 'exec: "spk-macvlan": executable file not found in $PATH' in done.stderr


@helm_4
def test_helm_4_says_so_where_the_plugin_is_not_installed(run: Run, version: str) -> None:
    done = run(version, "template", "rel", EXAMPLE, *CONVERTED)
    assert (done.returncode, done.stdout) == (1, "")
    assert "plugin: {Name:spk-macvlan Type:postrenderer/v1} not found" in done.stderr


@pytest.mark.usefixtures("helm_4_plugin")
def test_helm_3_renders_beside_the_plugin_of_helm_4(template: Template, run: Run) -> None:
    done = run(HELM_3, "template", "rel", EXAMPLE, *CONVERTED)
    assert done.returncode == 0
    assert done.stdout == template(HELM_3, EXAMPLE, *CONVERTED)


def test_helm_3_takes_the_program_by_its_path(template: Template, run: Run, helm_env: dict[str, str]) -> None:
    program = str(shutil.which("spk-macvlan", path=helm_env["PATH"]))
    done = run(HELM_3, "template", "rel", EXAMPLE, "--post-renderer", program, *CONVERTED[2:], PATH="/usr/bin:/bin")
    assert (done.stdout, done.stderr) == (template(HELM_3, EXAMPLE, *CONVERTED), "")
