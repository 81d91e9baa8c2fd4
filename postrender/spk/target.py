"""Which object is the TMM, and where its fields are. Knows SPK's workload; asks nothing about text.

Source: a chart of the 2.1 era renders a Deployment, or a DaemonSet in whole-cluster mode, of the name `f5-tmm`, next to
a headless Service of that name and a controller with similar variables. The workload's annotation
`toda.f5.com/tmm-name` names the TMM container among its sidecars. In BIG-IP Next for Kubernetes an operator makes the
workload from a CNEInstance (2.0 and 2.1: BNKGatewayClass), which is then what can be edited.
"""

from __future__ import annotations

from postrender import spk
from postrender.errors import InputError, NoTarget, full_name, marked
from postrender.kubernetes import title
from postrender.record import NamedTuple
from postrender.spk import kinds
from postrender.yamledit import nodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from postrender.kubernetes.objects import Object
    from postrender.spk.kinds import Kind
    from postrender.yamledit.nodes import Node, Path
    from postrender.yamledit.stream import Parsed

FEW = 4  #: objects that a message lists


class Target(NamedTuple):
    """The TMM in its document. Paths run from the document's root."""

    parsed: Parsed
    kind: str
    name: str
    namespace: str | None
    networks: Path
    env: Path
    resources: Path
    annotations: Path = ()  #: of the pod template; an instance has none
    base: Path = ()  #: of the object: an item of a List is not the whole document

    @property
    def is_instance(self) -> bool:
        """Report whether an operator makes the workload from this object."""
        return kinds.of_name(self.kind, kinds.INSTANCES) is not None

    def at(self, path: Path) -> Node | None:
        """Return the node at a path, or None."""
        return nodes.find(self.parsed.root, path)

    def __str__(self) -> str:
        return title(self.kind, self.namespace, self.name)


def is_target(obj: Object, workload: str, namespace: str | None, include_hooks: bool) -> bool:
    """Report whether an object can be the TMM: a workload of that name, or an instance of any name.

    An object without namespace goes to the release's, which a post-renderer cannot see, so it may be meant.
    """
    return (
        ((is_workload(obj) and obj.name == workload) or _is_of(obj, kinds.INSTANCES))
        and (namespace is None or obj.namespace in (None, namespace))
        and (include_hooks or not obj.is_hook)
    )


def is_workload(obj: Object) -> bool:
    """Report whether an object is of a kind that can run TMM."""
    return _is_of(obj, kinds.WORKLOADS)


def _is_of(obj: Object, among: Sequence[Kind]) -> bool:
    """Report whether an object is of one of the kinds, in any version of its group."""
    return any(obj.kind == kind.name and obj.api_version.startswith(f"{kind.group}/") for kind in among)


def choose(candidates: Sequence[Object], advice: str = "") -> Object:
    """Return the one TMM among the candidates; raise InputError with advice if there is more than one."""
    if len(candidates) > 1:
        listed = ", ".join(_describe(obj) for obj in candidates[:FEW]) + (", …" if len(candidates) > FEW else "")
        raise InputError(
            f"{len(candidates)} TMM workloads: {listed}; {advice or _how_to_choose(candidates)}", candidates[1].place()
        )
    return candidates[0]


def _how_to_choose(candidates: Sequence[Object]) -> str:
    if len({obj.namespace for obj in candidates}) > 1:
        return "set spec.tmm.namespace to the one that is meant"
    if len({(obj.kind, obj.namespace, obj.name) for obj in candidates}) < len(candidates):
        return "Kubernetes keeps only the last of the same name; keep one"
    return "give them namespaces, or keep one"


#: What the operator of BIG-IP Next for Kubernetes 2.0-LA read; no later one does.
EARLY = ("SPKInstance", "SPKInfrastructure")
#: What may be meant where there is no TMM.
SIMILAR = (*(kind.name for kind in kinds.WORKLOADS), "StatefulSet", *EARLY)


def not_found(
    workload: str, namespace: str | None, elsewhere: Sequence[Object] = (), similar: Sequence[Object] = ()
) -> NoTarget:
    """Return the error that says that a stream holds no TMM, or one in another namespace, or what it does hold."""
    where = f" in namespace {namespace}" if namespace else ""
    sought = f"no Deployment or DaemonSet {workload}{where} in the stream, and no CNEInstance"
    if elsewhere:
        advice = "leave out spec.tmm.namespace, or give the release that namespace"
        return NoTarget(f"{sought}; there is {_describe(elsewhere[0])}: {advice}")
    if early := next((obj for obj in similar if obj.kind in EARLY), None):
        advice = "it is of release 2.0-LA, which is not converted: change its networks by hand, or upgrade"
        return NoTarget(f"{sought}; there is {_describe(early)}: {advice}")
    if hook := next((obj for obj in similar if obj.is_hook and obj.name == workload), None):
        return NoTarget(f"{sought}; {_describe(hook)} is a hook: convert it with --include-hooks")
    if other := next((obj for obj in similar if obj.kind == "StatefulSet" and obj.name == workload), None):
        return NoTarget(f"{sought}; {_describe(other)} is of a kind that no chart of F5's has, and is not converted")
    if similar:
        named = ", ".join(f"{obj.kind} {marked(full_name(obj.name))}" for obj in similar[:FEW])
        more = ", …" if len(similar) > FEW else ""
        return NoTarget(f"{sought}; it has {named}{more}: if one is the TMM, name it in spec.tmm.workload")
    return NoTarget(f"{sought}; check spec.tmm of the config, and that the stream is a rendered chart")


def _describe(obj: Object) -> str:
    named = marked(title(obj.kind, obj.namespace or "(release namespace)", obj.name))
    return f"{named} at line {obj.place().line}"


def locate(obj: Object, container: str | None = None) -> Target:
    """Return where the fields of a TMM are; raise InputError where its container is not clear.

    `container` is its name, if the config says it.
    """
    kind, name, place = obj.kind, obj.name, obj.namespace
    instance = kinds.of_name(kind, kinds.INSTANCES)
    if instance:
        tmm = (*obj.base, *instance.tmm)
        networks = (*obj.base, *instance.networks)
        return Target(obj.parsed, kind, name, place, networks, (*tmm, "env"), (*tmm, "resources"), base=obj.base)
    pod_container = (*obj.base, *kinds.CONTAINERS, _tmm_container(obj, container))
    annotations = (*obj.base, *kinds.ANNOTATIONS)
    networks = (*annotations, spk.NETWORKS)
    env, resources = (*pod_container, "env"), (*pod_container, "resources")
    return Target(obj.parsed, kind, name, place, networks, env, resources, annotations, obj.base)


def _tmm_container(obj: Object, given: str | None) -> int:
    """Return the index of the TMM container: a workload without one, such as the controller, is no TMM."""
    said = obj.annotation(spk.TMM_NAME)
    wanted = given or said or spk.TMM
    names = [nodes.text(nodes.get(node, "name")) for node in nodes.items(nodes.find(obj.node, kinds.CONTAINERS))]
    if names.count(wanted) == 1:
        return names.index(wanted)
    problem = "two containers" if wanted in names else "no container"
    listed = (
        ", ".join(marked(full_name(name or "(unnamed)")) for name in names[:FEW]) + (", …" if len(names) > FEW else "")
        or "none"
    )
    source = " (from spec.tmm.container)" if given else f" (from annotation {spk.TMM_NAME})" if said else ""
    sentence = f"not a TMM: {problem} named {marked(full_name(wanted))}{source}; there are: {listed}"
    advice = "correct spec.tmm.workload, or name the TMM container in spec.tmm.container"
    raise InputError(f"{sentence}; {advice}", obj.place(kinds.CONTAINERS))
