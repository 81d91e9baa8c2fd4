"""Test a release: reproducible builds, a correct bill of materials, and types that users can check."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import re
import subprocess
import sys
import venv
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from postrender import __version__
from tests.once import made_once
from tools.lock import locked
from tools.release import MARKER, SURROUNDINGS, ReleaseError, Surroundings, bill, build, check, main, same

ROOT = Path(__file__).parent.parent
LOCK = (ROOT / "requirements" / "dev.txt").read_text()
NAME = f"spk_macvlan-{__version__}"
WHEEL, SDIST, BILL = f"{NAME}-py3-none-any.whl", f"{NAME}.tar.gz", f"{NAME}.cdx.json"
PLUGIN = f"spk-macvlan-{__version__}.tgz"


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the files of a release by name, and check the command's output."""
    return made_once(tmp_path_factory, "release", lambda: release(tmp_path_factory.mktemp("release") / "dist"))


def release(out: Path) -> dict[str, bytes]:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        assert main(["--out", str(out)]) == 0
    files = {path.name: path.read_bytes() for path in out.iterdir()}
    sums = [f"{hashlib.sha256(content).hexdigest()}  {name}" for name, content in files.items()]
    assert sorted(printed.getvalue().splitlines()) == sorted(sums)
    return files


# Tests of the builds.


def test_a_release_is_a_wheel_an_sdist_a_plugin_and_a_bill_of_materials(released: dict[str, bytes]) -> None:
    assert set(released) == {WHEEL, SDIST, PLUGIN, BILL}


def test_another_build_gives_the_same_bytes(released: dict[str, bytes], tmp_path: Path) -> None:
    other = Surroundings("third", 0o027, {"LC_ALL": "POSIX", "TZ": "America/Lima", "PYTHONHASHSEED": "3"})
    assert build(ROOT, tmp_path, other) == {name: released[name] for name in (WHEEL, SDIST)}


BACKEND = """\
import os, tarfile

def reset(member):
    member.mtime, member.mode = 0, 0o644
    return member

def build_sdist(out, settings=None):
    with open("leak", "w") as file:
        file.write(str({leak}))
    with tarfile.open(f"{{out}}/x-1.tar.gz", "w") as archive:
        for name in ("backend.py", "pyproject.toml", "PKG-INFO", "leak"):
            archive.add(name, f"x-1/{{name}}", filter=reset)
    return "x-1.tar.gz"

def build_wheel(out, settings=None, metadata=None):
    with open(f"{{out}}/x-1-py3-none-any.whl", "w") as file:
        file.write("the same")
    return "x-1-py3-none-any.whl"
"""
PROJECT = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'


def builds_of(folder: Path, leak: str) -> list[dict[str, bytes]]:
    """Build a project twice, with this expression's value in its sdist, and return both builds."""
    checkout = folder / "checkout"
    checkout.mkdir()
    (checkout / "backend.py").write_text(BACKEND.format(leak=leak))
    (checkout / "pyproject.toml").write_text(PROJECT)
    (checkout / "PKG-INFO").write_text("Metadata-Version: 2.4\nName: x\nVersion: 1\n")
    me = ("-c", "user.name=Me", "-c", "user.email=me@example.com", "-c", "commit.gpgsign=false")
    for words in (("init", "--quiet"), ("add", "."), (*me, "commit", "--quiet", "--message", "Leak")):
        subprocess.run(["git", *words], cwd=checkout, check=True)
    return [build(checkout, folder, it) for it in SURROUNDINGS]


@pytest.mark.parametrize(
    "leak",
    [
        pytest.param("os.getcwd()", id="folder"),
        pytest.param("os.umask(0)", id="umask"),
        pytest.param("os.stat('pyproject.toml').st_mode", id="mode of a file"),
        pytest.param("os.stat('pyproject.toml').st_mtime_ns", id="time of the copy"),
        pytest.param("os.environ['LC_ALL']", id="locale"),
        pytest.param("__import__('time').localtime(0).tm_hour", id="time zone"),
        pytest.param("hash('x')", id="seed of hashes"),
        pytest.param("os.path.expanduser('~')", id="home"),
        pytest.param("__import__('tempfile').gettempdir()", id="temporary folder"),
        pytest.param("os.environ['PWD']", id="where it is started"),
        pytest.param("os.readlink(f'/proc/{os.getppid()}/cwd')", id="where its parent is"),
        pytest.param("__import__('getpass').getuser()", id="user"),
    ],
)
def test_what_leaks_into_a_build_is_found(tmp_path: Path, leak: str) -> None:
    with pytest.raises(ReleaseError, match=r"^two builds of one commit differ in x-1\.tar\.gz$"):
        same(builds_of(tmp_path, leak))


def test_the_time_of_the_commit_is_the_time_of_the_build(tmp_path: Path) -> None:
    first, second = builds_of(tmp_path, "int(os.environ['SOURCE_DATE_EPOCH'])")
    assert same([first, second]) == first


def test_a_file_that_only_one_build_makes_is_found() -> None:
    with pytest.raises(ReleaseError, match=r"differ in b, c$"):
        same([{"a": b"", "b": b""}, {"a": b"", "c": b""}])


def test_a_build_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"(?s)-m build failed: .*ZeroDivisionError"):
        builds_of(tmp_path, "1 / 0")


# Tests of the bill of materials.


def components(text: str) -> dict[str, dict[str, Any]]:
    return {part["bom-ref"]: part for part in json.loads(text)["components"]}


def hashes(part: dict[str, Any]) -> set[str]:
    assert {it["alg"] for it in part["hashes"]} == {"SHA-256"}
    return {it["content"] for it in part["hashes"]}


def test_the_bill_names_the_wheel_with_its_hash_and_licence(released: dict[str, bytes]) -> None:
    product = json.loads(released[BILL])["metadata"]["component"]
    assert (product["name"], product["version"]) == ("spk-macvlan", __version__)
    assert [it["expression"] for it in product["licenses"]] == ["Apache-2.0"]
    assert hashes(product) == {hashlib.sha256(released[WHEEL]).hexdigest()}


def test_the_bill_has_what_the_program_needs_and_no_development_tool(released: dict[str, bytes]) -> None:
    names = {part["name"] for part in components(released[BILL].decode()).values()}
    assert names == {"jsonpatch", "jsonpointer", "pyyaml", "ruamel-yaml", "shtab", PLUGIN}


def test_the_bill_names_the_plugin_with_its_hash_and_what_it_carries(released: dict[str, bytes]) -> None:
    text = released[BILL].decode()
    (plugin,) = (it for it in components(text).values() if it["name"] == PLUGIN)
    assert (plugin["type"], hashes(plugin)) == ("file", {hashlib.sha256(released[PLUGIN]).hexdigest()})
    (carried,) = (it["dependsOn"] for it in json.loads(text)["dependencies"] if it["ref"] == PLUGIN)
    assert {re.split(r"[/@]", it)[-2] for it in carried} == {
        "jsonpatch",
        "jsonpointer",
        "pyyaml",
        "ruamel-yaml",
        "shtab",
        "spk-macvlan",
    }


WHEEL_METADATA = "Metadata-Version: 2.4\nName: A.B\nVersion: 1\nLicense-Expression: MIT\nRequires-Dist: C_d>=1\n"
LOCKED = """\
# made by a tool
c-d==2 ; python_full_version < '3.11' \\
    --hash=sha256:{2} \\
    --hash=sha256:{3}
    # via -r requirements/dev.in
c-d==4 ; python_full_version >= '3.11' \\
    --hash=sha256:{4}
    # via
    #   -r requirements/dev.in
    #   tool
e==5 \\
    --hash=sha256:{5}
    # via
    #   c-d
    #   tool
f==6 \\
    --hash=sha256:{6}
    # via e
tool==7 \\
    --hash=sha256:{7}
    # via -r requirements/dev.in
""".format(*(str(number) * 64 for number in range(8)))


def wheel(metadata: str = WHEEL_METADATA) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a_b-1.dist-info/METADATA", metadata)
    return buffer.getvalue()


def test_versions_hashes_and_markers_are_those_of_the_lock_file() -> None:
    parts = components(bill(wheel(), LOCKED, 0))
    found = {name: hashes(part) for name, part in parts.items()}
    assert found == {
        "pkg:pypi/c-d@2": {"2" * 64, "3" * 64},
        "pkg:pypi/c-d@4": {"4" * 64},
        "pkg:pypi/e@5": {"5" * 64},
        "pkg:pypi/f@6": {"6" * 64},
    }
    assert parts["pkg:pypi/c-d@2"]["properties"] == [{"name": MARKER, "value": "python_full_version < '3.11'"}]
    assert "properties" not in parts["pkg:pypi/e@5"]


def test_the_graph_leads_from_the_product_to_what_its_dependencies_need() -> None:
    edges = json.loads(bill(wheel(), LOCKED, 0))["dependencies"]
    assert {it["ref"]: it.get("dependsOn", []) for it in edges} == {
        "pkg:pypi/a-b@1": ["pkg:pypi/c-d@2", "pkg:pypi/c-d@4"],
        "pkg:pypi/c-d@2": ["pkg:pypi/e@5"],
        "pkg:pypi/c-d@4": ["pkg:pypi/e@5"],
        "pkg:pypi/e@5": ["pkg:pypi/f@6"],
        "pkg:pypi/f@6": [],
    }


def test_every_line_of_the_lock_file_is_read() -> None:
    entries = locked(LOCK)
    assert [f"{it.name}=={it.version}" for it in entries] == re.findall(r"^[\w.-]+==\S+", LOCK, re.MULTILINE)
    assert sum(len(it.hashes) for it in entries) == LOCK.count("--hash=")


def test_a_dependency_that_the_lock_file_lacks_is_named() -> None:
    with pytest.raises(ReleaseError, match=r"^the lock file lacks c-d, g$"):
        bill(wheel(f"{WHEEL_METADATA}Requires-Dist: g\n"), LOCKED.replace("c-d==", "other=="), 0)


def test_the_same_content_gives_the_same_bill_and_any_other_another_serial_number() -> None:
    assert bill(wheel(), LOCKED, 0) == bill(wheel(), LOCKED, 0)
    others = (bill(wheel(), LOCKED.replace("6" * 64, "8" * 64), 0), bill(wheel(), LOCKED, 1))
    numbers = {json.loads(it)["serialNumber"] for it in (bill(wheel(), LOCKED, 0), *others)}
    assert len(numbers) == 3
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f-]{21}", it) for it in numbers)


def test_the_only_time_in_the_bill_is_the_commits(released: dict[str, bytes]) -> None:
    commit = subprocess.check_output(["git", "log", "-1", "--format=%ct"], cwd=ROOT)
    (time,) = re.findall(r"\d{4}-\d\d-\d\dT[^\"]*", released[BILL].decode())
    assert datetime.fromisoformat(time).timestamp() == int(commit)


def test_the_bill_fits_the_published_schema(released: dict[str, bytes]) -> None:
    document = json.loads(released[BILL])
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    check(released[BILL].decode())


@pytest.mark.parametrize(
    ("member", "value"),
    [("serialNumber", "urn:uuid:1"), ("version", 0), ("components", [{"type": "library"}]), ("unknown", 1)],
)
def test_a_bill_that_does_not_fit_the_schema_is_refused(member: str, value: object) -> None:
    document = {**json.loads(bill(wheel(), LOCKED, 0)), member: value}
    with pytest.raises(ReleaseError, match=r"^the bill of materials does not match CycloneDX's schema: "):
        check(json.dumps(document))


# Tests of the allowed dependencies.


def test_the_lowest_dependencies_are_the_bounds_of_the_package() -> None:
    bounds = dict(re.findall(r'^    "([\w.]+)>=([\d.]+)', (ROOT / "pyproject.toml").read_text(), re.MULTILINE))
    lowest = {it.name: it for it in locked((ROOT / "requirements" / "minimum.txt").read_text())}
    assert set(bounds) == {"jsonpatch", "PyYAML", "ruamel.yaml", "shtab"}
    assert {name: lowest[name.replace(".", "-").lower()].version for name in bounds} == bounds
    assert all(it.hashes for it in lowest.values())


# Tests of types.

RIGHT = """\
from postrender import config, conversion

converted = conversion.convert(b"", config.load("spk-macvlan.yaml"))
output: bytes = converted.output
if isinstance(converted, conversion.Converted):
    names: list[str] = [network.name for network in converted.defined]
"""
WRONG = """\
from postrender import config, conversion

conversion.convert("text", config.load("spk-macvlan.yaml"))
output: int = conversion.convert(b"", config.load(b"spk-macvlan.yaml")).output
"""


@pytest.fixture(scope="session")
def user(released: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an environment that contains only the wheel."""
    folder = tmp_path_factory.mktemp("user")
    venv.create(folder, symlinks=True)
    (site,) = folder.glob("lib/python3*/site-packages")
    with zipfile.ZipFile(io.BytesIO(released[WHEEL])) as archive:
        archive.extractall(site)
    return folder


def mypy(user: Path, folder: Path, text: str) -> str:
    """Return mypy's output for a project with one module that imports the installed wheel."""
    (folder / "project.py").write_text(text)
    settings = ["--strict", "--config-file=", "--no-error-summary", "--cache-dir", str(folder / "cache")]
    command = [sys.executable, "-m", "mypy", *settings, "--python-executable", str(user / "bin/python"), "project.py"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout


def test_a_project_that_imports_the_wheel_type_checks(user: Path, tmp_path: Path) -> None:
    assert mypy(user, tmp_path, RIGHT) == ""


def test_a_project_that_uses_the_wheel_wrongly_is_told_by_its_types(user: Path, tmp_path: Path) -> None:
    errors = re.findall(r"^project\.py:(\d+): error: .*\[([\w-]+)\]$", mypy(user, tmp_path, WRONG), re.MULTILINE)
    assert sorted(errors) == [("3", "arg-type"), ("4", "arg-type"), ("4", "assignment")]
