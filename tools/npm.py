"""Provides npm packages for the tests. The packages are pinned by hash, and kept in the cache of the tools."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import NamedTuple

from tools.binaries import OF_THE_CALLER, ToolError, cache


class Package(NamedTuple):
    """A package, its version, and the SHA-512 of its archive as npm writes it."""

    name: str
    version: str
    integrity: str

    def __str__(self) -> str:
        return f"{self.name}@{self.version}"


def archive(package: Package) -> bytes:
    """Return the package's archive; download it if it is not cached."""
    kept = cache() / f"{_plain(package.name)}-{package.version}.tgz"
    if not kept.exists() or not _is_pinned(package, kept.read_bytes()):
        _fetch(package, kept)
    return kept.read_bytes()


def unpacked(package: Package) -> Path:
    """Return the folder of the package's files, for Node to import."""
    folder = cache() / f"{_plain(package.name)}-{package.version}"
    if not folder.exists():
        with tempfile.TemporaryDirectory(dir=_made(cache()), prefix="tmp-") as temporary:
            _unpack(archive(package), Path(temporary))
            _keep(Path(temporary, "package"), folder)
    return folder


def node() -> str:
    """Return the path of the machine's Node; if there is none, return that of the development dependencies."""
    return program("node")


def program(name: str) -> str:
    """Return a program of Node, such as npm, from the machine or else from the development dependencies."""
    return shutil.which(name) or str(Path(sys.executable).with_name(name))


def _plain(name: str) -> str:
    return name.lstrip("@").replace("/", "-")


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _unpack(data: bytes, folder: Path) -> None:
    """Write the files of an archive; the archive's hash guarantees that their names are harmless."""
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        for member in tar:
            if file := tar.extractfile(member):
                place = folder / member.name
                _made(place.parent)
                place.write_bytes(file.read())


def _keep(folder: Path, place: Path) -> None:
    """Move a folder into the cache, unless another process was faster."""
    try:
        folder.rename(place)
    except OSError:
        if not place.is_dir():
            raise


def _fetch(package: Package, kept: Path) -> None:
    print(f"tools: fetching {package}", file=sys.stderr)
    with tempfile.TemporaryDirectory(dir=_made(kept.parent), prefix="tmp-") as folder:
        command = [program("npm"), "pack", "--silent", "--pack-destination", folder, str(package)]
        environment = {**os.environ, **OF_THE_CALLER}
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, errors="replace")
        if done.returncode:
            reason = (done.stderr.strip() or "no reason was given").splitlines()[0]
            raise ToolError(f"{package} cannot be fetched: {reason}")
        (file,) = Path(folder).glob("*.tgz")
        if not _is_pinned(package, file.read_bytes()):
            raise ToolError(f"{package} does not have the pinned hash")
        file.replace(kept)


def _is_pinned(package: Package, data: bytes) -> bool:
    return base64.b64encode(hashlib.sha512(data).digest()).decode() == package.integrity
