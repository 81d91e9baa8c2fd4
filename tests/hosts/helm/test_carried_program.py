"""Test the released plugin that contains its program: it needs only python3 and Helm on the PATH."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from postrender import __version__
from tests.hosts.helm.objects import CONFIG, CONVERTED, EXAMPLE, HELM_3, VERSIONS, Done, Template, helm_4
from tests.hosts.helm.openpgp import rings
from tests.once import made_once
from tests.patience import HANG
from tools import helm_plugin, pythons, release
from tools.binaries import binary

pytestmark = pytest.mark.hosts

ROOT = Path(__file__).parents[3]
LOCK = (ROOT / release.LOCK).read_text()
FILE = f"spk-macvlan-{__version__}.tgz"
SECONDS = 1_700_000_000
PYTHON = getattr(sys, "_base_executable", sys.executable)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return made_once(tmp_path_factory, "wheel", lambda: built(tmp_path_factory.mktemp("wheel")))


def built(out: Path) -> bytes:
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (file,) = out.glob("*.whl")
    return file.read_bytes()


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory, wheel: bytes) -> bytes:
    return made_once(tmp_path_factory, "plugin", lambda: packed(wheel, SECONDS))


def packed(wheel: bytes, seconds: int) -> bytes:
    return helm_plugin.archive(wheel, release.carried(wheel, LOCK), __version__, seconds)


@pytest.fixture
def folder(archive: bytes, tmp_path: Path) -> Path:
    """Unpack the plugin below a folder with a space in its name, and return its folder."""
    place = tmp_path / "my plugins"
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extraction_filter = getattr(tarfile, "tar_filter", None)  # from Python 3.11.4 on
        tar.extractall(place)
    return place / "spk-macvlan"


def alone(tmp_path: Path, *words: str, helm: str = "", python: str = PYTHON, **variables: str) -> Done:
    """Run a command with only python3 on the PATH, and Helm if a version is given."""
    programs = tmp_path / "bin"
    programs.mkdir(exist_ok=True)
    for name, program in {"python3": python, **({"helm": str(binary(helm))} if helm else {})}.items():
        (programs / name).unlink(missing_ok=True)
        (programs / name).symlink_to(program)
    homes = {"HOME": str(tmp_path), "HELM_DATA_HOME": str(tmp_path / "my data"), "PYTHONDONTWRITEBYTECODE": "1"}
    plugins = {"HELM_PLUGINS": str(tmp_path / "my data" / "plugins")}
    command = ["helm" if helm else "python3", *words]
    done = subprocess.run(
        [str(programs / command[0]), *command[1:]],
        env={"PATH": str(programs), **homes, **plugins, **variables},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=HANG,
        check=False,
    )
    return Done(done.args, done.returncode, done.stdout, done.stderr)


@helm_4
def test_helm_4_installs_the_file_and_renders_with_it(
    template: Template, archive: bytes, tmp_path: Path, version: str
) -> None:
    (tmp_path / FILE).write_bytes(archive)
    installed = alone(tmp_path, "plugin", "install", FILE, "--verify=false", helm=version)
    assert installed.returncode == 0, installed.stderr
    rendered = alone(tmp_path, "template", "rel", EXAMPLE, *CONVERTED, helm=version)
    assert (rendered.stdout, rendered.stderr) == (template(version, EXAMPLE, *CONVERTED), "")


def test_a_signature_covers_the_program(folder: Path, tmp_path: Path) -> None:
    version = VERSIONS[-1]
    secret, public = rings("Throw Away <throw-away@example.com>")
    (tmp_path / "secret.gpg").write_bytes(secret)
    (tmp_path / "public.gpg").write_bytes(public)
    signing = ["--sign", "--key", "throw-away", "--keyring", "secret.gpg"]
    packaged = alone(tmp_path, "plugin", "package", str(folder), *signing, helm=version)
    assert packaged.returncode == 0, packaged.stderr
    installed = alone(tmp_path, "plugin", "install", FILE, "--keyring", "public.gpg", helm=version)
    assert installed.returncode == 0, installed.stderr
    data = bytearray((tmp_path / FILE).read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / FILE).write_bytes(data)
    verified = alone(tmp_path, "plugin", "verify", FILE, "--keyring", "public.gpg", helm=version)
    assert verified.returncode == 1


def test_helm_3_takes_the_program_of_the_folder_by_its_path(template: Template, folder: Path, tmp_path: Path) -> None:
    words = [str(folder / "bin" / "spk-macvlan") if it == "spk-macvlan" else it for it in CONVERTED]
    rendered = alone(tmp_path, "template", "rel", EXAMPLE, *words, helm=HELM_3)
    assert (rendered.stdout, rendered.stderr) == (template(HELM_3, EXAMPLE, *CONVERTED), "")


@pytest.mark.parametrize("version", pythons.SUPPORTED)
def test_every_python_of_this_machine_starts_it(folder: Path, tmp_path: Path, version: str) -> None:
    """Few machines have all Python versions.

    The next test checks that the plugin contains the wheels of all of them.
    """
    for python in list(pythons.interpreters(version))[:1]:
        done = alone(tmp_path, str(folder / "bin" / "spk-macvlan"), "check", CONFIG, python=python)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_it_has_the_manual_with_it(folder: Path, tmp_path: Path) -> None:
    explain = [str(folder / "bin" / "spk-macvlan"), "explain"]
    page, message = alone(tmp_path, *explain, "veths", PYTHONOPTIMIZE="2"), alone(tmp_path, *explain, "Link not found")
    assert (page.stdout.splitlines()[0], page.stderr) == ("veths (change)", "")
    assert "TMM takes over kernel interfaces." in page.stdout
    assert (message.stdout.splitlines()[0], message.stderr) == ("macvlan:", "")


def test_there_is_a_binding_for_each_python_and_machine(folder: Path) -> None:
    found = sorted(re.sub(r"^_yaml\.|\.so$", "", file.name) for file in (folder / "lib" / "yaml").glob("*.so"))
    names = [version.replace(".", "") for version in pythons.SUPPORTED]
    machines = ("darwin", "aarch64-linux-gnu", "x86_64-linux-gnu")
    assert found == sorted(f"cpython-{name}-{machine}" for name in names for machine in machines)


def test_a_python_without_a_binding_is_told_in_one_line(folder: Path, tmp_path: Path) -> None:
    for file in (folder / "lib" / "yaml").glob("*.so"):
        file.unlink()
    done = alone(tmp_path, str(folder / "bin" / "spk-macvlan"), "--version")
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(
        r"spk-macvlan: this plugin has PyYAML for CPython 3\.10 to 3\.14 on .*; install .*\n", done.stderr
    )


def test_an_old_python_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 1, "final", 0))
    with pytest.raises(
        SystemExit, match=r"^spk-macvlan: needs Python 3\.10 or newer as python3, and this is Python 3\.9;"
    ):
        exec(compile(helm_plugin.LAUNCHER, "launcher", "exec"), {"__file__": __file__})


def test_the_same_wheel_gives_the_same_bytes(wheel: bytes, archive: bytes) -> None:
    assert packed(wheel, SECONDS) == archive
    assert packed(wheel, SECONDS + 1) != archive


def test_every_dependency_comes_with_its_licence(folder: Path) -> None:
    assert {it.name for it in (folder / "licences").iterdir()} == {
        "jsonpatch",
        "jsonpointer",
        "pyyaml",
        "ruamel-yaml",
        "shtab",
        "spk-macvlan",
    }
