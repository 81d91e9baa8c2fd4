"""Test what a user installs: the wheel contains the package and its data, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from postrender import __version__
from postrender.cli.commands import schema

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel and unpack it, as an installer does."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def _run(installed: Path, *words: str) -> str:
    program = "import sys; from postrender.cli.main import main; sys.exit(main(sys.argv[1:]))"
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    command = [sys.executable, "-c", program, *words]  # -c puts the working directory first on the import path
    done = subprocess.run(command, cwd=installed, env=environment, check=True, capture_output=True)
    return done.stdout.decode()


def test_the_wheel_installs_postrender_and_nothing_else(installed: Path) -> None:
    assert {path.name for path in installed.iterdir()} == {"postrender", f"spk_macvlan-{__version__}.dist-info"}


def test_the_wheel_is_typed_and_names_its_licence(installed: Path) -> None:
    info = installed / f"spk_macvlan-{__version__}.dist-info"
    assert (installed / "postrender" / "py.typed").exists()
    assert (info / "licenses" / "LICENSE").exists()
    assert "License-Expression: Apache-2.0" in (info / "METADATA").read_text()


@pytest.mark.parametrize("of", schema.OF)
def test_a_schema_comes_from_the_wheel(installed: Path, of: str) -> None:
    assert (installed / "postrender" / "schemas" / f"{of}.schema.json").exists()
    assert _run(installed, "schema", "--of", of) == (ROOT / f"schemas/{of}.schema.json").read_text()


def test_the_plugin_folder_comes_from_the_wheel(installed: Path) -> None:
    folder = _run(installed, "helm-plugin").strip()
    assert Path(folder) == installed / "postrender" / "helm"
    assert yaml.safe_load((Path(folder) / "plugin.yaml").read_text())["name"] == "spk-macvlan"


def test_every_version_is_the_packages() -> None:
    plugin = yaml.safe_load((ROOT / "helm" / "plugin.yaml").read_text())
    assert plugin["version"] == __version__
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text()
