"""Test the Containerfile: its sources exist, its commands work, and any user can run the image on a read-only root."""

from __future__ import annotations

import fcntl
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from postrender import __version__
from tests.hosts.argocd import image
from tests.hosts.argocd.cmpserver import Plugin, request
from tests.hosts.argocd.container import ROOT, environment, instructions, stages
from tests.hosts.argocd.support import APP, Generate, named, parameters
from tests.hosts.argocd.test_dependencies import PART, depend, write
from tests.once import folder_of_run
from tools.binaries import REQUIREMENTS, binary

pytestmark = pytest.mark.hosts

KNOWN = {"ARG", "COPY", "ENV", "FROM", "RUN", "USER", "WORKDIR"}


# Tests of the text of the Containerfile.


def test_the_instructions_are_plain() -> None:
    assert {it.name for it in instructions()} == KNOWN
    assert [it.name for it in stages()[-1]][-1] == "USER"


def test_the_base_is_one_exact_version() -> None:
    (base,) = (it.rest for it in instructions() if it.name == "ARG")
    assert re.fullmatch(r"PYTHON=docker\.io/library/python:3\.\d+\.\d+-slim-\w+(@sha256:[0-9a-f]{64})?", base)
    assert [it.rest for it in instructions() if it.name == "FROM"] == ["${PYTHON} AS build", "${PYTHON}"]


def commands() -> list[str]:
    """Return the commands that building the image runs."""
    found = [re.split(r" && | \| ", it.rest) for it in instructions() if it.name == "RUN"]
    return [command.strip() for listed in found for command in listed]


DOWNLOADING = re.compile(r"\b(pip.* install|pip.* download|apt-get|curl|wget|git|tools\.binaries)\b")
CHECKED = {
    "pip": r".*pip( --python \S+)? install --no-deps (--require-hashes -r|dist/)",
    "apt-get": r"apt-get (update|download \w+=\S+)$",
    "tools.binaries": r".*python -m tools\.binaries helm-4\.2\.3$",
}


def test_what_is_downloaded_has_a_checksum() -> None:
    downloading = [it for it in commands() if DOWNLOADING.search(it)]
    assert len(downloading) == 6
    assert [it for it in downloading if not any(re.match(form, it) for form in CHECKED.values())] == []


def test_a_package_of_debian_is_installed_by_its_checksum() -> None:
    (number,) = (number for number, it in enumerate(commands()) if it.startswith("apt-get download"))
    version = commands()[number].partition("=")[2]
    assert re.fullmatch(rf"echo '[0-9a-f]{{64}}  kustomize_{re.escape(version)}_amd64\.deb'", commands()[number + 1])
    assert [it.split()[0] for it in commands()[number + 2 : number + 4]] == ["sha256sum", "dpkg"]


def test_every_wheel_with_a_tool_has_a_checksum() -> None:
    lines = [line for line in REQUIREMENTS.read_text().splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"\S+==\S+ --hash=sha256:[0-9a-f]{64}", line) for line in lines)


def test_the_page_says_how_the_base_is_pinned() -> None:
    page = (ROOT / "docs/argocd.md").read_text()
    (base,) = (it.rest.rpartition(":")[2] for it in instructions() if it.name == "ARG")
    (row,) = (line for line in page.splitlines() if line.startswith("| the Python image"))
    assert f"its tag, `{base.partition('@')[0]}`" in row
    assert ("not a digest" in row) == ("@" not in base)


def test_what_is_copied_is_in_the_checkout() -> None:
    copies = [it for it in instructions() if it.name == "COPY" and "--from=build" not in it.words()]
    found = [source for it in copies for source in image.sources(it)[0]]
    assert [it for it in found if not (ROOT / it).exists() or it.endswith("/") != (ROOT / it).is_dir()] == []


def test_everything_that_is_written_goes_to_tmp() -> None:
    assert environment() == {
        "PATH": "/opt/venv/bin:/usr/local/bin:/usr/bin:/bin",
        "HOME": "/tmp",
        "HELM_CACHE_HOME": "/tmp/helm/cache",
        "HELM_CONFIG_HOME": "/tmp/helm/config",
        "HELM_DATA_HOME": "/tmp/helm/data",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def test_the_user_is_a_number_that_is_not_root() -> None:
    # Kubernetes can check that a user is not root only if the user is a number.
    (user,) = (it.rest for it in stages()[-1] if it.name == "USER")
    assert int(user) > 0


def test_the_comments_name_this_version() -> None:
    assert f"spk-macvlan-cmp:{__version__} " in (ROOT / "argocd/Containerfile").read_text()


# Tests of the built image.


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the image, which is built once and shared by all workers of a run."""
    base = tmp_path_factory.getbasetemp()
    for folder in (base, *base.parents):
        if folder.name.startswith(("pytest-", "popen-")):
            folder.chmod(0o755)  # lets another user pass through the folder
    shared = folder_of_run(tmp_path_factory)
    with (shared / "image.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "image" / "complete").exists():
            image.build(shared / "image")
            (shared / "image" / "complete").touch()
    return shared / "image"


@pytest.fixture
def container(built: Path, home: Path) -> Plugin:
    """Return the plugin of the image, run by a user without an account."""
    file = built / "home/argocd/cmp-server/config/plugin.yaml"
    return Plugin(file, environment(), home, image.running(built, home))


@pytest.mark.root
def test_the_image_gives_the_same_bytes(container: Plugin, repository: Path, generate: Generate) -> None:
    answer = container.start(repository, request(path=APP), APP).answer()
    assert (answer.status, answer.stderr, answer.changed) == (0, "", [])
    assert answer.stdout == generate().stdout


@pytest.mark.root
def test_the_image_announces(container: Plugin, repository: Path) -> None:
    answer = container.start(repository, request(path=APP), APP, "parameters").answer()
    assert answer.status == 0, answer.stderr


@pytest.mark.root
def test_the_image_builds_dependencies(container: Plugin, repository: Path) -> None:
    write(repository / "libraries" / "part", PART)
    depend(repository / APP, "file://../../libraries/part")
    answer = container.start(repository, request(path=APP), APP).answer()
    assert named(answer, "part")
    assert answer.changed == []


@pytest.mark.root
def test_the_image_runs_kustomize(container: Plugin, built: Path, repository: Path) -> None:
    # kustomize stands for the programs that apt-get puts into /usr/bin.
    shutil.copy(binary("kustomize"), built / "bin-of-the-image")
    (repository / APP / "kustomization.yaml").write_text("resources: [templates/tmm.yaml]\n")
    answer = container.start(repository, request(parameters(kustomize="true"), path=APP), APP).answer()
    assert named(answer, "macvlan-internal")


@pytest.mark.root
def test_the_user_is_nobody_and_can_write_to_tmp_only(built: Path, home: Path) -> None:
    script = (
        "id -u; id -g; id -un 2> /dev/null;"  # the last `id` fails, because the user has no name
        "for it in / /opt /opt/venv /usr/local/bin /home/argocd /tmp; do [ -w $it ] && echo $it; done"
    )
    command = [*image.running(built, home), "sh", "-c", script]
    done = subprocess.run(command, cwd=home, env=environment(), capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(image.USER), "0", str(image.USER), "/tmp"]


@pytest.mark.root
def test_the_bytecode_is_there_and_is_not_checked(built: Path) -> None:
    library = built / "opt/venv/lib"
    sources = [it for it in library.rglob("*.py") if it.stat().st_size]
    assert [it for it in sources if it.name == "main.py" and it.parent.name == "cli"]
    for source in sources:
        (compiled,) = (source.parent / "__pycache__").glob(f"{source.stem}.cpython-*.pyc")
        assert compiled.read_bytes()[4:8] == b"\1\0\0\0", source  # bytecode with an unchecked hash (PEP 552)


@pytest.mark.root
def test_only_what_runs_is_installed(built: Path) -> None:
    (packages,) = (built / "opt/venv/lib").glob("python*/site-packages")
    installed = {it.name.split("-")[0].lower() for it in packages.glob("*.dist-info")}
    assert installed == {"jsonpatch", "jsonpointer", "pyyaml", "ruamel_yaml", "shtab", "spk_macvlan"}


@pytest.mark.root
def test_helm_is_the_pinned_one(built: Path, home: Path) -> None:
    command = [*image.running(built, home), "helm", "version", "--template={{.Version}}"]
    done = subprocess.run(command, cwd=home, env=environment(), capture_output=True, text=True, check=True)
    assert done.stdout == "v4.2.3"
