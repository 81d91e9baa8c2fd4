"""The kustomize Component: two files that kustomize and kubectl build without flags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.hosts import guarded_patches
from postrender.hosts.folder import KUSTOMIZATION, NETWORKS
from postrender.yamledit import join

if TYPE_CHECKING:
    from typing import Any

    from postrender.hosts.guarded_patches import Compiled
    from postrender.yamledit.stream import Stream

API_VERSION = "kustomize.config.k8s.io/v1alpha1"


def files(made: Compiled) -> dict[str, Stream]:
    """Return the Component's files, by name."""
    contents = {KUSTOMIZATION: join.write([_kustomization(made)], [made.mark], opened=False)}
    if made.networks:
        contents[NETWORKS] = join.write(made.networks, [made.mark])
    return contents


def _kustomization(made: Compiled) -> dict[str, Any]:
    component: dict[str, Any] = {"apiVersion": API_VERSION, "kind": "Component"}
    if made.networks:
        component["resources"] = [NETWORKS]
    component["replacements"] = [_guard(made.tmm)]
    component["patches"] = [guarded_patches.as_kustomize(patch) for patch in made.patches]
    return component


def _guard(tmm: dict[str, str]) -> dict[str, Any]:
    """Return a kustomize replacement that copies the TMM's name onto itself.

    kustomize silently skips a patch without a target, but a replacement without a source fails the build.
    """
    field = "metadata.name"
    target = {"select": guarded_patches.selector_of(tmm), "fieldPaths": [field]}
    return {"source": {**tmm, "fieldPath": field}, "targets": [target]}
