"""A folder of compiled files for kustomize. A later run recognizes each file by its first comment."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from postrender import files
from postrender.errors import UsageError, full_name
from postrender.hosts import guarded_patches

if TYPE_CHECKING:
    from collections.abc import Mapping

    from postrender.yamledit.stream import Stream


NAMES = KUSTOMIZATION, NETWORKS, POLICIES, REFERENCES, REPLACEMENTS = (
    "kustomization.yaml",
    "networks.yaml",
    "policies.yaml",
    "references.yaml",
    "replacements.yaml",
)


def write(contents: Mapping[str, Stream], directory: str, force: bool) -> None:
    """Write files to a directory, and remove the files of an earlier run that are not in `contents`.

    Raises UsageError if the directory contains files that this program did not write, unless `force` is true.
    """
    try:
        os.makedirs(directory, exist_ok=True)
        earlier = [name for name in sorted(os.listdir(directory)) if _is_ours(directory, name, force)]
        for name, content in contents.items():
            files.write(os.path.join(directory, name), content.data)
        for name in earlier:
            if name not in contents:
                os.unlink(os.path.join(directory, name))
    except OSError as error:
        raise UsageError(f"cannot write to {full_name(directory)}: {error.strerror}") from None


def _is_ours(directory: str, name: str, force: bool) -> bool:
    """Report whether an earlier run wrote a file; raise UsageError if not, unless `force` is true."""
    path = os.path.join(directory, name)
    if name in NAMES and _is_marked(path):
        return True
    if not force:
        sentence = f"{full_name(path)} was not written by spk-macvlan"
        raise UsageError(f"{sentence}; use an empty directory, or --force to write to this one")
    return False


def _is_marked(path: str) -> bool:
    if not os.path.isfile(path):
        return False
    with open(path, "rb") as file:
        mark = guarded_patches.MARK.encode()
        return file.read(len(mark)) == mark
