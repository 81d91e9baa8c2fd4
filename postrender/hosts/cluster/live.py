"""What several rows need to know of the cluster: which object the TMM is, and the network definitions."""

from __future__ import annotations

from urllib.parse import quote

from postrender.errors import InputError
from postrender.hosts.cluster import kubectl
from postrender.hosts.cluster.fields import mapping, maps, name_of, namespace_of, strings, text
from postrender.hosts.cluster.kubectl import Answer, Kind
from postrender.record import NamedTuple
from postrender.rules import definitions
from postrender.spk import TMM_NAME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from postrender.config import Config, Network
    from postrender.hosts.cluster.fields import Object
    from postrender.hosts.cluster.kubectl import Access

DEFINITIONS = Kind(definitions.API_VERSION, "network-attachment-definitions")
DEPLOYMENTS = Kind("apps/v1", "deployments")
DAEMON_SETS = Kind("apps/v1", "daemonsets")
#: The API server leaves kind and apiVersion out of the items of a list.
WORKLOADS = ((DEPLOYMENTS, "Deployment"), (DAEMON_SETS, "DaemonSet"))
INSTANCES = (
    (Kind("k8s.f5.com/v1", "cneinstances"), "CNEInstance"),
    (Kind("k8s.f5.com/v1", "bnkgatewayclasses"), "BNKGatewayClass"),
)


class Live(NamedTuple):
    """The config with the namespace that it was given, and what the cluster has of it."""

    config: Config
    access: Access
    namespace: str | None  #: the TMM's, where that is known
    tmm: Answer  #: the object that the conversion edits: an instance, else the workload
    workload: Answer  #: what makes the pods
    multus: Answer  #: the kinds of the group that Multus serves
    definitions: tuple[Answer, ...]  #: one for each network of the config

    @property
    def serves_definitions(self) -> bool:
        """Tell whether the cluster knows NetworkAttachmentDefinitions."""
        return any(text(kind, "name") == DEFINITIONS.plural for kind in maps(self.multus.value, "resources"))

    @property
    def template(self) -> Object:
        """Return the pod template of the workload; an empty one where there is none."""
        return mapping(self.workload.value, "spec", "template")

    def place(self, network: Network) -> str | None:
        """Return the namespace of a network's definition."""
        return network.namespace or self.namespace


def look(config: Config, access: Access) -> Live:
    """Read what several rows need; raise InputError where it is not clear which TMM is meant."""
    kubectl.require_reachable(access)
    multus = kubectl.get(access, DEFINITIONS.root, f"get on {DEFINITIONS.root}")
    instance = _only(access, INSTANCES, config.tmm.namespace, "")
    place = config.tmm.namespace or namespace_of(instance.value)
    query = f"?fieldSelector={quote(f'metadata.name={config.tmm.workload}')}"
    workload = _only(access, WORKLOADS, place, query)
    tmm = next((it for it in (instance, workload) if it.value), Answer(unknown=workload.unknown or instance.unknown))
    live = Live(config, access, place or namespace_of(workload.value), tmm, workload, multus, ())
    return live._replace(definitions=tuple(_definition(live, network) for network in config.networks))


def said(found: Object) -> str:
    """Return an object's kind, namespace and name."""
    return f"{found.get('kind')} {namespace_of(found)}/{name_of(found)}"


def tmm_container(workload: Object) -> str:
    """Return the name of the TMM container."""
    return strings(workload, "metadata", "annotations").get(TMM_NAME) or name_of(workload)


def _only(access: Access, kinds: Sequence[tuple[Kind, str]], place: str | None, query: str) -> Answer:
    """Return the one object of these kinds. What could not be read does not matter where one was found."""
    found: list[Object] = []
    unknown = ""
    for kind, name in kinds:
        answer = kubectl.every(access, kind, place, query)
        hint = "" if place else "; give --namespace"
        unknown = unknown or (answer.unknown and f"{answer.unknown}{hint}")
        found += [{**item, "apiVersion": kind.group_version, "kind": name} for item in answer.value or ()]
    if len(found) > 1:
        sentence = f"{len(found)} TMM workloads: {', '.join(map(said, found))}"
        raise InputError(f"{sentence}; give --namespace, or keep one in it")
    return Answer(found[0]) if found else Answer(unknown=unknown)


def _definition(live: Live, network: Network) -> Answer:
    place = live.place(network)
    if place is None:
        return Answer(unknown="no namespace (give --namespace)")
    return kubectl.one(live.access, DEFINITIONS, network.name, place)
