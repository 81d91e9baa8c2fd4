"""Test that `make` installs the locked versions, despite newer versions, with the oldest pip that a Python includes."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools import pythons
from tools.binaries import pinned_wheel

ROOT = Path(__file__).parent.parent
#: The version of pip in Python 3.10.0 works up to Python 3.11; later Pythons need the version in Python 3.12.0.
OLDEST_PIP = "pip==21.2.3" if sys.version_info < (3, 12) else "pip==23.2.1"
INSTALLED = "import importlib.metadata as m, json; print(json.dumps({it.name: it.version for it in m.distributions()}))"


def locked(lock: Path) -> Iterator[Requirement]:
    """Yield each package in a lock file."""
    for line in lock.read_text(encoding="utf-8").splitlines():
        if re.match(r"[a-z]", line):
            yield Requirement(line.rstrip("\\ "))


def version(package: Requirement) -> str:
    (specifier,) = package.specifier
    return specifier.version


def needs(package: Requirement) -> list[str]:
    """Return the requirements of an installed package, including extras; a package that is not installed has none."""
    try:
        return metadata.requires(package.name) or []
    except metadata.PackageNotFoundError:
        return []


def release(folder: Path, name: str, version: str, needs: list[str]) -> str:
    """Write an empty package to the index, and return its hash."""
    stem = f"{re.sub(r'[-_.]+', '_', name)}-{version}"
    wheel = folder / f"{stem}-py3-none-any.whl"
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *(f"Requires-Dist: {it}" for it in needs)]
    files = {
        "METADATA": "\n".join([*lines, ""]),
        "WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "RECORD": f"{stem}.dist-info/METADATA,,\n{stem}.dist-info/WHEEL,,\n",
    }
    with zipfile.ZipFile(wheel, "w") as archive:
        for file, text in files.items():
            # ZipInfo has a fixed date, so a package that two lock files name has only one hash.
            archive.writestr(zipfile.ZipInfo(f"{stem}.dist-info/{file}"), text)
    return hashlib.sha256(wheel.read_bytes()).hexdigest()


def publish(lock: Path, folder: Path, index: Path) -> list[Requirement]:
    """Add a lock file's packages to the index, each also with a newer version, and write a lock file for this index."""
    packages = [package for package in locked(lock) if package.name != "pip"]  # the tests keep their own pip
    lines = []
    for package in packages:
        pinned = release(index, package.name, version(package), needs(package))
        release(index, package.name, f"{int(version(package).split('.')[0]) + 1000}.0", needs(package))
        lines.append(f"{package} --hash=sha256:{pinned}\n")
    (folder / "requirements").mkdir(exist_ok=True)
    (folder / "requirements" / lock.name).write_text("".join(lines), encoding="utf-8")
    return packages


def installs(target: str, environment: str) -> list[list[str]]:
    """Return the commands with which a make target installs lock files; paths in them must not contain spaces."""
    variable = "MIN" if target == "test-mindeps" else "VENV"
    command = ["make", "--dry-run", "--always-make", target, f"{variable}={environment}"]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [shlex.split(line) for line in printed.splitlines() if " -r requirements/" in line]


#: The make targets that install lock files, with these files in order.
TARGETS = {
    "test-mindeps": ["dev.txt", "minimum.txt"],
    "fuzz": ["dev.txt", "fuzz.txt"],
    "mutation": ["dev.txt", "mutation.txt"],
}


class Developed(NamedTuple):
    """An environment after `make setup`, an index with the packages of all lock files, and these packages."""

    folder: Path
    packages: dict[str, list[Requirement]]

    def install(self, command: list[str]) -> None:
        index = (self.folder / "index").as_uri()  # pip splits a path at a space
        variables = {**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": index, "PIP_NO_CACHE_DIR": "1"}
        done = subprocess.run(command, cwd=self.folder, env=variables, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def developed(tmp_path_factory: pytest.TempPathFactory) -> Developed:
    """Install the packages with which all targets start, so that they are installed only once."""
    folder = tmp_path_factory.mktemp("developed")
    python = str(folder / "env" / "bin" / "python")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "env")], check=True)
    wheel = str(pinned_wheel(OLDEST_PIP))
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-index", wheel], check=True
    )
    (folder / "index").mkdir()
    names = sorted({lock for locks in TARGETS.values() for lock in locks})
    found = Developed(folder, {name: publish(ROOT / "requirements" / name, folder, folder / "index") for name in names})
    (command,) = installs("setup", "env")
    found.install(command)
    return found


@pytest.mark.hosts
@pytest.mark.parametrize("target", TARGETS)
def test_set_up_gives_what_is_locked_though_everything_has_a_newer_release(
    developed: Developed, tmp_path: Path, target: str
) -> None:
    environment = shutil.copytree(developed.folder / "env", tmp_path / "env", symlinks=True)
    relative = os.path.relpath(environment, developed.folder)
    commands = installs(target, relative)
    names = [word.removeprefix("requirements/") for it in commands for word in it if "requirements/" in word]
    assert names == TARGETS[target]
    assert commands[:1] == installs("setup", relative)
    for command in commands[1:]:
        developed.install(command)
    expected = {"pip": OLDEST_PIP.partition("==")[2]}
    for name in names:
        packages = developed.packages[name]
        expected |= {it.name: version(it) for it in packages if it.marker is None or it.marker.evaluate()}
    found = json.loads(subprocess.check_output([environment / "bin" / "python", "-c", INSTALLED], text=True))
    assert {canonicalize_name(name): it for name, it in found.items()} == {
        canonicalize_name(n): v for n, v in expected.items()
    }


def test_under_each_python_what_is_locked_is_installed_without_resolving(monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[list[str]] = []

    def run(step: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        steps.append(step)
        return subprocess.CompletedProcess(step, 0, "passed", "")

    monkeypatch.setattr(subprocess, "run", run)
    assert pythons.test("3.10", "python3.10") == "passed"
    assert [{"--no-deps", "--require-hashes"} <= {*step} for step in steps if "requirements/dev.txt" in step] == [True]
