"""Reads kustomizations from a checkout: which files a build needs, and nothing else may be named.

The shape below is kustomize's own type (kustomize 5.6 to 5.8, api/types/kustomization.go), without the fields that run
generators, transformers, validators or Helm; `tests/cluster/test_kustomization_fields.py` compares both. Each field is
a plain text, a path in the repository, or an object in place. No field may be an address: kustomize has no network.
"""

from __future__ import annotations

import posixpath
import re

from postrender.errors import InputError, Place, brief
from postrender.hosts import shapes
from postrender.hosts.shapes import TEXT, Each
from postrender.yamledit import nodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.hosts.checkout import Copy
    from postrender.hosts.shapes import Leaf, Shape

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
#: The kinds of scalars that name files: a file; a file or the folder of another kustomization; `key=file` or a file,
#: whose name is then the key; and a file or an object in place.
FILE, BASE, KEYED_FILE, PATCH = "file", "base", "keyed file", "patch"
#: The characters of a path. Addresses, options and escapes need others.
PATH = re.compile(r"[\w.+~ -]+(?:/+[\w.+~ -]+)*/?", re.ASCII)
KEY = re.compile(r"[\w.-]+", re.ASCII)

_MAP = Each(TEXT)
_GVK: dict[str, Shape] = {"group": TEXT, "version": TEXT, "kind": TEXT}
_RESOURCE: dict[str, Shape] = {**_GVK, "name": TEXT, "namespace": TEXT}
_SELECTOR: dict[str, Shape] = {**_RESOURCE, "annotationSelector": TEXT, "labelSelector": TEXT}
_FIELD: dict[str, Shape] = {**_GVK, "path": TEXT, "create": TEXT}
_PATCH_OPTIONS: dict[str, Shape] = {"allowNameChange": TEXT, "allowKindChange": TEXT}
_PATCH: dict[str, Shape] = {"path": FILE, "patch": TEXT, "target": _SELECTOR, "options": _PATCH_OPTIONS}
_IMAGE: dict[str, Shape] = {"name": TEXT, "newName": TEXT, "tagSuffix": TEXT, "newTag": TEXT, "digest": TEXT}
_FIELD_OPTIONS: dict[str, Shape] = {"delimiter": TEXT, "index": TEXT, "encoding": TEXT, "create": TEXT}
_GENERATOR_OPTIONS: dict[str, Shape] = {
    "labels": _MAP,
    "annotations": _MAP,
    "disableNameSuffixHash": TEXT,
    "immutable": TEXT,
}
_CONFIG_MAP: dict[str, Shape] = {
    "name": TEXT,
    "namespace": TEXT,
    "behavior": TEXT,
    "options": _GENERATOR_OPTIONS,
    "literals": [TEXT],
    "files": [KEYED_FILE],
    "envs": [FILE],
    "env": FILE,
}
SHAPE: Shape = {
    "apiVersion": TEXT,
    "kind": TEXT,
    "metadata": {"name": TEXT, "namespace": TEXT, "labels": _MAP, "annotations": _MAP},
    "openapi": {"path": FILE, "version": TEXT},
    "namePrefix": TEXT,
    "nameSuffix": TEXT,
    "namespace": TEXT,
    "commonLabels": _MAP,
    "commonAnnotations": _MAP,
    "labels": [{"pairs": _MAP, "includeSelectors": TEXT, "includeTemplates": TEXT, "fields": [_FIELD]}],
    "patchesStrategicMerge": [PATCH],
    "patchesJson6902": [_PATCH],
    "patches": [_PATCH],
    "images": [_IMAGE],
    "imageTags": [_IMAGE],
    "replacements": [
        {
            "path": FILE,
            "source": {**_RESOURCE, "fieldPath": TEXT, "options": _FIELD_OPTIONS},
            "sourceValue": TEXT,
            "targets": [{"select": _SELECTOR, "reject": [_SELECTOR], "fieldPaths": [TEXT], "options": _FIELD_OPTIONS}],
        }
    ],
    "replicas": [{"name": TEXT, "count": TEXT}],
    "vars": [
        {
            "name": TEXT,
            "objref": {"apiVersion": TEXT, **_RESOURCE},
            "fieldref": {"fieldPath": TEXT, "fieldpath": TEXT},  # kustomize's own examples use the second spelling
        }
    ],
    "sortOptions": {"order": TEXT, "legacySortOptions": {"orderFirst": [TEXT], "orderLast": [TEXT]}},
    "resources": [BASE],
    "components": [BASE],
    "bases": [BASE],
    "crds": [FILE],
    "configurations": [FILE],
    "configMapGenerator": [_CONFIG_MAP],
    "secretGenerator": [{**_CONFIG_MAP, "type": TEXT}],
    "generatorOptions": _GENERATOR_OPTIONS,
    "buildMetadata": [TEXT],
}


def copy(files: Copy) -> None:
    """Copy the files that a build of the application's folder needs; raise InputError if anything else is named."""
    waiting, seen = [files.checkout.folder], set[str]()
    while waiting:
        folder = waiting.pop()
        if folder not in seen:
            seen.add(folder)
            waiting += _bases(files, folder)


def _bases(files: Copy, folder: str) -> Iterator[str]:
    """Copy a kustomization and the files that it names; yield the folders of the kustomizations that it names."""
    path = _file(files, folder)
    place = Place(files.checkout.shown(path))
    for leaf in shapes.leaves(files.file(files.real(path, place), place), place.file, SHAPE):
        if leaf.kind == PATCH and _is_object(leaf.text):
            continue
        # kustomize removes `..` from a path before it follows links.
        real = files.real(posixpath.normpath(posixpath.join(folder, _path(leaf))), leaf.place)
        if leaf.kind == BASE and files.is_folder(real):
            yield real
        else:
            files.file(real, leaf.place)


def _file(files: Copy, folder: str) -> str:
    """Return the path of the kustomization in a folder, which must have exactly one."""
    place = Place(files.checkout.shown(folder))
    present = [path for name in NAMES if files.exists(path := posixpath.join(folder, name))]
    if len(present) != 1:
        one_of = "kustomization.yaml, kustomization.yml and Kustomization"
        raise InputError(f"has {len(present) or 'none'} of {one_of}; it must have exactly one of them", place)
    return present[0]


def _path(leaf: Leaf) -> str:
    """Return the path that a scalar names; raise InputError unless it is plainly a path relative to its folder."""
    key, equals, path = leaf.text.rpartition("=")
    if leaf.kind != KEYED_FILE or not equals:
        key, path = "key", leaf.text
    if "://" in path or (leaf.kind == BASE and not PATH.fullmatch(path)):
        sentence = "is not a path in the repository; copy a remote base into the repository, because none is fetched"
        raise InputError(f"{brief(path)} {sentence}", leaf.place)
    if not (PATH.fullmatch(path) and KEY.fullmatch(key)):
        characters = "only letters, digits, spaces and the characters . _ + ~ - /"
        raise InputError(f"{brief(path)} is not a path that can be checked; use {characters}", leaf.place)
    first, more = path.partition("/")[::2]
    if more and "." in first.strip("."):
        raise InputError(f"{brief(path)} may be read as an address; write it with ./ in front", leaf.place)
    return path


def _is_object(text: str) -> bool:
    """Report whether a patch is written in place: kustomize reads it as a path unless it is an object with a kind."""
    try:
        root = nodes.compose_plain(text)
    except nodes.Unreadable:
        return False
    return nodes.is_mapping(root) and bool(nodes.text(nodes.get(root, "kind")))
