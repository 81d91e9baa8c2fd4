"""The pipeline: a pure function that turns bytes and a config into the converted stream. Every front end calls it."""

from __future__ import annotations

from postrender.config import KIND, network_definitions
from postrender.conversion import new_documents, prefilter
from postrender.conversion.plan import plan
from postrender.errors import InputError, NoTarget
from postrender.kubernetes.objects import Object, objects, require_identity, require_readable
from postrender.limits import DEFAULTS as LIMITS
from postrender.record import NamedTuple
from postrender.rules import definitions
from postrender.rules.finding import of_new_layout
from postrender.spk import target
from postrender.yamledit import edit, join, nodes, search, stream
from postrender.yamledit.change import ADD, Change
from postrender.yamledit.stream import STDIN, Document, Parsed, Stream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from postrender.config import Config, Network
    from postrender.errors import Place
    from postrender.limits import Limits
    from postrender.rules.finding import Finding
    from postrender.spk.target import Target
    from postrender.yamledit.nodes import Path

    Progress = Callable[[int, int], None]

MANY = 100  #: the maximum number of TMM candidates and networks; a release has one TMM and at most fifty networks
EMPTY = b"# spk-macvlan: no objects\n"  #: written instead of empty output, which Helm 4 refuses

RENDERED = "pass the output of `helm template`, not a chart's own files"
MOST_SIMILAR = 50  #: the maximum number of documents to search for objects that an error message may list


class Options(NamedTuple):
    """The options of a conversion, such as the limits and whether a hook may be the TMM."""

    include_hooks: bool = False
    progress: Progress | None = None  #: called with the number of finished documents and the total
    source: str = STDIN
    limits: Limits = LIMITS


DEFAULTS = Options()


class Unchanged(NamedTuple):
    """A stream without a TMM, passed through unchanged."""

    input: Stream
    output: bytes


class Converted(NamedTuple):
    """The stream and the TMM before and after the conversion, the changes, and the networks that were added."""

    input: Stream
    result: Stream
    rendered: Target
    tmm: Target  #: the TMM in the output
    changes: tuple[Change, ...] = ()
    defined: tuple[Network, ...] = ()
    findings: tuple[Finding, ...] = ()
    patched: tuple[tuple[int, Change], ...] = ()  #: the changes by the user's patches, each with its document's number
    unpatched: Converted | None = None  #: the conversion without the user's patches; None if there are none

    @property
    def output(self) -> bytes:
        """Return the converted stream."""
        return self.result.data

    def number_before(self, number: int) -> int | None:
        """Return an output document's number in the input, or None if the document is new."""
        tmm = self.rendered.parsed.document.number
        if number < tmm:
            return number
        return number - self._added if number >= tmm + self._added else None

    def number_after(self, number: int) -> int:
        """Return an input document's number in the output."""
        return number if number < self.rendered.parsed.document.number else number + self._added

    @property
    def _added(self) -> int:
        """Return the number of documents that the conversion inserts before the TMM's document."""
        return len(self.result.documents) - len(self.input.documents)


Conversion = Converted | Unchanged


def convert(data: bytes, config: Config, options: Options = DEFAULTS) -> Converted:
    """Convert a stream of manifests, and apply the user's own patches to the result.

    Raises InputError if the stream cannot be read or is ambiguous, NoTarget if it contains no TMM, and ProofFailed if
    the result differs from the plan.
    """
    result = _try_convert(data, config, options)
    if isinstance(result, Stream):
        raise _no_target(result, config, options)
    return result


def convert_or_pass(data: bytes, config: Config, options: Options = DEFAULTS) -> Conversion:
    """Convert a stream as `convert` does, but pass through a stream without a TMM unchanged."""
    result = _try_convert(data, config, options)
    if isinstance(result, Converted):
        return result
    _require_yaml(result, options)
    return Unchanged(result, data if data.strip() else EMPTY)


def _try_convert(data: bytes, config: Config, options: Options) -> Converted | Stream:
    """Return the conversion, or the split stream if it contains no TMM."""
    manifests = stream.read(data, options.source, options.limits)
    prefilter.refuse_report(manifests)
    candidates = prefilter.candidates(manifests, config.tmm.workload)

    def concerns(item: Object) -> bool:
        return _is_target(item, config, options) or _is_ours(item, config)

    relevant = _objects(manifests, candidates, concerns, config.tmm.workload, options.progress)
    tmm = _choose_tmm(relevant, config, options)
    if tmm is None:
        return manifests
    defined = definitions.missing(config, tmm.namespace, _definitions(relevant, config), options.include_hooks)
    converted = _convert_document(manifests, tmm, config, defined)
    converted = converted._replace(findings=(*prefilter.text_around(manifests), *converted.findings))
    return _with_patches(converted, config, options.include_hooks)


def convert_list(parsed: Parsed, config: Config) -> Converted:
    """Convert the items of one list, such as a KRM function's ResourceList: the networks become items before the TMM.

    Raises the same errors as `convert`.
    """
    require_readable(parsed)
    relevant = [*objects(parsed)]
    tmm = _choose_tmm(relevant, config, DEFAULTS)
    if tmm is None:
        raise target.not_found(config.tmm.workload, config.tmm.namespace)
    defined = definitions.missing(config, tmm.namespace, _definitions(relevant, config))
    return _with_patches(_convert_items(parsed, tmm, config, defined), config, include_hooks=False)


def _with_patches(converted: Converted, config: Config, include_hooks: bool) -> Converted:
    """Return the conversion with the user's patches. A patch may rename the TMM, so its path is used to find it."""
    if not config.patches:
        return converted
    from postrender.conversion import patches

    result = patches.apply(
        converted.result, config.patches, lambda number: _place_before(converted, number), include_hooks
    )
    document = result.stream.documents[converted.tmm.parsed.document.number]
    parsed = stream.parse(result.stream, document) or converted.tmm.parsed
    return converted._replace(
        result=result.stream,
        patched=result.changes,
        findings=(*converted.findings, *result.findings),
        tmm=_relocate_or_keep(converted.tmm, parsed, config),
        unpatched=converted,
    )


def _relocate_or_keep(tmm: Target, parsed: Parsed, config: Config) -> Target:
    """Return the TMM in the patched document: a patch may have renamed it, or inserted a container before TMM's."""
    try:
        return _relocate(parsed, tmm.base, config)
    except InputError:  # a patch renamed the TMM container, so its path is unchanged
        return tmm._replace(parsed=parsed)


def _place_before(converted: Converted, number: int) -> Place:
    """Return the place in the input of an output document; for a new document, return the TMM's place."""
    before = converted.number_before(number)
    document = converted.rendered.parsed.document if before is None else converted.input.documents[before]
    return converted.input.place(document)


def _is_target(item: Object, config: Config, options: Options) -> bool:
    return target.is_target(item, config.tmm.workload, config.tmm.namespace, options.include_hooks)


def _is_ours(item: Object, config: Config) -> bool:
    return network_definitions.is_definition(item) and definitions.has_name_of(config, item)


def _choose_tmm(relevant: Sequence[Object], config: Config, options: Options) -> Target | None:
    targets = [item for item in relevant if _is_target(item, config, options)]
    return target.locate(target.choose(targets), config.tmm.container) if targets else None


def _definitions(relevant: Sequence[Object], config: Config) -> list[Object]:
    return [item for item in relevant if _is_ours(item, config)]


def _objects(
    manifests: Stream,
    documents: Sequence[Document],
    concerns: Callable[[Object], bool],
    workload: str,
    progress: Progress | None = None,
) -> list[Object]:
    """Return the objects that `concerns` selects; all objects of a large stream would take too much memory."""
    relevant: list[Object] = []
    for done, document in enumerate(documents):
        if progress:
            progress(done, len(documents))
        relevant += _relevant(manifests, document, concerns, workload)
        if len(relevant) > MANY:  # the trees of thousands of documents would not fit into memory
            sentence = f"more than {MANY} objects are the TMM or a network of the config; pass only one release"
            raise InputError(sentence, manifests.place(document))
    return relevant


def _relevant(manifests: Stream, document: Document, concerns: Callable[[Object], bool], workload: str) -> list[Object]:
    """Return a document's objects that `concerns` selects; raise InputError if YAML readers may find different objects.

    Another reader may accept an anchor that is defined twice, or split the stream elsewhere. A document that lacks the
    words of a TMM, but has a tag or an escape that could encode them, is refused only if it hides its kind or name.
    """
    likely = prefilter.has_words(manifests, document, workload)
    parsed = stream.parse(manifests, document) if likely else next(stream.composable(manifests, (document,)), None)
    relevant = [*filter(concerns, objects(parsed))]
    if parsed is not None:
        require = require_readable if likely or relevant else require_identity
        require(parsed)
    return relevant


def _require_yaml(manifests: Stream, options: Options) -> None:
    """Raise InputError if a document is not YAML, because the document could be a TMM."""
    documents = manifests.documents if manifests.data.strip() else ()
    for done, document in enumerate(documents):
        _require_yaml_of(manifests, document)
        if options.progress:
            options.progress(done, len(documents))


def _require_yaml_of(manifests: Stream, document: Document) -> None:
    try:
        stream.check(manifests, document)
    except InputError as error:
        if b"kind" in manifests.data[document.start : document.end]:
            raise
        sentence = f"{error.sentence}; the document contains no Kubernetes object: check the command before the pipe"
        raise InputError(sentence, error.place) from None


def _no_target(manifests: Stream, config: Config, options: Options) -> NoTarget:
    _require_yaml(manifests, options)
    if not manifests.data.strip():
        advice = (
            "check if the chart renders nothing, the command before the pipe failed, or Helm 3 ran with --output-dir"
        )
        return NoTarget(f"no manifests {_named(manifests.source)}; {advice}")
    if _is_config(manifests):
        advice = "pass it with --config FILE, and pipe in the output of `helm template`"
        return NoTarget(f"this is an spk-macvlan config, not manifests; {advice}")
    from postrender.spk import values_file

    if values_file.is_values_file(manifests):
        advice = "pipe in the output of `helm template`, or convert the file with `spk-macvlan values`"
        return NoTarget(f"this is a chart's values file, not manifests; {advice}")
    if not any(obj.kind for it in stream.readable(manifests, search.holding(manifests, "kind")) for obj in objects(it)):
        advice = "check the command before the pipe" if manifests.source == STDIN else RENDERED
        return NoTarget(f"no Kubernetes object {_named(manifests.source)}; {advice}")
    elsewhere = _in_other_namespaces(manifests, config, options)
    return target.not_found(config.tmm.workload, config.tmm.namespace, elsewhere, _similar(manifests))


def _is_config(manifests: Stream) -> bool:
    """Report whether a stream is a config and nothing else."""
    documents = stream.several(manifests, 2)
    return len(documents) == 1 and nodes.text(nodes.get(documents[0].root, "kind")) == KIND


def _named(source: str) -> str:
    return "on standard input" if source == STDIN else f"in {source}"


def _similar(manifests: Stream) -> list[Object]:
    """Return objects that may be the TMM that the user means: at most one more than an error message lists."""
    from itertools import islice

    likely = {document for kind in target.SIMILAR for document in search.holding(manifests, kind)}
    parsed = stream.readable(manifests, islice(sorted(likely), MOST_SIMILAR))
    similar = (it for each in parsed for it in objects(each) if it.kind in target.SIMILAR)
    return [*islice(similar, target.FEW + 1)]


def _in_other_namespaces(manifests: Stream, config: Config, options: Options) -> list[Object]:
    """Return the objects that would be the TMM if the config did not set a namespace."""
    anywhere = config._replace(tmm=config.tmm._replace(namespace=None))
    candidates = prefilter.candidates(manifests, config.tmm.workload) if config.tmm.namespace else ()
    return _objects(manifests, candidates, lambda item: _is_target(item, anywhere, options), config.tmm.workload)


def _convert_document(manifests: Stream, tmm: Target, config: Config, defined: tuple[Network, ...]) -> Converted:
    changes = plan(tmm, config)
    parsed = tmm.parsed
    if not changes and not defined:
        return Converted(manifests, manifests, tmm, tmm)
    edit.require_same_lines(parsed)
    edited = edit.apply(parsed, changes)
    above, values = new_documents.create(parsed, defined, tmm.namespace)
    after = join.insert(manifests, (join.Piece(parsed.document, edited.text, edited.root, above, values),))
    start = parsed.document.start + len(above.encode())
    place = Document(parsed.document.number + len(defined), start, start + len(edited.text.encode()))
    moved = tmm._replace(parsed=Parsed(after, place, edited.text, edited.root))
    return Converted(manifests, after, tmm, moved, changes, defined, of_new_layout(edited))


def _convert_items(parsed: Parsed, tmm: Target, config: Config, defined: tuple[Network, ...]) -> Converted:
    changes = plan(tmm, config)
    edited = edit.apply(parsed, changes)
    findings = of_new_layout(edited)
    for network in reversed(defined):  # each one is inserted at the same index, above the previous one
        value = definitions.definition(network, tmm.namespace, {})
        insertion = Change(ADD, tmm.base, value, definitions.ID, "the config lists this network")
        edited = edit.apply(parsed._replace(text=edited.text, root=edited.root), (insertion,))
        findings = (*findings, *of_new_layout(edited))
    after = join.replace(parsed, edited)
    moved = _relocate(after, (*tmm.base[:-1], int(tmm.base[-1]) + len(defined)), config)
    return Converted(parsed.stream, after.stream, tmm, moved, changes, defined, findings)


def _relocate(parsed: Parsed, base: Path, config: Config) -> Target:
    obj = Object(parsed, base, nodes.find(parsed.root, base) or parsed.root)
    return target.locate(obj, config.tmm.container)
