"""The input of a rule (the TMM, its stream and the config), and functions that build findings."""

from __future__ import annotations

from postrender.errors import Place, dotted
from postrender.kubernetes import quantity
from postrender.kubernetes.objects import Object, origin
from postrender.limits import whole_number
from postrender.record import NamedTuple
from postrender.rules import INSTANCE, VALUES, WORKLOAD
from postrender.rules.finding import Finding, Reference
from postrender.spk import HUGEPAGES, MTU_VARIABLE, VALUES_MTU
from postrender.spk.kinds import CNF_VLAN, VLAN
from postrender.yamledit import nodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.config import Config, Network
    from postrender.rules.documents import Documents
    from postrender.spk.product import Product
    from postrender.spk.target import Target
    from postrender.yamledit.nodes import Node, Path
    from postrender.yamledit.stream import Stream


MAX_DIGITS = 6  #: the maximum number of digits in a number of replicas


class Subject(NamedTuple):
    """The TMM, its stream (None if only the TMM is examined), and the config.

    A rule that makes changes receives the rendered TMM and stream; a rule that checks receives the converted ones.
    """

    config: Config
    tmm: Target
    stream: Stream | None = None
    rendered: Target | None = None  #: the TMM before the conversion
    created: tuple[Network, ...] = ()  #: the networks whose definitions the conversion adds to the stream
    documents: Documents | None = None  #: the stream's documents, if the whole stream is examined

    @property
    def kind(self) -> str:
        """Return the kind of subject: a workload, an instance, or a values file."""
        if self.tmm.is_instance:
            return INSTANCE
        return VALUES if self.tmm.kind == VALUES else WORKLOAD

    @property
    def object(self) -> Object:
        """Return the TMM as an object of its document."""
        parsed, base = self.tmm.parsed, self.tmm.base
        holder = self.tmm.at(base[:-2]) if base else None  # the List, if the TMM is an item of one
        return Object(parsed, base, self.tmm.at(base) or parsed.root, holder)

    def of_kind(self, kind: str) -> Iterator[Object]:
        """Yield the stream's objects of a kind."""
        yield from (obj for obj in self._objects(kind) if obj.kind == kind)

    def beside(self, kind: str) -> Iterator[Object]:
        """Yield the objects of a kind in the TMM's namespace. An unknown namespace counts as the same."""
        for obj in self.of_kind(kind):
            if None in (places := {self.namespace, obj.namespace}) or len(places) == 1:
                yield obj

    @property
    def product(self) -> Product:
        """Return the config's `product` or, if it is not set, the product that the stream indicates."""
        return self.config.product or self.product_of_stream

    @property
    def product_of_stream(self) -> Product:
        """Return the product that the TMM, or another object of the stream, indicates."""
        from postrender.spk import infra, product

        if not self.tmm.is_instance:
            return product.Product(product.SPK_OR_CNF)
        found = product.of_instance(self.tmm.kind, self.object.node)
        if found.release is None and any(self.of_group(infra.GROUP)):
            return product.Product(product.BNK, product.EARLIEST_INFRA)
        return found

    def of_group(self, group: str) -> Iterator[Object]:
        """Yield the stream's objects of an API group, such as gateway.k8s.f5.com/."""
        yield from (obj for obj in self._objects(group) if obj.api_version.startswith(group))

    def _objects(self, word: str) -> Iterator[Object]:
        """Yield the objects of the stream's documents that contain a word."""
        if self.documents is not None:
            yield from self.documents.objects(word)
        elif self.stream is not None:
            from postrender.rules.documents import Documents

            yield from Documents(self.stream).objects(word)

    def vlans(self) -> Iterator[Object]:
        """Yield the VLAN objects in the TMM's namespace: F5SPKVlan and F5BigNetVlan objects."""
        for kind in (VLAN, CNF_VLAN):
            yield from self.beside(kind.name)

    def is_tmm(self, obj: Object) -> bool:
        """Report whether an object of the stream is the TMM.

        The documents' numbers are compared, because it would take longer to find an object's line.
        """
        number = self.object.parsed.document.number
        return (obj.parsed.document.number, obj.base) == (number, self.object.base)

    def relative(self, path: Path) -> Path:
        """Return a path relative to the TMM object; `path` starts at the document's root."""
        return path[len(self.object.base) :]

    def text(self, *path: str | int) -> str | None:
        """Return the text at a path of the TMM object, or None."""
        return nodes.text(nodes.find(self.object.node, path))

    def containers(self) -> Iterator[tuple[Path, str, Node]]:
        """Yield the path (in the object), name and node of each container and init container of the pod."""
        for group in ("initContainers", "containers"):
            path = ("spec", "template", "spec", group)
            for number, node in enumerate(nodes.items(nodes.find(self.object.node, path))):
                yield (*path, number), nodes.text(nodes.get(node, "name")) or "", node

    def variable(self, name: str) -> str | None:
        """Return a variable's value on the TMM container; if the variable is repeated, return the last value."""
        named = [node for node in nodes.items(self.tmm.at(self.tmm.env)) if nodes.text(nodes.get(node, "name")) == name]
        return nodes.text(nodes.get(named[-1], "value")) if named else None

    @property
    def mtu(self) -> str | None:
        """Return TMM's MTU as written; in a values file, newer charts read the global value, not the variable."""
        of_chart = nodes.text(self.tmm.at(VALUES_MTU)) if self.kind == VALUES else None
        return of_chart or self.variable(MTU_VARIABLE)

    def place_of_variable(self, name: str) -> Path:
        """Return the path of a variable's last entry, relative to the TMM object.

        If a variable is repeated, `variable` also uses the last entry.
        """
        entries = enumerate(nodes.items(self.tmm.at(self.tmm.env)))
        numbers = [number for number, node in entries if nodes.text(nodes.get(node, "name")) == name]
        return (*self.relative(self.tmm.env), *numbers[-1:])

    def amount(self, name: str) -> str | None:
        """Return the TMM container's limit for a resource, as written; without a limit, return the request instead."""
        limit, request = (self.tmm.at((*self.tmm.resources, group, name)) for group in ("limits", "requests"))
        return nodes.text(limit) or nodes.text(request)

    @property
    def resources(self) -> tuple[tuple[str, int | str], ...]:
        """Return the resource quantities from the config that the conversion writes.

        Hugepages are left out if the chart disables them.
        """
        amounts = self.config.tmm.resources
        rendered = self._replace(tmm=self.rendered or self.tmm).amount(HUGEPAGES)
        if self.kind == WORKLOAD and (not rendered or quantity.parse(rendered) == 0):
            return tuple(it for it in amounts if it[0] != HUGEPAGES)
        return amounts

    @property
    def namespace(self) -> str | None:
        """Return the TMM's namespace, or None if the release's namespace applies."""
        return self.tmm.namespace

    @property
    def replicas(self) -> int:
        """Return the number of TMMs; 1 if the number depends on the nodes, or is not set."""
        if self.tmm.is_instance and self.text("spec", "wholeCluster") == "true":
            return 1
        number = whole_number(self.text("spec", self.replicas_field) or "", MAX_DIGITS)
        return 1 if number is None else number

    @property
    def replicas_field(self) -> str:
        """Return the name of the field of `spec` that sets the number of TMMs."""
        return "tmmReplicas" if self.tmm.is_instance else "replicas"


def on_config(rule: str, level: str, path: str, message: str, fix: str) -> Finding:
    """Return a finding about a field of the config."""
    return Finding(rule, level, message, fix, Place(path=path), in_config=True)


def on_object(rule: str, level: str, obj: Object, path: Path, message: str, fix: str) -> Finding:  # noqa: PLR0913, PLR0917
    """Return a finding about a path in an object of the stream, with the line of the path's deepest existing node."""
    node = nearest(obj.node, path)
    place = obj.parsed.place_of(node, dotted((*obj.base, *path)))
    return Finding(rule, level, message, fix, place, reference(obj, path))


def nearest(node: Node, path: Path) -> Node:
    """Return the deepest existing node on a path."""
    for step in path:
        deeper = nodes.find(node, (step,))
        if deeper is None:
            break
        node = deeper
    return node


def reference(obj: Object, path: Path = ()) -> Reference:
    """Return a reference to an object and a path in it, for a finding."""
    return Reference(
        obj.parsed.document.number,
        obj.kind,
        obj.namespace or "",
        obj.name,
        origin(obj.parsed).path,
        (*obj.base, *path),
        obj.api_version,
        obj.base,
    )
