"""Turns a conversion into patches that work without this program: RFC 6902 operations for kustomize, with guards.

List indexes come from the rendered chart. A `test` therefore precedes every operation that uses an index, and fails
the build if a different chart has something else at that index.

kustomize's strategic merge is not suitable: it moves changed entries to the front, keeps `valueFrom` beside a new
`value`, and adds a container if its name is mistyped (observed with 5.6.0 to 5.8.1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender import __version__, conversion
from postrender.config.patches import OPERATIONS
from postrender.conversion.json_patch import TEST
from postrender.conversion.json_values import is_json, value_of
from postrender.errors import InputError, full_name, one_line
from postrender.hosts import replay
from postrender.kubernetes.objects import FILENAME, HOOK, objects, origin
from postrender.record import NamedTuple
from postrender.rules import definitions, repeated_keys
from postrender.rules.finding import Finding
from postrender.yamledit import emit, nodes, search, stream
from postrender.yamledit.change import APPEND, REMOVE, REPLACE, pointer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from postrender.config import Config
    from postrender.config.patches import Operation, Patch
    from postrender.conversion import Converted, Options
    from postrender.spk.target import Target
    from postrender.yamledit.change import Change
    from postrender.yamledit.nodes import Node, Path
    from postrender.yamledit.stream import Stream

    Words = dict[str, Any]

#: kustomize keeps annotations of its own in an object while it patches it.
OF_KUSTOMIZE = ("/metadata", "/metadata/annotations")
CHART_LABEL = "helm.sh/chart"
NO_HOOK = f"!{HOOK}"  #: kustomize's selector for objects that are not hooks
MARK = "# Written by spk-macvlan"  #: the first line of compiled files starts with this


class Compiled(NamedTuple):
    """Network attachment definitions, patches in kustomize's format, and the chart that they were made from.

    Each patch is `{target: …, patch: [operations]}`; the TMM's patch comes first. `networks` are the definitions as the
    conversion creates them; in `patched_networks`, the user's patches are applied. `tmm` is the TMM's group, version,
    kind, name and, if it has one, namespace.
    """

    converted: Converted
    tmm: dict[str, str]
    networks: tuple[Words, ...]
    patched_networks: tuple[Words, ...]
    patches: tuple[Words, ...]
    chart: str
    version: str  #: the chart's version, from a label in the stream; empty if unknown
    findings: tuple[Finding, ...] = ()

    @property
    def mark(self) -> str:
        """Return the comment in compiled files: this program's version, the source, and when to compile again."""
        chart = f"chart {self.chart} {self.version or '(version unknown)'}"
        source = one_line(chart if self.chart else "a stream without chart labels")
        again = "compile again after every change to the chart, its values or the config"
        return f"{MARK} {__version__} compile, from {source}; {again}."


def compile_patches(data: bytes, config: Config, options: Options) -> Compiled:
    """Return a stream's conversion as patches.

    Raises the errors of `conversion.convert`, including those of the user's patches, and ProofFailed if the compiled
    patches give a different result than the conversion.
    """
    _require_operations_of_kustomize(config)
    patched = conversion.convert(data, config, options)
    converted = patched.unpatched or patched
    _require_seen_by_kustomize(converted.rendered)
    stream.require_countable(converted.rendered.parsed)
    operations = [*_operations(converted.rendered, converted.changes)]
    networks = tuple(definitions.definition(it, converted.rendered.namespace, {}) for it in converted.defined)
    tmm = _identity(converted.rendered)
    targets: Words = {} if options.include_hooks else {"annotationSelector": NO_HOOK}
    all_patches: tuple[Words, ...] = (
        {"target": {**selector_of(tmm), **targets}, "patch": operations},
        *({"target": _selector(it) | targets, "patch": [*map(_words, it.operations)]} for it in config.patches),
    )
    patched_networks = tuple(_networks(patched))
    replay.require_same(patched, all_patches, networks, patched_networks)
    chart, version = _chart(converted)
    findings = (*patched.findings, *_repeated_keys(converted.input))
    return Compiled(patched, tmm, networks, patched_networks, all_patches, chart, version, findings)


def _networks(patched: Converted) -> Iterator[Words]:
    """Yield the definitions with the user's patches applied, and without the annotation that Helm 4 adds."""
    first = patched.rendered.parsed.document.number
    for document in patched.result.documents[first : first + len(patched.defined)]:
        parsed = stream.parse(patched.result, document)
        value = value_of(parsed and parsed.root)
        yield (
            _without_mark(value) if parsed and nodes.find(parsed.root, ("metadata", "annotations", FILENAME)) else value
        )


def _without_mark(definition: Words) -> Words:
    metadata = definition["metadata"]
    annotations = {name: value for name, value in metadata["annotations"].items() if name != FILENAME}
    rest = {name: value for name, value in metadata.items() if name != "annotations"}
    return {**definition, "metadata": {**rest, "annotations": annotations} if annotations else rest}


def _identity(tmm: Target) -> dict[str, str]:
    """Return the fields by which kustomize identifies the TMM."""
    group, _, version = (nodes.text(tmm.at((*tmm.base, "apiVersion"))) or "").rpartition("/")
    identity = {"group": group, "version": version, "kind": tmm.kind, "name": tmm.name}
    return identity | ({"namespace": tmm.namespace} if tmm.namespace else {})


# Operations.


def _operations(tmm: Target, changes: Sequence[Change]) -> Iterator[Words]:
    """Yield the operations, each preceded by its guards."""
    yield from _guards(tmm)
    of_entries: dict[Path, list[Change]] = {}  # the changes to each existing variable, by its path
    for change in changes:
        entry = change.path[: len(tmm.env) + 1]
        if change.path[: len(tmm.env)] == tmm.env != entry and entry[-1] != APPEND:
            of_entries.setdefault(entry, []).append(change)
    for change in changes:
        entry = change.path[: len(tmm.env) + 1]
        if entry not in of_entries:
            yield from _plain(tmm, change)
        elif change is of_entries[entry][0]:
            yield from _entry(tmm, entry, of_entries[entry])


def _guards(tmm: Target) -> Iterator[Words]:
    """Yield tests of the values that the conversion relies on: the TMM container's name, its limits and its requests.

    A CNEInstance or BNKGatewayClass has no container, so the object's name is tested instead.
    """
    yield _test(tmm, (*tmm.base, "metadata", "name") if tmm.is_instance else (*tmm.resources[:-1], "name"))
    for group in ("limits", "requests"):
        amounts = tmm.at((*tmm.resources, group))
        if nodes.is_mapping(amounts) and is_json(amounts):
            yield _test(tmm, (*tmm.resources, group))


def _entry(tmm: Target, entry: Path, changes: Sequence[Change]) -> Iterator[Words]:
    """Yield a test of a variable's name, then the operation that removes or replaces the whole variable."""
    yield _test(tmm, (*entry, "name"))
    if changes[0].path == entry:
        yield _operation(tmm, changes[0])
        return
    value = value_of(tmm.at(entry))
    for change in changes:
        value.pop(change.path[-1], None)
        if change.op != REMOVE:
            value[change.path[-1]] = change.value
    yield {"op": REPLACE, "path": _pointer(tmm, entry), "value": value}


def _plain(tmm: Target, change: Change) -> Iterator[Words]:
    """Yield an operation; if it adds a map or list, first yield a test that fails if the map or list already exists."""
    present = tmm.at(change.path)
    if isinstance(change.value, dict | list) and change.path[-1] != APPEND and _is_absent(present):
        yield {"op": TEST, "path": _pointer(tmm, change.path), "value": None}
    yield _operation(tmm, change)


def _is_absent(node: Node | None) -> bool:
    return node is None or nodes.is_null(node)


def _test(tmm: Target, path: Path) -> Words:
    return {"op": TEST, "path": _pointer(tmm, path), "value": value_of(tmm.at(path))}


def _operation(tmm: Target, change: Change) -> Words:
    words = {"op": change.op, "path": _pointer(tmm, change.path)}
    return words if change.op == REMOVE else {**words, "value": change.value}


def _pointer(tmm: Target, path: Path) -> str:
    """Return a pointer relative to the object, because kustomize splits a List into its objects."""
    return pointer(path[len(tmm.base) :])


def selector_of(tmm: dict[str, str]) -> dict[str, str]:
    """Return a target that selects only the TMM. Dots are escaped: kustomize reads a name as a regular expression."""
    return {**tmm, "name": tmm["name"].replace(".", "\\.")}


def _selector(patch: Patch) -> Words:
    names = {"label_selector": "labelSelector"}
    pairs = zip(patch.target._fields, patch.target, strict=True)
    return {names.get(field, field): value for field, value in pairs if value}


def _words(operation: Operation) -> Words:
    needed = OPERATIONS[operation.op]
    words: Words = {"op": operation.op}
    if "from" in needed:
        words["from"] = operation.source
    words["path"] = operation.path
    return {**words, "value": operation.value} if "value" in needed else words


# Documents that kustomize does not read.


def _require_seen_by_kustomize(tmm: Target) -> None:
    """Raise InputError for a TMM that kustomize would silently skip, along with its patch (seen in 5.6.0, 5.8.1)."""
    data, text, start = tmm.parsed.stream.data, tmm.parsed.text, tmm.parsed.root.start_mark.index
    above = text[:start].split("\n")
    problem = ""
    if data.count(b"\r") != data.count(b"\r\n"):
        problem = "lines end in a lone CR"
    elif above[-1].startswith("---"):
        problem = "the TMM's document begins on the same line as its ---"
    elif not stream.is_separate(tmm.parsed):
        problem = "no --- precedes the TMM's document"
    if problem:
        sentence = f"{problem}, so kustomize, which Flux also uses, would silently skip the TMM; fix the chart"
        raise InputError(sentence, tmm.parsed.place())


def _require_operations_of_kustomize(config: Config) -> None:
    """Raise InputError for operations that see kustomize's own annotations, or that crash it (seen in 5.6.0, 5.8.1)."""
    for number, patch in enumerate(config.patches):
        for at, operation in enumerate(patch.operations):
            read = operation.path if operation.op == TEST else operation.source
            where = f"spec.patches[{number}].patch[{at}]"
            if operation.op in (TEST, "move", "copy") and read in OF_KUSTOMIZE:
                sentence = f"{operation.op} of {read} would see kustomize's own annotations"
                raise InputError(f"{where}: {sentence}; name the fields or annotations one by one")
            if operation.op == TEST and _has_null(operation.value):
                raise InputError(
                    f"{where}: a test for a list that contains null crashes kustomize; test the other fields"
                )


def _has_null(value: Any) -> bool:
    """Report whether a list in a value has a null."""
    if isinstance(value, dict):
        return any(map(_has_null, value.values()))
    return isinstance(value, list) and (None in value or any(map(_has_null, value)))


def _repeated_keys(manifests: Stream) -> Iterator[Finding]:
    """Yield a warning for each duplicate key: Kubernetes uses the last one, but kustomize and Flux fail."""
    for parsed in stream.readable(manifests):
        key = next(_repeated(parsed.root), None)
        if key is not None:
            place = parsed.place_of(key)
            message = f"the key {full_name(key.value)} is listed twice, which kustomize, and therefore Flux, refuses"
            fix = "change the chart's values so that the key is rendered once"
            yield Finding(repeated_keys.ID, repeated_keys.LEVEL, message, fix, place)


def _repeated(root: Node) -> Iterator[Node]:
    for node in nodes.walk(root):
        seen: set[str] = set()
        for key, _ in node.value if nodes.is_mapping(node) else ():
            if not nodes.is_scalar(key):
                continue
            if key.value in seen:
                yield key
            seen.add(key.value)


# The source of the stream.


def _chart(converted: Converted) -> tuple[str, str]:
    """Return the name and version of the top-level chart, each empty if the stream does not contain it."""
    tmm = converted.rendered
    name = origin(tmm.parsed).path.partition("/")[0]
    if not name:
        return _name_and_version(nodes.text(tmm.at((*tmm.base, "metadata", "labels", CHART_LABEL))) or "")
    versions = (_name_and_version(label) for label in _chart_labels(converted.input))
    return name, next((version for chart, version in versions if chart == name), "")


def _name_and_version(label: str) -> tuple[str, str]:
    """Split a chart's label into name and version: spk-1.8.2-rc.1 into spk and 1.8.2-rc.1."""
    import re

    match = re.fullmatch(r"(.+?)-(v?\d+\..+)", label)
    return (match[1], match[2]) if match else (label, "")


def _chart_labels(manifests: Stream) -> Iterator[str]:
    for parsed in stream.readable(manifests, search.holding(manifests, CHART_LABEL)):
        for obj in objects(parsed):
            label = nodes.text(nodes.find(obj.node, ("metadata", "labels", CHART_LABEL)))
            if label:
                yield label


# Text.


def as_kustomize(patch: Words, *comment: str) -> Words:
    """Return a patch in kustomize's form, with its operations as text.

    The target comes last, so that no line after the patch can become part of the operations' text.
    """
    operations = emit.Text("\n".join([*comment, *emit.block(patch["patch"], 0)]))
    return {"patch": operations, "target": patch["target"]}
