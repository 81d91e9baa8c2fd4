"""The pipeline: one pure function, bytes + Config -> Conversion. Every front end calls it."""

from __future__ import annotations

from postrender import additions, marks, prefilter, proof, splice, stream, target
from postrender.errors import InputError, NoTarget, ProofFailed
from postrender.finding import WARNING, Finding
from postrender.plan import plan
from postrender.record import NamedTuple
from postrender.rules import definitions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from postrender.change import Change
    from postrender.config import Config, Network
    from postrender.stream import Document, Parsed
    from postrender.target import Found, Target

    Edited = tuple[str, tuple[Finding, ...]]

EMPTY = b"# spk-macvlan: no objects\n"  #: Helm 4 refuses an empty answer, and to Helm 3 it is an empty release


class Options(NamedTuple):
    """What the caller may allow: hooks as targets, and a stream without a TMM."""

    include_hooks: bool = False
    allow_no_target: bool = False


DEFAULTS = Options()


class Conversion(NamedTuple):
    """The converted stream; what was changed in the TMM's document, what was defined before it, what to know of it."""

    output: bytes
    target: Target | None = None
    changes: tuple[Change, ...] = ()
    defined: tuple[Network, ...] = ()
    findings: tuple[Finding, ...] = ()


def convert(data: bytes, config: Config, options: Options = DEFAULTS) -> Conversion:
    """Convert a stream of manifests.

    Raises InputError where the stream cannot be read or must not be guessed at, NoTarget where it holds no TMM, and
    ProofFailed where we were about to write something that was not planned.
    """
    documents = stream.split(data)
    try:
        found, unreadable = _objects(data, prefilter.candidates(data, documents, config.tmm.workload))
        workloads = [item for item in found if target.is_workload(item, config.tmm, options.include_hooks)]
        if not workloads:
            return _without_target(data, documents, unreadable, config, options)
        tmm = target.workload(target.choose(workloads))
        return _converted(data, tmm, config, [item for item in found if definitions.is_definition(item)])
    except RecursionError:
        raise InputError("a document is nested too deeply to be read") from None


def _objects(data: bytes, documents: Sequence[Document]) -> tuple[list[Found], list[InputError]]:
    """Return the objects of the documents that can be read, and what is wrong with the others."""
    found: list[Found] = []
    unreadable: list[InputError] = []
    for document in documents:
        try:
            found += target.objects(stream.parse(data, document))
        except InputError as error:
            unreadable.append(error)
    return found, unreadable


def _without_target(
    data: bytes,
    documents: Sequence[Document],
    unreadable: Sequence[InputError],
    config: Config,
    options: Options,
) -> Conversion:
    """Return the stream as it is, where that is allowed. What is not YAML could hide a TMM, so it is refused."""
    if not data.strip():
        return _without_anything(options)
    if unreadable:
        raise unreadable[0]
    for document in documents:
        stream.check(data, document)
    if not options.allow_no_target:
        raise target.not_found(config.tmm)
    return Conversion(data)


def _without_anything(options: Options) -> Conversion:
    if not options.allow_no_target:
        raise NoTarget("standard input is empty; Helm 3 sends nothing with --output-dir, so let it print to stdout")
    return Conversion(EMPTY)


def _converted(data: bytes, tmm: Target, config: Config, present: Sequence[Found]) -> Conversion:
    defined = definitions.missing(config, tmm.namespace, present)
    changes = plan(tmm, config)
    document, parsed = tmm.parsed.document, tmm.parsed
    if not changes and not defined:
        return Conversion(data, tmm)
    edited, findings = _edited(parsed, changes)
    before = additions.written(parsed, defined, tmm.namespace)
    pieces = (data[: document.start], before.encode(), edited.encode(), data[document.end :])
    return Conversion(b"".join(pieces), tmm, changes, defined, findings)


def _edited(parsed: Parsed, changes: tuple[Change, ...]) -> Edited:
    """Return the TMM's document with the changes made and proved, and what to know of it."""
    if not changes:
        return parsed.text, ()
    if not marks.SURPRISING_BREAKS.isdisjoint(parsed.text):
        raise InputError(
            "a NEL, U+2028 or U+2029 in the TMM's document, which YAML 1.1 and 1.2 read differently",
            parsed.place(),
        )
    try:
        text = splice.splice(parsed.text, parsed.root, changes)
    except marks.Unsafe as unsafe:
        return _laid_out_anew(parsed, changes, unsafe)
    proof.require(parsed.root, text, changes)
    return text, ()


def _laid_out_anew(
    parsed: Parsed, changes: tuple[Change, ...], unsafe: marks.Unsafe
) -> tuple[str, tuple[Finding, ...]]:
    """Return the document edited the other way; refuse it where that changes anything that was not planned."""
    from postrender import roundtrip

    place = parsed.place(unsafe.line, unsafe.column)
    try:
        text = roundtrip.edit(parsed.text, parsed.root, changes)
        proof.require(parsed.root, text, changes)
    except (roundtrip.Impossible, ProofFailed) as error:
        sentence = f"cannot be edited without changing something else: {unsafe.problem}"
        raise InputError(f"{sentence}; write it out in the chart's values or template", place) from error
    message = f"the TMM's document has a new layout, since it cannot be edited in place: {unsafe.problem}"
    return text, (Finding("layout", WARNING, message, "its values are proved", place),)
