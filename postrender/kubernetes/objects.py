"""Objects in a stream: their kind, name and place, and the template that Helm says they come from."""

from __future__ import annotations

from postrender.record import NamedTuple
from postrender.yamledit import nodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from postrender.errors import Place
    from postrender.yamledit.nodes import Node, Path
    from postrender.yamledit.stream import Parsed

LIST = "List"  #: the end of a list's kind, as in DeploymentList
HOOK = "helm.sh/hook"
FILENAME = "postrenderer.helm.sh/postrender-filename"  #: on every object that Helm 4 sends
SOURCE_COMMENT = "# Source: "  #: above every object that Helm 3 sends
FILE_COMMENT = "#### file: "  #: above every object that helm-unittest sends
HEAD = 4096  #: characters of a document that are searched for such a comment; Helm writes it first


class Found(NamedTuple):
    """An object in a document: the document itself, or an item of a List in it."""

    parsed: Parsed
    base: Path
    node: Node

    @property
    def kind(self) -> str:
        """Return the object's kind; an empty string if it has none."""
        return nodes.text(nodes.get(self.node, "kind")) or ""

    @property
    def api_version(self) -> str:
        """Return the object's group and version; an empty string if it has none."""
        return nodes.text(nodes.get(self.node, "apiVersion")) or ""

    @property
    def name(self) -> str:
        """Return the object's name; an empty string if it has none."""
        return nodes.text(nodes.find(self.node, ("metadata", "name"))) or ""

    @property
    def namespace(self) -> str | None:
        """Return the object's namespace, or None if the release's applies."""
        return nodes.text(nodes.find(self.node, ("metadata", "namespace"))) or None

    def annotation(self, name: str) -> str | None:
        """Return an annotation of the object, or None."""
        return nodes.text(nodes.find(self.node, ("metadata", "annotations", name)))

    def is_of(self, kinds: Sequence[str], group: str) -> bool:
        """Report whether the object is of one of the kinds, in any version of a group such as `apps/`."""
        return self.kind in kinds and self.api_version.startswith(group)

    @property
    def is_hook(self) -> bool:
        """Report whether the object is a Helm hook. Helm 3 never sends those to a post-renderer, Helm 4 does."""
        return self.annotation(HOOK) is not None

    @property
    def title(self) -> str:
        """Return the object's name in messages: `Kind namespace/name`."""
        return f"{self.kind} {f'{self.namespace}/' if self.namespace else ''}{self.name}"

    def place(self, path: Path = ()) -> Place:
        """Return the place of the object, and of a path in it."""
        line, column = (self.node.start_mark.line, self.node.start_mark.column) if self.base else (0, 0)
        return self.parsed.place(line, column, ".".join(map(str, (*self.base, *path) if path else ())))


def objects(parsed: Parsed | None) -> Iterator[Found]:
    """Yield the objects of a document; of a list (List, DeploymentList, ResourceList), yield its items.

    kubectl, Argo CD and kustomize treat any object with `items` as a list.
    """
    if parsed is None:
        return
    root = parsed.root
    items = nodes.get(root, "items")
    if (nodes.text(nodes.get(root, "kind")) or "").endswith(LIST) and (items is None or nodes.is_sequence(items)):
        for number, node in enumerate(nodes.items(items)):
            yield Found(parsed, ("items", number), node)
    else:
        yield Found(parsed, (), root)


class Origin(NamedTuple):
    """How a caller marked where a document came from: the comment or annotation, and the template's path."""

    mark: str = ""
    path: str = ""


def origin(parsed: Parsed) -> Origin:
    """Return the mark that the caller left on a document; each caller has its own form."""
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
