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
from postrender.errors import InputError, ProofFailed, full_name
from postrender.kubernetes import title
from postrender.kubernetes.objects import HOOK, LIST, objects
from postrender.kubernetes.selector import (
    CLUSTER_SCOPED,
    DEFAULT_NAMESPACE,
    NO_NAMESPACE,
    Endless,
    Identity,
    Selector,
    cost,
    identity,
    identity_of,
    map_of,
    matches,
)
from postrender.yamledit import nodes, search, stream

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from postrender.conversion import Converted
    from postrender.kubernetes.objects import Object
    from postrender.spk.target import Target
    from postrender.yamledit.nodes import Node

    Words = dict[str, Any]


class _Resource:
    """An object that is being patched: its identity in the stream, and its value, which is read on first use."""

    def __init__(
        self, first: Identity, obj: Object | None = None, value: Words | None = None, *, is_separate: bool = True
    ) -> None:
        self.first = first
        self.obj = obj
        self.value = value
        self.is_separate = is_separate  #: whether kustomize sees the object's document
        self._now: Identity | None = first

    @property
    def current(self) -> Words:
        """Return the value; on first use, it is read from the nodes."""
        if self.value is None and self.obj is not None:
            self.value = value_of(self.obj.node)
        return self.value or {}

    @property
    def now(self) -> Identity:
        """Return the identity after the patches so far."""
        if self._now is None:
            self._now = identity_of(self.current)
        return self._now

    @property
    def title(self) -> str:
        """Return the object's kind and name for messages."""
        return full_name(title(self.first.kind, None, self.first.name))

    @property
    def is_hook(self) -> bool:
        """Report whether kustomize sees the object as a Helm hook after the patches so far: by its own annotation."""
        if self.value is None and self.obj is not None:
            return self.obj.annotation(HOOK) is not None
        return HOOK in map_of(map_of(self.current, "metadata"), "annotations")

    def apply(self, operations: Sequence[Words]) -> None:
        """Apply operations to the value. Skip tests for null: to `jsonpatch`, an absent key is not null."""
        present = [it for it in operations if it["op"] != json_patch.TEST or it["value"] is not None]
        if self._now is self.first:
            self.first = identity_of(self.current)
        try:
            # Copies, because `jsonpatch` stores the values themselves, and later operations change them.
            self.value = json_patch.apply(self.current, copy.deepcopy(present), in_place=True)
        except json_patch.Failed as failure:
            sentence = f"a compiled patch {failure}"
            raise ProofFailed(f"{sentence}; nothing was written; please report it") from None
        self._now = None


class _Patch:
    """A patch in kustomize's form: its target, its operations, and its number in the config (-1: the TMM's patch)."""

    def __init__(self, words: Words, number: int) -> None:
        target = words["target"]
        fields = {FIELDS.get(name, name): text for name, text in target.items() if name != ANNOTATIONS}
        self.skips_hooks = ANNOTATIONS in target
        self.selector = Selector(**fields)
        self.operations: Sequence[Words] = words["patch"]
        self.number = number

    def selects(self, resource: _Resource) -> bool:
        """Report whether the target selects an object in its current state.

        Raises InputError if kustomize and this program may disagree about the scope of the object's kind.
        """
        if self.skips_hooks and resource.is_hook:
            return False
        now = resource.now
        try:
            selected = matches(self.selector, now)
        except Endless as endless:
            raise InputError(f"{self.where}.target: {endless}") from None
        if selected and self.skips_hooks and resource.obj is not None and resource.obj.is_hook:
            sentence = f"{self.where}: {resource.title} is in a List that is a Helm hook, which kustomize does not see"
            raise InputError(f"{sentence}; use --include-hooks, or another target")
        if self.selector.namespace and now.kind in MAYBE_CLUSTER_SCOPED and now.version != KNOWN:
            place = str(map_of(resource.current, "metadata").get("namespace") or DEFAULT_NAMESPACE)
            ways = [matches(self.selector, now._replace(namespace=it)) for it in (NO_NAMESPACE, place)]
            if ways[0] != ways[1]:
                sentence = f"{self.where}: whether the target's namespace selects {resource.title}"
                raise InputError(
                    f"{sentence} depends on the version of kustomize; remove namespace, or set another kind"
                )
        return selected

    @property
    def where(self) -> str:
        """Return the patch's path in the config."""
        return f"spec.patches[{self.number}]"


FIELDS = {"labelSelector": "label_selector"}
ANNOTATIONS = "annotationSelector"  #: compiled patches use it only to exclude hooks
KNOWN = "v1"  #: the version in which every kustomize knows the scope of the following kinds
#: Kinds that are cluster-scoped in some version.
MAYBE_CLUSTER_SCOPED = {kind for _, kind in CLUSTER_SCOPED} | {"FlowSchema", "PriorityLevelConfiguration"}


def require_same(
    converted: Converted, compiled: Sequence[Words], networks: Sequence[Words], patched_networks: Sequence[Words]
) -> None:
    """Raise ProofFailed unless the patches change each object exactly as the conversion did.

    The first patch is the TMM's; the others are the user's. Raises InputError if kustomize would do something else for
    a reason that the user can remove. Only one document is in memory at a time.
    """
    patches = [_Patch(words, number) for number, words in enumerate(compiled, -1)]
    steps = sum(cost(patch.selector) for patch in patches)  # to compare an object with every target
    added = [_Resource(identity_of(it), value=copy.deepcopy(it)) for it in networks]
    for resource, expected in zip(added, patched_networks, strict=True):
        converted.input.work.spend(steps, "compile")
        _apply_all(converted, resource, patches)
        _require_equal(resource, expected)
    changed = {converted.rendered.parsed.document.number, *_patched(converted)}
    for resources in _documents(converted, everything=len(compiled) > 1):
        converted.input.work.spend(steps * len(resources), "compile")
        for resource in resources:
            _apply_all(converted, resource, patches)
        number = next((it.obj.parsed.document.number for it in resources if it.obj), -1)
        compared = [it for it in resources if it.value is not None or number in changed]
        root = _converted_root(converted, number) if compared else None
        for resource in compared:
            _require_equal(resource, value_of(nodes.find(root, resource.obj.base if resource.obj else ())))


def _documents(converted: Converted, *, everything: bool) -> Iterator[list[_Resource]]:
    """Yield the objects of each document of the input, or only of those that the TMM's patch may select."""
    documents = None if everything else search.holding(converted.input, converted.rendered.name)
    for parsed in stream.readable(converted.input, documents):
        stream.require_countable(parsed)
        is_separate = stream.is_separate(parsed)
        yield [_Resource(identity(obj), obj, is_separate=is_separate) for obj in objects(parsed)]


def _apply_all(converted: Converted, resource: _Resource, patches: Sequence[_Patch]) -> None:
    for patch in patches:
        if patch.selects(resource):
            if resource.obj is not None:
                _require_the_tmm(converted.rendered, resource.obj, patch)
                _require_seen(resource, resource.obj)
            resource.apply(patch.operations)
            if patch.number >= 0:
                _require_same_name(resource, patch.number)


def _require_the_tmm(tmm: Target, obj: Object, patch: _Patch) -> None:
    """Raise InputError if the TMM's patch selects another object, because kustomize cannot tell the two apart."""
    is_tmm = (obj.parsed.document.number, obj.base) == (tmm.parsed.document.number, tmm.base)
    if patch.number < 0 and not is_tmm:
        sentence = f"kustomize cannot tell the TMM from {full_name(obj.title)}"
        raise InputError(f"{sentence}; render the chart so that the TMM's manifest has a namespace", tmm.parsed.place())


def _require_seen(resource: _Resource, obj: Object) -> None:
    """Raise InputError if kustomize does not see an object that a patch selects, or sees it with other values."""
    if obj.holder is not None and not (nodes.text(nodes.get(obj.holder, "kind")) or "").endswith(LIST):
        sentence = f"kustomize does not see {resource.title}, because the object around it is not a List"
        raise InputError(f"{sentence}; render it as an object of its own", obj.place())
    if nodes.get(obj.node, "kind") is None:
        sentence = f"{resource.title} has no kind of its own, which kustomize refuses"
        raise InputError(f"{sentence}; render it with its kind", obj.place())
    if not resource.is_separate:
        sentence = f"no --- precedes the document of {resource.title}, so kustomize would silently skip it"
        raise InputError(f"{sentence}; fix the chart", obj.place())
    metadata = map_of(resource.current, "metadata")
    for field in ("labels", "annotations"):
        empty = [name for name, it in map_of(metadata, field).items() if it is None]
        if empty:
            sentence = f"metadata.{field}.{full_name(empty[0])} of {resource.title} has no value"
            raise InputError(f"{sentence}, which kustomize would write as a string; give it a value", obj.place())


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
    """Raise InputError if a patch of the config changed the version, kind, name or namespace of an object."""
    if resource.first._replace(labels={}) != resource.now._replace(labels={}):
        sentence = f"spec.patches[{number}] changes the version, kind, name or namespace of {resource.title}"
        reason = "kustomize would then also change references to it in other objects, and the conversion does not"
        raise InputError(f"{sentence}; {reason}; remove this operation to compile the config")


def _require_equal(resource: _Resource, expected: Any) -> None:
    if resource.current != expected:
        sentence = f"kustomize would give a different result for {resource.title} than the conversion"
        raise ProofFailed(f"{sentence}; nothing was written; this is a bug, please report it")
