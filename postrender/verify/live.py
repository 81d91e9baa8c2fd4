"""Facts about the cluster that several rows need: the TMM, and the network definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from postrender.config import network_definitions
from postrender.errors import InputError
from postrender.record import NamedTuple
from postrender.spk import TMM, TMM_NAME, kinds
from postrender.verify import kubectl
from postrender.verify.json_fields import mapping, name_of, namespace_of, strings
from postrender.verify.kubectl import Kind, Response

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from postrender.config import Config, Network
    from postrender.verify.json_fields import Object
    from postrender.verify.kubectl import Access

DEFINITIONS = Kind(network_definitions.API_VERSION, "network-attachment-definitions")
DAEMON_SETS = kubectl.kind_of(kinds.DAEMON_SET)
#: Each API resource with its `kind`, because the API server omits kind and apiVersion from the items of a list.
WORKLOADS, INSTANCES = (
    tuple((kubectl.kind_of(kind), kind.name) for kind in group) for group in (kinds.WORKLOADS, kinds.INSTANCES)
)


class Live(NamedTuple):
    """The config, the access to the cluster, and the cluster's objects that correspond to the config."""

    config: Config
    access: Access
    namespace: str | None  #: the TMM's namespace, if it is known
    tmm: Response  #: the object that the conversion edits: a CNEInstance or BNKGatewayClass, else the workload
    workload: Response  #: the object that creates the pods
    multus: Response  #: the kinds of Multus' API group
    definitions: tuple[Response, ...]  #: one for each network of the config

    @property
    def serves_definitions(self) -> bool:
        """Report whether the cluster serves NetworkAttachmentDefinitions."""
        return kubectl.serves(self.multus, DEFINITIONS)

    @property
    def template(self) -> Object:
        """Return the pod template of the workload, or an empty map."""
        return mapping(self.workload.value, "spec", "template")

    def place(self, network: Network) -> str | None:
        """Return the namespace of a network's definition."""
        return network.namespace or self.namespace


def find(config: Config, access: Access, beside: Sequence[kubectl.Request] = ()) -> Live:
    """Find the TMM and, in parallel, send the requests in `beside`; raise InputError if there are several TMMs."""
    kubectl.require_reachable(access)
    query = f"?fieldSelector={quote(f'metadata.name={config.tmm.workload}')}"
    access = kubectl.read_ahead(access, [*_first(config, query), *beside])
    multus = kubectl.discover(access, DEFINITIONS)
    instances = _all(access, INSTANCES, config.tmm.namespace)
    workloads = _all(access, WORKLOADS, config.tmm.namespace, query)
    _require_one(instances.value, workloads.value)
    instance, workload = (next(iter(answer.value), None) for answer in (instances, workloads))
    tmm = Response(instance or workload, workloads.unknown or instances.unknown)
    place = config.tmm.namespace or namespace_of(tmm.value)
    return Live(config, access, place, tmm, Response(workload, workloads.unknown), multus, ())


def _first(config: Config, query: str) -> Iterator[kubectl.Request]:
    """Yield the requests that find the TMM; they are the same for every cluster."""
    yield kubectl.of_discovery(DEFINITIONS)
    for kind, _ in INSTANCES:
        yield kubectl.of_every(kind, config.tmm.namespace)
    for kind, _ in WORKLOADS:
        yield kubectl.of_every(kind, config.tmm.namespace, query)


def with_definitions(live: Live, beside: Sequence[kubectl.Request] = ()) -> Live:
    """Return `live` with the definitions of its networks; in parallel, send the requests in `beside`."""
    places = [(network.name, live.place(network)) for network in live.config.networks]
    requests = [kubectl.of_one(DEFINITIONS, name, place) for name, place in places if place]
    live = live._replace(access=kubectl.read_ahead(live.access, [*requests, *beside]))
    return live._replace(definitions=tuple(_definition(live, network) for network in live.config.networks))


def describe(obj: Object) -> str:
    """Return an object's kind, namespace and name."""
    return f"{obj.get('kind')} {namespace_of(obj)}/{name_of(obj)}"


def tmm_container(live: Live, workload: Object) -> str:
    """Return the name of the TMM container."""
    return live.config.tmm.container or strings(workload, "metadata", "annotations").get(TMM_NAME) or TMM


def _all(access: Access, kinds: Sequence[tuple[Kind, str]], place: str | None, query: str = "") -> Response:
    """Return the objects of the given kinds; `unknown` is the reason why there may be more objects than were read."""
    objects: list[Object] = []
    unknown = ""
    for kind, name in kinds:
        answer = kubectl.every(access, kind, place, query)
        objects += [{**item, "apiVersion": kind.group_version, "kind": name} for item in answer.value or ()]
        if not unknown and may_hide(access, kind, answer):
            unknown = answer.unknown if place else f"{answer.unknown}; use --namespace"
    return Response(objects, unknown)


def may_hide(access: Access, kind: Kind, answer: Response) -> bool:
    """Report whether a kind may have objects that were not read. A kind that the cluster does not serve has none."""
    if answer.cause != kubectl.FORBIDDEN:
        return bool(answer.unknown)
    discovery = kubectl.discover(access, kind)
    return bool(discovery.unknown) or kubectl.serves(discovery, kind)


def _require_one(instances: Sequence[Object], workloads: Sequence[Object]) -> None:
    """Raise InputError if there are several TMMs.

    A CNEInstance or BNKGatewayClass and its operator's workload count as one TMM.
    """
    objects = [*instances, *workloads]
    if max(len(instances), len(workloads), len(set(map(namespace_of, objects)))) > 1:
        sentence = f"{len(objects)} TMM workloads: {', '.join(map(describe, objects))}"
        raise InputError(f"{sentence}; use --namespace, and keep only one TMM in that namespace")


def _definition(live: Live, network: Network) -> Response:
    place = live.place(network)
    if place is None:
        return Response(unknown="no namespace (use --namespace)")
    return kubectl.one(live.access, DEFINITIONS, network.name, place)
