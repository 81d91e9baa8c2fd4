"""Writes the conversion as patches in a HelmRelease, because Flux cannot run this program.

`spec.postRenderers` accepts kustomize's patches but cannot add objects, so the network attachments are separate
manifests. Flux replaces `${…}` in every string that a Kustomization with `postBuild` applies, unless an annotation
disables this. Source: helm-controller 1.6, kustomize-controller 1.9.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender import files
from postrender.conversion import new_documents
from postrender.conversion.new_documents import Additions
from postrender.errors import InputError, Place, UsageError, brief, dotted
from postrender.hosts import guarded_patches
from postrender.kubernetes.objects import objects
from postrender.limits import DEFAULTS, whole_number
from postrender.yamledit import edit, emit, join, nodes, stream
from postrender.yamledit.change import ADD, APPEND, REMOVE, REPLACE, Change

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from postrender.hosts.guarded_patches import Compiled
    from postrender.kubernetes.objects import Object
    from postrender.limits import Limits
    from postrender.yamledit.nodes import Node, Path
    from postrender.yamledit.stream import Stream

GROUP = "helm.toolkit.fluxcd.io"
KIND = "HelmRelease"
SUBSTITUTE = "kustomize.toolkit.fluxcd.io/substitute"
DISABLED = "disabled"
POST_RENDERERS: Path = ("spec", "postRenderers")
STRATEGY: Path = ("spec", "postRenderStrategy")
NO_HOOKS = "nohooks"  #: as in Helm 3; kustomize refuses a hook with the same identity as another object
WITH_STRATEGY = (2, 9)  #: the first Flux version with `postRenderStrategy`
MAX_DIGITS = 9  #: the maximum number of digits of a number in a version
NEWEST = "2.9"
ID = "flux"


def networks(made: Compiled) -> tuple[dict[str, Any], ...]:
    """Return the network attachments with the user's patches applied, because Flux would not patch them."""
    return tuple(map(_unsubstituted, made.patched_networks))


def partial_release(made: Compiled, version: tuple[int, ...]) -> dict[str, Any]:
    """Return a partial HelmRelease to merge into the user's own."""
    strategy = {"postRenderStrategy": NO_HOOKS} if version >= WITH_STRATEGY else {}
    return {
        "apiVersion": f"{GROUP}/v2",
        "kind": KIND,
        "metadata": {"name": made.chart or "spk", "annotations": {SUBSTITUTE: DISABLED}},
        "spec": {**strategy, "postRenderers": [_post_renderer(made)]},
    }


def edited_release(made: Compiled, version: tuple[int, ...], file: str, limits: Limits = DEFAULTS) -> Stream:
    """Return the file with its HelmRelease edited in place; raise InputError if that is not possible."""
    obj = _release(stream.read(_read(file, limits), file, limits))
    done = edit.apply(obj.parsed, [*_changes(obj, made, version)])
    return join.replace(obj.parsed, done).stream


def with_networks(made: Compiled, release: Stream) -> Stream:
    """Return a file with the network attachments before its first document."""
    first = next(filter(None, (stream.parse(release, document) for document in release.documents)))
    above, values = new_documents.above(first, networks(made), [made.mark]) if made.networks else Additions()
    return join.insert(release, (join.Piece(first.document, first.text, first.root, above, values),))


def parsed_version(text: str) -> tuple[int, ...]:
    """Return the numbers of a Flux version such as 2.9 or v2.8.6; raise UsageError if the text is not a version."""
    numbers = [whole_number(word, MAX_DIGITS) for word in text.removeprefix("v").split(".")]
    if len(numbers) < len(WITH_STRATEGY) or None in numbers:
        raise UsageError(f"--flux-version {brief(text)} is not a version; use one such as 2.9")
    return tuple(number or 0 for number in numbers)


def _post_renderer(made: Compiled) -> dict[str, Any]:
    return {"kustomize": {"patches": [guarded_patches.as_kustomize(patch, made.mark) for patch in made.patches]}}


def _unsubstituted(network: dict[str, Any]) -> dict[str, Any]:
    """Return an object; if it contains `${`, add the annotation that disables Flux's variable substitution."""
    if "${" not in emit.flow(network):
        return network
    metadata = network["metadata"]
    annotations = {**metadata.get("annotations", {}), SUBSTITUTE: DISABLED}
    return {**network, "metadata": {**metadata, "annotations": annotations}}


# The user's own HelmRelease.


def _read(file: str, limits: Limits) -> bytes:
    try:
        return files.read(file, limits.document_size)
    except OSError as error:
        raise InputError(f"cannot read the HelmRelease: {error.strerror}", Place(file)) from None
    except files.Exceeded:
        exceeded = limits.exceeded("document_size")
        raise InputError(f"cannot read the HelmRelease: the file has {exceeded}", Place(file)) from None


def _release(manifests: Stream) -> Object:
    """Return the only HelmRelease of a file."""
    parsed = (stream.parse(manifests, document) for document in manifests.documents)
    releases = [it for each in parsed for it in objects(each) if _is_release(it)]
    if len(releases) != 1:
        count = "more than one" if releases else "no"
        raise InputError(f"{count} {KIND} ({GROUP}) found; pass a file with exactly one", Place(manifests.source, 1))
    return releases[0]


def _is_release(obj: Object) -> bool:
    return obj.kind == KIND and obj.api_version.partition("/")[0] == GROUP


def _changes(obj: Object, made: Compiled, version: tuple[int, ...]) -> Iterator[Change]:
    if not nodes.is_mapping(nodes.get(obj.node, "spec")):
        raise InputError("must be a map", _place(obj, ("spec",)))
    ours = _post_renderer(made)
    yield from _renderer_changes(obj, ours)
    if version >= WITH_STRATEGY and nodes.find(obj.node, STRATEGY) is None:
        yield Change(ADD, (*obj.base, *STRATEGY), NO_HOOKS, ID, "hooks are not post-rendered, as in Helm 3")
    if "${" in emit.flow(ours):
        yield from _annotation(obj)


def _place(obj: Object, path: Path) -> Place:
    node = nodes.find(obj.node, path) or obj.node
    return obj.parsed.place_of(node, dotted((*obj.base, *path)))


def _renderer_changes(obj: Object, ours: dict[str, Any]) -> Iterator[Change]:
    """Yield the changes that append this program's post-renderer, or replace the one from an earlier run."""
    path = (*obj.base, *POST_RENDERERS)
    present = nodes.find(obj.node, POST_RENDERERS)
    if present is None or nodes.is_null(present):
        yield Change(ADD if present is None else REPLACE, path, [ours], ID, "it applies the conversion as patches")
        return
    if not nodes.is_sequence(present):
        raise InputError("must be a list", _place(obj, POST_RENDERERS))
    earlier = [number for number, node in enumerate(present.value) if _is_ours(node)]
    if len(earlier) == 1 and emit.says(present.value[earlier[0]], ours):
        return
    yield from (
        Change(REMOVE, (*path, number), None, ID, "an earlier run of spk-macvlan wrote it") for number in earlier
    )
    yield Change(ADD, (*path, APPEND), ours, ID, "it applies the conversion as patches")


def _is_ours(node: Node) -> bool:
    """Report whether `compile` wrote a post-renderer: its first patch then starts with the comment MARK."""
    patch = nodes.text(nodes.find(node, ("kustomize", "patches", 0, "patch"))) or ""
    return patch.startswith(guarded_patches.MARK)


def _annotation(obj: Object) -> Iterator[Change]:
    """Yield the change that disables Flux's substitution in the HelmRelease, unless it is disabled already."""
    for holder in ("labels", "annotations"):
        if nodes.text(nodes.find(obj.node, ("metadata", holder, SUBSTITUTE))) == DISABLED:
            return
    path = (*obj.base, "metadata", "annotations")
    reason = "a patch contains ${, which Flux would replace"
    present = nodes.find(obj.node, ("metadata", "annotations"))
    if nodes.is_mapping(present) and present.value:
        op = ADD if nodes.get(present, SUBSTITUTE) is None else REPLACE
        yield Change(op, (*path, SUBSTITUTE), DISABLED, ID, reason)
    else:
        yield Change(ADD if present is None else REPLACE, path, {SUBSTITUTE: DISABLED}, ID, reason)
