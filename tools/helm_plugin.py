"""Builds the Helm plugin that includes the program: a folder that runs with the machine's Python and needs no pip.

Helm 4 installs the archive (and verifies it, if it is signed); Helm 3 runs the program in the same folder by its path.
"""

from __future__ import annotations

import gzip
import io
import re
import tarfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from tools.binaries import locked_wheel
from tools.pythons import SUPPORTED

if TYPE_CHECKING:
    from tools.lock import Locked

NAME = "spk-macvlan"
PYTHONS = SUPPORTED
#: The platform tags of PyYAML's wheels; the wheels also run on newer systems.
PLATFORMS = ("manylinux2014_x86_64", "manylinux2014_aarch64", "macosx_11_0_arm64")
NATIVE = "pyyaml"  #: the only dependency with native code, so each wheel is for one machine and one Python
LEVEL = 6  #: the compression level; 9 takes three times as long for 1 % less
PROGRAM = "bin/spk-macvlan"
LAUNCHER = '''\
#!/usr/bin/env python3
"""Starts the program of this folder with the machine's Python."""
import os
import sys

here = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
sys.path[0] = os.path.join(here, "lib")


def stop(sentence):
    sentence = "spk-macvlan: " + sentence
    if "--on-error-document" not in sys.argv:
        sys.exit(sentence)
    print("|-\\n  " + sentence)  # Helm 4 hides standard error, but shows a document that it refuses
    sys.exit(0)


if sys.version_info < (3, 10):
    found = "this is Python %d.%d" % sys.version_info[:2]
    stop("needs Python 3.10 or newer as python3, and " + found + "; install a newer one")

import _imp

binding = os.path.join(here, "lib", "yaml", "_yaml")
built = any(os.path.exists(binding + suffix) for suffix in _imp.extension_suffixes())
if not built or (sys.platform == "darwin" and os.uname().machine != "arm64"):
    found = "%d.%d on %s %s" % (sys.version_info[0], sys.version_info[1], sys.platform, os.uname().machine)
    stop(
        "this plugin has PyYAML for CPython @PYTHONS@ on Linux (x86_64, aarch64) and macOS (arm64), not for Python "
        + found + "; install the program with pipx, and its plugin with `spk-macvlan helm-plugin`"
    )

from postrender.cli.main import run

run()
'''
#: Helm splits `command` at spaces, but not `args`, so the path of the folder may contain a space in `args`.
COMMAND = """\
  - command: python3
    args: ["${HELM_PLUGIN_DIR}/bin/spk-macvlan", --on-error-document]  # Helm 4 hides a plugin's standard error
"""


class Wheel(NamedTuple):
    """The name and the files of a wheel."""

    name: str
    files: Mapping[str, bytes]


def archive(product: bytes, lock: Sequence[Locked], version: str, seconds: int) -> bytes:
    """Return the plugin in Helm's package format, a gzipped tar of a folder. The same arguments give the same bytes."""
    files = {f"{NAME}/{path}": data for path, data in contents(product, lock, version).items()}
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for path in sorted({*files, *_folders(files)}):
            _add(tar, path, files.get(path), seconds)
    return gzip.compress(packed.getvalue(), LEVEL, mtime=seconds)


def _folders(files: Mapping[str, bytes]) -> set[str]:
    return {str(folder) for path in files for folder in PurePosixPath(path).parents} - {"."}


def _add(tar: tarfile.TarFile, path: str, data: bytes | None, seconds: int) -> None:
    member = tarfile.TarInfo(path)
    member.mtime = seconds
    member.type = tarfile.DIRTYPE if data is None else tarfile.REGTYPE
    member.size = len(data or b"")
    member.mode = 0o755 if data is None or path.endswith(PROGRAM) else 0o644
    tar.addfile(member, io.BytesIO(data or b""))


def contents(product: bytes, lock: Sequence[Locked], version: str) -> dict[str, bytes]:
    """Return the plugin's files by their paths in its folder."""
    pythons = f"{PYTHONS[0]} to {PYTHONS[-1]}"
    files = {"plugin.yaml": _manifest(product, version), PROGRAM: LAUNCHER.replace("@PYTHONS@", pythons).encode()}
    for wheel in (_read(NAME, product), *wheels(lock)):
        for path, data in wheel.files.items():
            if not _is_wanted(path):
                continue
            place = _place(wheel.name, path)
            if files.setdefault(place, data) != data:
                raise ValueError(f"two wheels have different files for {place}")
    return files


def _manifest(product: bytes, version: str) -> bytes:
    """Return a plugin.yaml whose command starts the program in the plugin's folder."""
    text = _read(NAME, product).files["postrender/helm/plugin.yaml"].decode()
    head, found, _ = text.partition("  - command: spk-macvlan\n")
    if not found or f"\nversion: {version}\n" not in text:
        raise ValueError(f"plugin.yaml lacks the command spk-macvlan, or the version {version}")
    return (re.sub(r"\A(# [^\n]*\n)+", "# The Helm 4 plugin, with its program.\n", head) + COMMAND).encode()


def wheels(lock: Sequence[Locked]) -> Iterator[Wheel]:
    """Yield the dependencies' wheels; PyYAML has native code, so it has a wheel for each platform and Python."""
    for entry in lock:
        targets = [(python, it) for python in PYTHONS for it in PLATFORMS] if entry.name == NATIVE else [("", "")]
        for python, platform in targets:
            wheel = locked_wheel(entry.name, entry.version, entry.hashes, python, platform)
            yield _read(entry.name, wheel.read_bytes())


def _read(name: str, wheel: bytes) -> Wheel:
    with zipfile.ZipFile(io.BytesIO(wheel)) as opened:
        return Wheel(name, {it: opened.read(it) for it in opened.namelist() if not it.endswith("/")})


def _place(name: str, path: str) -> str:
    """Return the path of a wheel's file in the plugin: code goes to `lib`, license files to `licences`."""
    folder = PurePosixPath(path).parts[0]
    if not folder.endswith(".dist-info"):
        return f"lib/{path}"
    return f"licences/{name}/{PurePosixPath(path).name}"


def _is_wanted(path: str) -> bool:
    """Report whether a wheel's file is part of the plugin."""
    parts = PurePosixPath(path).parts
    return not parts[0].endswith(".dist-info") or PurePosixPath(path).name.upper().startswith(("LICEN", "COPYING"))
