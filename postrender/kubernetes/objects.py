"""Objects in a stream: their kind, name and place, and the template from which each was rendered."""

from __future__ import annotations

from postrender.errors import InputError, TooLarge, dotted
from postrender.kubernetes import title
from postrender.record import NamedTuple
from postrender.yamledit import nodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from postrender.errors import Place
    from postrender.yamledit.nodes import Node, Path
    from postrender.yamledit.stream import Parsed

LIST = "List"  #: the suffix of a list's kind, as in DeploymentList
HOOK = "helm.sh/hook"
FILENAME = "postrenderer.helm.sh/postrender-filename"  #: the annotation on each object from Helm 4
SOURCE_COMMENT = "# Source: "  #: the comment above each object from Helm 3
FILE_COMMENT = "#### file: "  #: the comment above each object from helm-unittest
BINARY = "tag:yaml.org,2002:binary"  #: Go decodes a string with this tag; other tags do not change the string
IDENTIFYING = ("apiVersion", "kind", "metadata", "name", "namespace", "items")
DATA = ("data", "binaryData", "stringData")
HEAD = 4096  #: how many characters at the top of a document to search for `# Source: ` and `#### file: `


class Object(NamedTuple):
    """An object in a document: the document itself, or an item of a list in the document."""

    parsed: Parsed
    base: Path
    node: Node
    holder: Node | None = None  #: the list that contains the object, if any

    @property
    def kind(self) -> str:
        """Return the object's kind; an empty string if it has none. An item of a DeploymentList is a Deployment."""
        return _text(self.node, "kind") or _text(self.holder, "kind").removesuffix(LIST)

    @property
    def api_version(self) -> str:
        """Return the object's group and version; an empty string if it has none."""
        own = _text(self.node, "apiVersion")
        return own if _text(self.node, "kind") else own or _text(self.holder, "apiVersion")

    @property
    def name(self) -> str:
        """Return the object's name; an empty string if it has none."""
        return nodes.text(nodes.find(self.node, ("metadata", "name"))) or ""

    @property
    def namespace(self) -> str | None:
        """Return the object's namespace, or None if the release's namespace applies."""
        return nodes.text(nodes.find(self.node, ("metadata", "namespace"))) or None

    def annotation(self, name: str) -> str | None:
        """Return the value of an annotation, or None if the object does not have it."""
        return nodes.text(nodes.find(self.node, ("metadata", "annotations", name)))

    def is_of(self, kinds: Sequence[str], group: str) -> bool:
        """Report whether the object is of one of the kinds, in any version of a group such as `apps/`."""
        return self.kind in kinds and self.api_version.startswith(group)

    @property
    def is_hook(self) -> bool:
        """Report whether the object is a Helm hook. Helm 3 never sends hooks to a post-renderer; Helm 4 does.

        Helm reads the annotation of the document, so all items of an annotated List are hooks; Argo CD reads that of
        each item.
        """
        path = ("metadata", "annotations", HOOK)
        return any(nodes.text(nodes.find(it, path)) is not None for it in (self.node, self.parsed.root))

    @property
    def title(self) -> str:
        """Return the object's name for messages: `Kind namespace/name`."""
        return title(self.kind, self.namespace, self.name)

    def place(self, path: Path = ()) -> Place:
        """Return the place of the object, or of a path in the object."""
        line, column = (self.node.start_mark.line, self.node.start_mark.column) if self.base else (0, 0)
        return self.parsed.place(line, column, dotted((*self.base, *path) if path else ()))


def _text(node: Node | None, key: str) -> str:
    return nodes.text(nodes.get(node, key)) or ""


def objects(parsed: Parsed | None) -> Iterator[Object]:
    """Yield the objects of a document; for a list (List, DeploymentList, ResourceList), yield its items.

    kubectl, Argo CD and kustomize treat any object with `items` as a list, also within another list. If the kind of an
    object with `items` does not end in `List`, the object itself is also yielded.
    """
    waiting = [Object(parsed, (), parsed.root)] if parsed else []
    seen = set()  # an alias can make a list an item of itself
    while waiting:
        obj = waiting.pop()
        items = nodes.get(obj.node, "items")
        if not (obj.kind.endswith(LIST) and (items is None or nodes.is_sequence(items))):
            yield obj
        if nodes.is_sequence(items) and id(items) not in seen:
            seen.add(id(items))
            base = (*obj.base, "items")
            held = [Object(obj.parsed, (*base, number), node, obj.node) for number, node in enumerate(items.value)]
            waiting += reversed(held)


def holder(parsed: Parsed | None, path: Path) -> Object | None:
    """Return the object that contains a path of a document; in lists, the innermost object."""
    held = (obj for obj in objects(parsed) if path[: len(obj.base)] == obj.base)
    return max(held, key=lambda obj: len(obj.base), default=None)


def require_identity(parsed: Parsed) -> None:
    """Raise InputError if an object's kind, name or keys are in Base64 (`!!binary`), which Kubernetes decodes."""
    if "!" not in parsed.text:
        return
    for obj in objects(parsed):
        metadata = nodes.get(obj.node, "metadata")
        for mapping in (obj.node, metadata):
            for source in (mapping, *nodes.merge_sources(mapping)) if nodes.is_mapping(mapping) else ():
                _require_plain_keys(parsed, source)


def _require_plain_keys(parsed: Parsed, mapping: Node) -> None:
    for key, value in mapping.value if nodes.is_mapping(mapping) else ():
        if key.tag == BINARY or (value.tag == BINARY and key.value in IDENTIFYING):
            raise _hidden(parsed, key)


def require_readable(parsed: Parsed) -> None:
    """Raise InputError if Kubernetes may read different keys or strings from a document than this program does.

    Kubernetes' Go library decodes a string or a key with the tag `!!binary`. Below `data`, any value is allowed, so the
    tag is harmless. The library also lets a merge key override the keys above it, although in YAML, a map's own keys
    take precedence.
    """
    if "!" in parsed.text:
        _require_no_binary(parsed)
    if "<<" in parsed.text:
        _require_merges_first(parsed)


def _require_no_binary(parsed: Parsed) -> None:
    root = parsed.root
    if nodes.is_scalar(root):
        return
    outside = [nodes.get(root, key) for key in DATA]
    for node in nodes.walk(root, frozenset(id(node) for node in outside if node is not None)):
        if node.tag == BINARY:
            raise _hidden(parsed, node)


def _hidden(parsed: Parsed, node: Node) -> InputError:
    return InputError("only some YAML readers decode this !!binary text; write it as plain text", parsed.place_of(node))


def _require_merges_first(parsed: Parsed) -> None:
    left = parsed.stream.limits.values
    for node in nodes.walk(parsed.root):
        pairs = node.value if nodes.is_mapping(node) else ()
        merges = [number for number, (key, _) in enumerate(pairs) if nodes.is_merge(key)]
        if merges in ([], [0]):  # no key is above the merge key, so nothing can be overridden
            continue
        above: set[str] = set()
        for key, value in pairs:
            brought = nodes.keys_of_merge(value) if nodes.is_merge(key) else [key.value] if nodes.is_scalar(key) else []
            if nodes.is_merge(key) and not above.isdisjoint(brought):
                sentence = (
                    "this merge key (<<) supplies a key that is also above it, and readers disagree on which one counts"
                )
                raise InputError(f"{sentence}; move << to the top of its map", parsed.place_of(key))
            above.update(brought)
            left -= len(brought)
            if left < 0:
                sentence = f"document {parsed.document.number + 1}, with its merge keys expanded, has"
                raise TooLarge(f"{sentence} {parsed.stream.limits.exceeded('values')}", parsed.place())


class Origin(NamedTuple):
    """A document's origin: the mark of Helm or helm-unittest (a comment or an annotation), and the template's path."""

    mark: str = ""
    path: str = ""


def origin(parsed: Parsed) -> Origin:
    """Return a document's origin; without a mark from Helm or helm-unittest, both of its fields are empty."""
    filename = nodes.text(nodes.find(parsed.root, ("metadata", "annotations", FILENAME)))
    if filename is not None:
        return Origin(FILENAME, filename)
    for line in nodes.lines(parsed.text[:HEAD]):
        for mark in (SOURCE_COMMENT, FILE_COMMENT):
            if line.startswith(mark):
                return Origin(mark, line[len(mark) :].strip())
        if line.strip() and not line.startswith(("---", "#")):
            break
    return Origin()
