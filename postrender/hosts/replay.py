"""Applies compiled patches to the stream as kustomize does, and compares the result with the conversion.

kustomize splits lists into objects, and applies a patch to every object that its target selects. It treats a patch that
changes the name, namespace or kind of an object as a renaming: later targets still select the object by its old name,
and references to it in other objects change, too. The conversion does neither, so such a patch is refused here.
Source: kustomize 5.6.0 and 5.8.1.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from postrender.conversion import json_patch
from postrender.conversion.json_values import value_of
from postrender.errors import InputError, ProofFailed, full_name, marked, plain
from postrender.kubernetes import title
from postrender.kubernetes.objects import HOOK, objects
from postrender.kubernetes.selector import Identity, Selector, identity, identity_of, map_of, matches
from postrender.yamledit import nodes, search, stream

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from postrender.conversion import Converted
    from postrender.kubernetes.objects import Object
    from postrender.yamledit.nodes import Node

    Words = dict[str, Any]


class _Resource:
    """An object that is being patched: its identity in the stream, and its value, which is read on first use."""

    def __init__(self, identity: Identity, obj: Object | None = None, value: Words | None = None) -> None:
        self.identity = identity
        self.obj = obj
        self.value = value
        self._now: Identity | None = identity

    @property
    def current(self) -> Words:
        """Return the value; on first use, it is read from the nodes."""
        if self.value is None and self.obj is not None:
            self.value = value_of(self.obj.node)
        return self.value or {}

    @property
    def now(self) -> Identity:
        """Return the object's identity after the patches applied so far."""
        if self._now is None:
            self._now = identity_of(self.current)
        return self._now

    @property
    def is_hook(self) -> bool:
        """Report whether the object is a Helm hook after the patches applied so far."""
        if self.value is None and self.obj is not None:
            return self.obj.is_hook
        return HOOK in map_of(map_of(self.current, "metadata"), "annotations")

    def apply(self, operations: Sequence[Words]) -> None:
        """Apply operations to the value. Skip tests for null: to `jsonpatch`, an absent key is not null."""
        present = [it for it in operations if it["op"] != json_patch.TEST or it["value"] is not None]
        try:
            # Copies, because `jsonpatch` stores the values themselves, and later operations change them.
            self.value = json_patch.apply(self.current, copy.deepcopy(present), in_place=True)
        except json_patch.Failed as failure:
            sentence = f"a compiled patch {plain(str(failure))}"
            raise ProofFailed(f"{sentence}; nothing was written; please report it") from None
        self._now = None


class _Target:
    """A patch's target in kustomize's form."""

    def __init__(self, words: Words) -> None:
        self.skips_hooks = ANNOTATIONS in words
        fields = {FIELDS.get(name, name): text for name, text in words.items() if name != ANNOTATIONS}
        self.selector = Selector(**fields)

    def selects(self, resource: _Resource) -> bool:
        """Report whether the target selects an object in its current state."""
        return matches(self.selector, resource.now) and not (self.skips_hooks and resource.is_hook)


FIELDS = {"labelSelector": "label_selector"}
ANNOTATIONS = "annotationSelector"  #: compiled patches use it only to exclude hooks
COMPARISON = 2  #: the cost of comparing an object with a target, in steps of work


def require_same(
    converted: Converted, compiled: Sequence[Words], networks: Sequence[Words], patched_networks: Sequence[Words]
) -> None:
    """Raise ProofFailed unless the patches change each object exactly as the conversion did.

    The first patch is the TMM's; the others are the user's. Raises InputError if a user's patch renames an object.
    """
    resources = [*_resources(converted, everything=len(compiled) > 1)]
    added = [_Resource(identity_of(it), value=copy.deepcopy(it)) for it in networks]
    for number, patch in enumerate(compiled, -1):
        target = _Target(patch["target"])
        converted.input.work.spend(COMPARISON * len(resources), "compile")
        for resource in (*resources, *added):
            if target.selects(resource):
                resource.apply(patch["patch"])
                if number >= 0:
                    _require_same_name(resource, number)
    for resource, expected in zip(added, patched_networks, strict=True):
        _require_equal(resource, expected)
    changed = {converted.rendered.parsed.document.number, *_patched(converted)}
    of_document: dict[int, list[_Resource]] = {}
    for resource in resources:
        if resource.obj is not None and (resource.value is not None or resource.obj.parsed.document.number in changed):
            of_document.setdefault(resource.obj.parsed.document.number, []).append(resource)
    for number, some in of_document.items():
        root = _converted_root(converted, number)
        for resource in some:
            _require_equal(resource, value_of(nodes.find(root, resource.obj.base if resource.obj else ())))


def _resources(converted: Converted, *, everything: bool) -> Iterator[_Resource]:
    """Yield the objects of the rendered stream: all of them, or only those that the TMM's patch may select."""
    documents = None if everything else search.holding(converted.input, converted.rendered.name)
    for parsed in stream.readable(converted.input, documents):
        stream.require_countable(parsed)
        yield from (_Resource(identity(obj), obj) for obj in objects(parsed))


def _patched(converted: Converted) -> set[int]:
    """Return the numbers of the input's documents that the user's patches changed."""
    numbers = (converted.number_before(number) for number in {number for number, _ in converted.patched})
    return {number for number in numbers if number is not None}


def _converted_root(converted: Converted, number: int) -> Node | None:
    """Return the root node of a document of the input after the conversion."""
    document = converted.result.documents[converted.number_after(number)]
    parsed = stream.parse(converted.result, document)
    return parsed.root if parsed else None


def _require_same_name(resource: _Resource, number: int) -> None:
    """Raise InputError if a patch of the config changed the kind, the name or the namespace of an object."""
    before, now = resource.identity, resource.now
    if (before.kind, before.name, before.namespace) != (now.kind, now.name, now.namespace):
        name = marked(full_name(title(before.kind, None, before.name)))
        sentence = f"spec.patches[{number}] changes the kind, name or namespace of {name}"
        reason = "kustomize would then also change references to it in other objects, and the conversion does not"
        raise InputError(f"{sentence}; {reason}; remove this operation to compile the config")


def _require_equal(resource: _Resource, expected: Any) -> None:
    if resource.current != expected:
        it = resource.identity
        sentence = f"kustomize would give a different result for {full_name(title(it.kind, None, it.name))}"
        raise ProofFailed(f"{sentence} than the conversion; nothing was written; this is a bug, please report it")
