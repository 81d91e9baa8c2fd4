"""Finds the TMM object and its fields.

SPK's chart renders a Deployment named `f5-tmm` (in whole-cluster mode, a DaemonSet), a headless Service of the same
name, and a controller with similar variables. The workload's annotation `toda.f5.com/tmm-name` names the TMM container;
all other containers are sidecars. In BIG-IP Next for Kubernetes, an operator creates the workload from a CNEInstance
(in 2.0 and 2.1, from a BNKGatewayClass), so the conversion edits that object. Source: a chart of the 2.1 era.
"""

from __future__ import annotations

from postrender import spk
from postrender.errors import InputError, NoTarget, full_name
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

FEW = 4  #: the maximum number of objects that a message lists


class Target(NamedTuple):
    """The TMM in its document. Paths start at the document's root."""

    parsed: Parsed
    kind: str
    name: str
    namespace: str | None
    networks: Path
    env: Path
    resources: Path
    annotations: Path = ()  #: the path of the pod template's annotations; empty if there is no pod template
    base: Path = ()  #: the path of the object itself; empty unless the object is an item of a List

    @property
    def is_instance(self) -> bool:
        """Report whether an operator creates the workload from this object."""
        return kinds.of_name(self.kind, kinds.INSTANCES) is not None

    @property
    def lists(self) -> tuple[Path, ...]:
        """Return the paths where the TMM's networks may be listed; the first one that lists any takes effect."""
        if self.is_instance:
            return (*self.env[:-1], "annotations", spk.NETWORKS), self.networks
        annotations = self.annotations or (*self.base, *spk.VALUES_ANNOTATIONS)
        return self.networks, *((*annotations, key) for key in (spk.NETWORKS, spk.ROBIN_NETWORKS))

    def at(self, path: Path) -> Node | None:
        """Return the node at a path, or None."""
        return nodes.find(self.parsed.root, path)

    def __str__(self) -> str:
        return title(self.kind, self.namespace, self.name)


def is_target(obj: Object, workload: str, namespace: str | None, include_hooks: bool) -> bool:
    """Report whether an object can be the TMM: a workload with the given name, or any CNEInstance or BNKGatewayClass.

    An object without a namespace may be the TMM: it goes to the release's namespace, which a post-renderer cannot see.
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
            f"found {len(candidates)} TMM workloads: {listed}; {advice or _how_to_choose(candidates)}",
            candidates[1].place(),
        )
    return candidates[0]


def _how_to_choose(candidates: Sequence[Object]) -> str:
    if len({obj.namespace for obj in candidates}) > 1:
        return "set spec.tmm.namespace to choose one"
    if len({(obj.kind, obj.namespace, obj.name) for obj in candidates}) < len(candidates):
        return "Kubernetes keeps only the last of several objects with the same name; keep only one"
    return "give each one a namespace, or keep only one"


#: Kinds that only the operator of BIG-IP Next for Kubernetes 2.0-LA reads.
EARLY = ("SPKInstance", "SPKInfrastructure")
#: Kinds of objects that the error lists if there is no TMM.
SIMILAR = (*(kind.name for kind in kinds.WORKLOADS), "StatefulSet", *EARLY)


def not_found(
    workload: str, namespace: str | None, elsewhere: Sequence[Object] = (), similar: Sequence[Object] = ()
) -> NoTarget:
    """Return the error for a stream without a TMM. It names a TMM in another namespace, or similar objects."""
    where = f" in namespace {full_name(namespace)}" if namespace else ""
    sought = f"no Deployment or DaemonSet {full_name(workload)}{where} in the stream, and no CNEInstance"
    if elsewhere:
        advice = f"remove spec.tmm.namespace, or render the release in namespace {full_name(namespace)}"
        return NoTarget(f"{sought}, but there is {_describe(elsewhere[0])}; {advice}")
    if early := next((obj for obj in similar if obj.kind in EARLY), None):
        advice = "edit that object's networks by hand, or upgrade to a later version"
        return NoTarget(
            f"{sought}, but there is {_describe(early)} of BNK 2.0-LA, which this program does not convert; {advice}"
        )
    if hook := next((obj for obj in similar if obj.is_hook and obj.name == workload), None):
        return NoTarget(f"{sought}, but {_describe(hook)} is a hook; convert it with --include-hooks")
    if other := next((obj for obj in similar if obj.kind == "StatefulSet" and obj.name == workload), None):
        return NoTarget(f"{sought}; {_describe(other)} is not converted, because no F5 chart has a TMM of that kind")
    if similar:
        named = ", ".join(f"{obj.kind} {full_name(obj.name)}" for obj in similar[:FEW])
        more = ", …" if len(similar) > FEW else ""
        return NoTarget(
            f"{sought}, but there is {named}{more}; if one of them is the TMM, name it in spec.tmm.workload"
        )
    return NoTarget(f"{sought}; check spec.tmm in the config, and that the stream is a rendered chart")


def _describe(obj: Object) -> str:
    named = title(obj.kind, obj.namespace or "(release namespace)", obj.name)
    return f"{named} at line {obj.place().line}"


def locate(obj: Object, container: str | None = None) -> Target:
    """Return the paths of a TMM's fields; raise InputError if its container cannot be determined.

    `container` is the container's name, if the config sets it.
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
    """Return the index of the TMM container; raise InputError unless there is exactly one."""
    said = obj.annotation(spk.TMM_NAME)
    wanted = given or said or spk.TMM
    names = [nodes.text(nodes.get(node, "name")) for node in nodes.items(nodes.find(obj.node, kinds.CONTAINERS))]
    if names.count(wanted) == 1:
        return names.index(wanted)
    problem = "two containers" if wanted in names else "no container"
    listed = (
        ", ".join(full_name(name or "(unnamed)") for name in names[:FEW]) + (", …" if len(names) > FEW else "")
        or "none"
    )
    source = " (from spec.tmm.container)" if given else f" (from annotation {spk.TMM_NAME})" if said else ""
    sentence = f"not a TMM: {problem} named {full_name(wanted)}{source}; its containers: {listed}"
    advice = "correct spec.tmm.workload, or name the TMM container in spec.tmm.container"
    raise InputError(f"{sentence}; {advice}", obj.place(kinds.CONTAINERS))
