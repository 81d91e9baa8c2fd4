"""Builds the files of a release from the last commit: sdist, wheel, Helm plugin with its program, bill of materials.

`python -m tools.release [--out dist]` prints the SHA-256 of each file in the format that `sha256sum --check` reads.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import re
import subprocess
import sys
import tempfile
import uuid
import zipfile
from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import datetime, timezone
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import NamedTuple

from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from tools import helm_plugin
from tools.binaries import ToolError
from tools.lock import Locked, locked

ROOT = Path(__file__).parent.parent
LOCK = "requirements/dev.txt"
#: The name of the property for a version's marker in the lock file, such as `python_full_version < '3.11'`.
MARKER = "spk-macvlan:environment-marker"


class ReleaseError(Exception):
    """The release files cannot be built, or fail a check."""


class Surroundings(NamedTuple):
    """Properties of the build environment that must not affect the files."""

    folder: str
    umask: int
    variables: Mapping[str, str]


SURROUNDINGS = (
    Surroundings("one", 0o022, {"LC_ALL": "C", "TZ": "UTC", "PYTHONHASHSEED": "1", "LOGNAME": "one"}),
    Surroundings(
        "another ö", 0o077, {"LC_ALL": "C.UTF-8", "TZ": "Pacific/Auckland", "PYTHONHASHSEED": "2", "LOGNAME": "other"}
    ),
)
#: Variables that name folders of the build: the home folder, the temporary folder, and the working directory.
FOLDERS = ("HOME", "TMPDIR", "PWD")


# Building the files.


def commit_time(checkout: Path) -> int:
    """Return the time of the commit in seconds, for SOURCE_DATE_EPOCH."""
    return int(_run(["git", "log", "-1", "--format=%ct"], checkout))


def build(checkout: Path, work: Path, surroundings: Surroundings) -> dict[str, bytes]:
    """Build the last commit in a separate clone. Return the sdist, and the wheel built from the sdist, by name."""
    own = work / surroundings.folder
    copy, out = own / "copy", own / "out"
    own.mkdir()
    _run(["git", "clone", "--quiet", str(checkout), str(copy)], work, surroundings.umask)
    backend = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(copy)]
    variables = _variables(own, surroundings, commit_time(checkout))
    _run(backend, Path(variables["PWD"]), surroundings.umask, variables)
    return {path.name: path.read_bytes() for path in sorted(out.iterdir())}


def _variables(own: Path, surroundings: Surroundings, seconds: int) -> dict[str, str]:
    """Create the folders of a build and return its environment variables. Both builds use the time of the commit."""
    folders = {name: own / name.lower() for name in FOLDERS}
    for folder in folders.values():
        folder.mkdir()
    time = {"SOURCE_DATE_EPOCH": str(seconds)}
    return {**surroundings.variables, **time, **{name: str(folder) for name, folder in folders.items()}}


def same(builds: Sequence[Mapping[str, bytes]]) -> Mapping[str, bytes]:
    """Return the files of the builds; raise ReleaseError if the builds differ."""
    first, *others = builds
    for other in others:
        different = sorted(name for name in {*first, *other} if first.get(name) != other.get(name))
        if different:
            raise ReleaseError(f"two builds of one commit differ in {', '.join(different)}")
    return first


def _run(argv: Sequence[str], folder: Path, umask: int = -1, variables: Mapping[str, str] | None = None) -> str:
    environment = {**os.environ, **(variables or {})}
    done = subprocess.run(argv, cwd=folder, env=environment, umask=umask, capture_output=True, text=True)
    if done.returncode:
        raise ReleaseError(f"{' '.join(argv[:3])} failed: {(done.stderr or done.stdout).strip()}")
    return done.stdout


# The bill of materials.


def needed(names: Set[str], lock: Sequence[Locked]) -> list[Locked]:
    """Return the lock file's entries for these packages and for their direct and indirect dependencies."""
    wanted = set(names)
    while more := {it.name for it in lock if wanted & set(it.via)} - wanted:
        wanted |= more
    if missing := wanted - {it.name for it in lock}:
        raise ReleaseError(f"the lock file lacks {', '.join(sorted(missing))}")
    return [it for it in lock if it.name in wanted]


def dependencies(wheel: bytes) -> set[str]:
    """Return the names of the wheel's run-time dependencies."""
    return {_normal(re.split(r"[^\w.-]", it)[0]) for it in _metadata(wheel).get_all("Requires-Dist", [])}


def carried(wheel: bytes, lock: str) -> list[Locked]:
    """Return the entries for the Helm plugin; of a package's two versions, choose the one for all Pythons."""
    entries = needed(dependencies(wheel), locked(lock))
    return [it for it in entries if not it.marker or "<" in it.marker]


def bill(wheel: bytes, lock: str, seconds: int, plugin: tuple[str, bytes] | None = None) -> str:
    """Return the CycloneDX document of the wheel, its run-time dependencies, and the plugin that contains them.

    The same arguments give the same text.
    """
    about = _metadata(wheel)
    names = dependencies(wheel)
    entries = needed(names, locked(lock))
    parts = {it: _component(it) for it in entries}
    product = _product(about, hashlib.sha256(wheel).hexdigest())
    files = [_file(*plugin)] if plugin else []
    bom = Bom(components=[*parts.values(), *files], metadata=BomMetaData(component=product, timestamp=_moment(seconds)))
    bom.register_dependency(product, [parts[it] for it in entries if it.name in names])
    for entry, part in parts.items():
        bom.register_dependency(part, [parts[it] for it in entries if entry.name in it.via])
    for file in files:
        bom.register_dependency(file, [product, *(parts[it] for it in carried(wheel, lock))])
    bom.serial_number = uuid.UUID(int=0)
    bom.serial_number = uuid.uuid5(uuid.NAMESPACE_URL, _text(bom))
    return _text(bom)


def check(text: str) -> None:
    """Raise ReleaseError unless the text matches the published schema."""
    if error := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        raise ReleaseError(f"the bill of materials does not match CycloneDX's schema: {error}")


def _metadata(wheel: bytes) -> Message:
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return message_from_bytes(archive.read(name))


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _product(about: Message, digest: str) -> Component:
    part = _part(ComponentType.APPLICATION, about["Name"], about["Version"], [digest])
    part.licenses.add(LicenseExpression(about["License-Expression"]))
    return part


def _component(entry: Locked) -> Component:
    part = _part(ComponentType.LIBRARY, entry.name, entry.version, entry.hashes)
    if entry.marker:
        part.properties.add(Property(name=MARKER, value=entry.marker))
    return part


def _part(kind: ComponentType, name: str, version: str, hashes: Sequence[str]) -> Component:
    purl = PackageURL("pypi", name=_normal(name), version=version)
    return Component(
        type=kind,
        name=name,
        version=version,
        purl=purl,
        bom_ref=str(purl),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=it) for it in hashes],
    )


def _file(name: str, content: bytes) -> Component:
    digest = HashType(alg=HashAlgorithm.SHA_256, content=hashlib.sha256(content).hexdigest())
    return Component(type=ComponentType.FILE, name=name, bom_ref=name, hashes=[digest])


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)


def _text(bom: Bom) -> str:
    return JsonV1Dot6(bom).output_as_string(indent=2) + "\n"


# All files together.


def release(checkout: Path, out: Path) -> Iterator[tuple[str, str]]:
    """Write the files; yield the SHA-256 and the name of each."""
    with tempfile.TemporaryDirectory(prefix="spk-macvlan-release-") as work:
        files = dict(same([build(checkout, Path(work), it) for it in SURROUNDINGS]))
    (wheel,) = (name for name in files if name.endswith(".whl"))
    lock, seconds = _run(["git", "show", f"HEAD:{LOCK}"], checkout), commit_time(checkout)
    version = str(_metadata(files[wheel])["Version"])
    plugin = f"{helm_plugin.NAME}-{version}.tgz"
    files[plugin] = helm_plugin.archive(files[wheel], carried(files[wheel], lock), version, seconds)
    text = bill(files[wheel], lock, seconds, (plugin, files[plugin]))
    check(text)
    files["-".join(wheel.split("-")[:2]) + ".cdx.json"] = text.encode()
    out.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (out / name).write_bytes(content)
        yield hashlib.sha256(content).hexdigest(), name


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.release", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("dist"), help="where to write the files (default: dist)")
    try:
        for digest, name in release(ROOT, parser.parse_args(argv).out):
            print(f"{digest}  {name}")
    except (ReleaseError, ToolError, ValueError, OSError) as error:
        print(f"release: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
