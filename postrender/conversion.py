"""The pipeline: one pure function, bytes + Config -> Conversion. Every front end calls it."""

from __future__ import annotations

from postrender import additions, prefilter, stream, target, writing
from postrender.errors import InputError, NoTarget
from postrender.plan import plan
from postrender.record import NamedTuple
from postrender.rules import definitions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from postrender.change import Change
    from postrender.config import Config, Network
    from postrender.finding import Finding
    from postrender.stream import Document
    from postrender.target import Found, Target

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
    patched: tuple[tuple[int, Change], ...] = ()

    @property
    def converted(self) -> Target | None:
        """Return the TMM as it is in the output. A patch may have renamed it, so it is found by its place."""
        if self.target is None:
            return None
        number = self.target.parsed.document.number + len(self.defined)
        parsed = stream.parse(self.output, stream.split(self.output)[number])
        return None if parsed is None else self.target._replace(parsed=parsed)


def convert(data: bytes, config: Config, options: Options = DEFAULTS) -> Conversion:
    """Convert a stream of manifests, and apply the user's own patches to the result.

    Raises InputError where the stream cannot be read or must not be guessed at, NoTarget where it holds no TMM, and
    ProofFailed where we were about to write something that was not planned.
    """
    try:
        converted = _convert(data, config, options)
        return _patched(converted, config) if config.patches and converted.target else converted
    except RecursionError:
        raise InputError("a document is nested too deeply to be read") from None


def _patched(converted: Conversion, config: Config) -> Conversion:
    from postrender import patches

    result = patches.apply(converted.output, config.patches)
    findings = (*converted.findings, *result.findings)
    return converted._replace(output=result.output, patched=result.changes, findings=findings)


def _convert(data: bytes, config: Config, options: Options) -> Conversion:
    documents = stream.split(data)
    found, unreadable = _objects(data, prefilter.candidates(data, documents, config.tmm.workload))
    targets = [item for item in found if target.is_target(item, config.tmm, options.include_hooks)]
    if not targets:
        return _without_target(data, documents, unreadable, config, options)
    if unreadable:  # it holds the words of a TMM or of a definition, and could be one
        raise unreadable[0]
    tmm = target.located(target.choose(targets, config.tmm))
    return _converted(data, tmm, config, [item for item in found if definitions.is_definition(item)])


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
        raise NoTarget(
            "no manifests on standard input: the chart renders nothing, or Helm 3 runs with --output-dir and sends none"
        )
    return Conversion(EMPTY)


def _converted(data: bytes, tmm: Target, config: Config, present: Sequence[Found]) -> Conversion:
    defined = definitions.missing(config, tmm.namespace, present)
    changes = plan(tmm, config)
    document, parsed = tmm.parsed.document, tmm.parsed
    if not changes and not defined:
        return Conversion(data, tmm)
    edited, findings = writing.written(parsed, changes)
    before = additions.written(parsed, defined, tmm.namespace)
    pieces = (data[: document.start], before.encode(), edited.encode(), data[document.end :])
    return Conversion(b"".join(pieces), tmm, changes, defined, findings)
