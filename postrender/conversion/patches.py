"""Applies the user's own patches last: RFC 6902 operations on any document, edited and checked like the TMM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.conversion.draft import WHAT, Draft
from postrender.errors import NoTarget, brief
from postrender.kubernetes import selector
from postrender.record import NamedTuple
from postrender.yamledit import search, stream
from postrender.yamledit.join import Piece, insert

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from postrender.config.patches import Patch
    from postrender.errors import Place
    from postrender.rules.finding import Finding
    from postrender.yamledit.change import Change
    from postrender.yamledit.stream import Document, Stream


class PatchedStream(NamedTuple):
    """A patched stream, the changes that were made (each with its document's number), and the findings."""

    stream: Stream
    changes: tuple[tuple[int, Change], ...]
    findings: tuple[Finding, ...]


def apply(
    manifests: Stream,
    patches: Sequence[Patch],
    place_of: Callable[[int], Place] | None = None,
    include_hooks: bool = False,
    optional: bool = False,
) -> PatchedStream:
    """Apply every patch to every document that it matches, document by document; raise InputError if a patch fails.

    Raises NoTarget if a patch matches no object, unless the patches are optional. The place of an error is the
    document's place in the stream, or the result of `place_of` for the document's number. Hooks are patched only with
    `include_hooks`.
    """
    unmatched = set(range(len(patches)))
    done: list[Draft] = []
    for document, numbers in _candidates(manifests, patches):
        manifests.work.spend(document.end - document.start, WHAT, manifests.place(document))
        parsed = next(stream.composable(manifests, (document,)), None)
        if parsed is None:
            continue
        draft = Draft(parsed, place_of(document.number) if place_of else parsed.place())
        matched = set()
        for number, patch in enumerate(patches):
            if (number in numbers or draft.is_renamed) and _apply_one(draft, patch, number, include_hooks):
                matched.add(number)
        if matched:
            draft.write()
            done.append(draft)
            unmatched -= matched
    if unmatched and not optional:
        raise _no_target(manifests, patches, min(unmatched), include_hooks)
    pieces = [Piece(it.parsed.document, it.parsed.text, it.parsed.root) for it in done]
    changes = tuple((it.parsed.document.number, change) for it in done for change in it.changes)
    return PatchedStream(insert(manifests, pieces), changes, tuple(finding for it in done for finding in it.findings))


def _candidates(manifests: Stream, patches: Sequence[Patch]) -> list[tuple[Document, set[int]]]:
    """Return each document that patches may match, with the indexes of those patches."""
    numbers: dict[Document, set[int]] = {}
    for number, patch in enumerate(patches):
        plain = [it for it in (patch.target.kind, patch.target.name) if selector.is_plain(it)]
        for document in search.holding(manifests, *plain):
            numbers.setdefault(document, set()).add(number)
    return sorted(numbers.items(), key=lambda pair: pair[0].number)


def _apply_one(draft: Draft, patch: Patch, number: int, include_hooks: bool) -> bool:
    """Apply a patch to the objects in a document that match the patch's target; report whether any object matches."""
    where = f"spec.patches[{number}]"
    bases = draft.select(patch.target, where, include_hooks=include_hooks)
    for base in bases:
        for at, operation in enumerate(patch.operations):
            draft.apply(base, operation, f"{where}.patch[{at}]")
    return bool(bases)


def _no_target(manifests: Stream, patches: Sequence[Patch], number: int, include_hooks: bool) -> NoTarget:
    """Return the error for a patch that matches no object, or only hooks."""
    target = patches[number].target
    is_hook = not include_hooks and any(
        Draft(parsed, parsed.place()).select(target, "", include_hooks=True)
        for document, _ in _candidates(manifests, patches[number : number + 1])
        for parsed in stream.composable(manifests, (document,))
    )
    advice = "; only a hook matches it: use --include-hooks" if is_hook else ""
    return NoTarget(f"spec.patches[{number}]: no document in the stream matches its target ({brief(target)}){advice}")
