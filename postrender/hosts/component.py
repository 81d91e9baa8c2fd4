"""The kustomize Component: two files that build with kustomize and kubectl, without flags."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from postrender import files
from postrender.errors import UsageError
from postrender.hosts import guarded_patches
from postrender.yamledit import join

if TYPE_CHECKING:
    from typing import Any

    from postrender.hosts.guarded_patches import Compiled

API_VERSION = "kustomize.config.k8s.io/v1alpha1"
KUSTOMIZATION = "kustomization.yaml"
NETWORKS = "networks.yaml"


def write(made: Compiled, directory: str, force: bool) -> None:
    """Write the Component to a directory. Raises UsageError if it holds other files, unless forced."""
    contents = {KUSTOMIZATION: join.write([_kustomization(made)], [made.mark], opened=False)}
    if made.networks:
        contents[NETWORKS] = join.write(made.networks, [made.mark])
    try:
        os.makedirs(directory, exist_ok=True)
        if not force:
            _require_ours(directory)
        for name, content in contents.items():
            files.write(os.path.join(directory, name), content.data)
        if NETWORKS not in contents and os.path.exists(os.path.join(directory, NETWORKS)):
            os.unlink(os.path.join(directory, NETWORKS))
    except OSError as error:
        raise UsageError(f"cannot write the Component to {directory}: {error.strerror}") from None


def _require_ours(directory: str) -> None:
    for name in sorted(os.listdir(directory)):
        if name not in (KUSTOMIZATION, NETWORKS) or not _is_ours(os.path.join(directory, name)):
            sentence = f"{os.path.join(directory, name)} was not written by spk-macvlan"
            raise UsageError(f"{sentence}; use an empty directory, or --force to write to this one")


def _is_ours(path: str) -> bool:
    mark = guarded_patches.MARK.encode()
    if not os.path.isfile(path):
        return False
    with open(path, "rb") as file:
        return file.read(len(mark)) == mark


def _kustomization(made: Compiled) -> dict[str, Any]:
    component: dict[str, Any] = {"apiVersion": API_VERSION, "kind": "Component"}
    if made.networks:
        component["resources"] = [NETWORKS]
    component["replacements"] = [_guard(made.tmm)]
    component["patches"] = [guarded_patches.as_kustomize(patch) for patch in made.patches]
    return component


def _guard(tmm: dict[str, str]) -> dict[str, Any]:
    """Return a kustomize replacement of the TMM's name with itself.

    kustomize silently skips a patch whose target does not exist; a replacement without its source fails the build.
    """
    field = "metadata.name"
    target = {"select": guarded_patches.selector_of(tmm), "fieldPaths": [field]}
    return {"source": {**tmm, "fieldPath": field}, "targets": [target]}
