"""The pipeline: one pure function, bytes + Config -> Conversion. Every front end calls it."""

from __future__ import annotations

from postrender import limits
from postrender.conversion import new_documents, prefilter
from postrender.conversion.plan import plan
from postrender.errors import NoTarget, TooLarge
from postrender.record import NamedTuple
from postrender.rules import definitions
from postrender.spk import target
from postrender.spk.target import Found
from postrender.yamledit import edit, join, nodes, stream
from postrender.yamledit.change import ADD, Change
from postrender.yamledit.stream import Document, Parsed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from postrender.config import Config, Network
    from postrender.rules.finding import Finding
    from postrender.spk.target import Target
    from postrender.yamledit.edit import Written
    from postrender.yamledit.nodes import Path

    Progress = Callable[[int, int], None]

EMPTY = b"# spk-macvlan: no objects\n"  #: Helm 4 refuses an empty answer, and to Helm 3 it is an empty release


class Options(NamedTuple):
    """What the caller may allow: hooks as targets, and a stream without a TMM; whom to tell how far a long run is."""

    include_hooks: bool = False
    allow_no_target: bool = False
    progress: Progress | None = None  #: gets the documents that are done, and all of them


DEFAULTS = Options()


class Conversion(NamedTuple):
    """The converted stream; what was changed in the TMM's document, what was defined before it, what to know of it."""

    output: bytes
    target: Target | None = None
    changes: tuple[Change, ...] = ()
    defined: tuple[Network, ...] = ()
    findings: tuple[Finding, ...] = ()
    patched: tuple[tuple[int, Change], ...] = ()
    converted: Target | None = None  #: the TMM as it is in the output


def convert(data: bytes, config: Config, options: Options = DEFAULTS) -> Conversion:
    """Convert a stream of manifests, and apply the user's own patches to the result.

    Raises InputError where the stream cannot be read or must not be guessed at, NoTarget where it holds no TMM, and
    ProofFailed where we were about to write something that was not planned.
    """
    return _with_patches(_convert(data, config, options), config)


def convert_list(parsed: Parsed, config: Config) -> Conversion:
    """Convert the items of one list, such as a function's ResourceList: the networks become items before the TMM.

    Raises what `convert` raises.
    """
    return _with_patches(_convert_list(parsed, config), config)


def _with_patches(converted: Conversion, config: Config) -> Conversion:
    """Apply the user's patches. One may rename the TMM, so it is found again by its place."""
    tmm = converted.converted
    if not config.patches or tmm is None:
        return converted
    from postrender.conversion import patches

    result = patches.apply(converted.output, config.patches)
    document = stream.split(result.output)[tmm.parsed.document.number]
    parsed = stream.parse(result.output, document) or tmm.parsed
    return converted._replace(
        output=result.output,
        patched=result.changes,
        findings=(*converted.findings, *result.findings),
        converted=tmm._replace(parsed=parsed),
    )


def _convert(data: bytes, config: Config, options: Options) -> Conversion:
    documents = stream.split(data)
    if len(documents) > limits.amounts[limits.DOCUMENTS]:
        raise TooLarge(f"the stream has {limits.exceeded(limits.DOCUMENTS)}")
    candidates = prefilter.candidates(data, documents, config.tmm.workload)
    found, broken = _objects(
        data, candidates, lambda item: _is_target(item, config, options) or _is_ours(item, config), options.progress
    )
    tmm = _chosen(found, config, options)
    if tmm is None:
        return _without_target(data, documents, broken, config, options)
    return _converted(data, documents, tmm, config, _definitions(found, config))


def _is_target(item: Found, config: Config, options: Options) -> bool:
    return target.is_target(item, config.tmm, options.include_hooks)


def _is_ours(item: Found, config: Config) -> bool:
    return definitions.is_definition(item) and definitions.has_name_of(config, item)


def _chosen(found: Sequence[Found], config: Config, options: Options) -> Target | None:
    targets = [item for item in found if _is_target(item, config, options)]
    return target.located(target.choose(targets)) if targets else None


def _definitions(found: Sequence[Found], config: Config) -> list[Found]:
    return [item for item in found if _is_ours(item, config)]


def _objects(
    data: bytes, documents: Sequence[Document], concerns: Callable[[Found], bool], progress: Progress | None = None
) -> tuple[list[Found], Document | None]:
    """Return the objects that concern us, and the first document that is not YAML.

    One that is YAML and yet cannot be composed (an anchor is used twice) could be a TMM or a definition: it is refused.
    No other object is kept: a thousand definitions of others would take much memory.
    """
    found: list[Found] = []
    broken: Document | None = None
    for done, document in enumerate(documents):
        if progress:
            progress(done, len(documents))
        try:
            found += filter(concerns, target.objects(stream.composed(data, document)))
        except nodes.Unreadable as error:
            if stream.is_yaml(data, document):
                raise stream.unreadable(data, document, error) from None
            broken = broken or document
    return found, broken


def _without_target(
    data: bytes,
    documents: Sequence[Document],
    broken: Document | None,
    config: Config,
    options: Options,
) -> Conversion:
    """Return the stream as it is, where that is allowed. What is not YAML could hide a TMM, so it is refused."""
    if not data.strip():
        return _without_anything(options)
    for done, document in enumerate((broken, *documents) if broken else documents):  # what could be the TMM comes first
        stream.check(data, document)
        if options.progress:
            options.progress(done, len(documents))
    if not options.allow_no_target:
        raise target.not_found(config.tmm, _elsewhere(data, documents, config, options))
    return Conversion(data)


def _elsewhere(data: bytes, documents: Sequence[Document], config: Config, options: Options) -> list[Found]:
    """Return what would be the TMM but for its namespace."""
    anywhere = config._replace(tmm=config.tmm._replace(namespace=None))
    candidates = prefilter.candidates(data, documents, config.tmm.workload) if config.tmm.namespace else ()
    return _objects(data, candidates, lambda item: _is_target(item, anywhere, options))[0]


def _without_anything(options: Options) -> Conversion:
    if not options.allow_no_target:
        raise NoTarget("no manifests: the chart renders nothing, or Helm 3 runs with --output-dir and sends none")
    return Conversion(EMPTY)


def _converted(
    data: bytes, documents: Sequence[Document], tmm: Target, config: Config, present: Sequence[Found]
) -> Conversion:
    defined = definitions.missing(config, tmm.namespace, present)
    changes = plan(tmm, config)
    document, parsed = tmm.parsed.document, tmm.parsed
    if not changes and not defined:
        return Conversion(data, tmm, converted=tmm)
    edit.require_same_lines(parsed)
    edited = edit.written(parsed, changes)
    above, values = new_documents.written(parsed, defined, tmm.namespace)
    output = join.joined(data, documents, (join.Piece(document, edited.text, edited.root, above, values),))
    start = document.start + len(above.encode())
    place = Document(document.number + len(defined), start, start + len(edited.text.encode()))
    after = tmm._replace(parsed=Parsed(output, place, edited.text, edited.root))
    return Conversion(output, tmm, changes, defined, edited.findings, converted=after)


def _convert_list(parsed: Parsed, config: Config) -> Conversion:
    found = [*target.objects(parsed)]
    tmm = _chosen(found, config, DEFAULTS)
    if tmm is None:
        raise target.not_found(config.tmm)
    defined = definitions.missing(config, tmm.namespace, _definitions(found, config))
    changes = plan(tmm, config)
    edited = edit.written(parsed, changes)
    for network in reversed(defined):  # each before the TMM, and so before the one that was inserted last
        edited = _with_item(parsed, edited, tmm.base, definitions.definition(network, tmm.namespace, {}))
    after = join.replaced(parsed, edited.text, edited.root)
    base = (*tmm.base[:-1], int(tmm.base[-1]) + len(defined))
    moved = target.located(Found(after, base, nodes.find(after.root, base) or after.root))
    return Conversion(after.data, tmm, changes, defined, edited.findings, converted=moved)


def _with_item(parsed: Parsed, edited: Written, base: Path, value: dict[str, object]) -> Written:
    """Insert an item into the list, before the one at `base`."""
    insertion = Change(ADD, base, value, definitions.ID, "a network of the config")
    done = edit.written(parsed._replace(text=edited.text, root=edited.root), (insertion,))
    return done._replace(findings=(*edited.findings, *done.findings))
