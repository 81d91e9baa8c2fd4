"""The macvlan networks are defined.

What: each network of the config gets a NetworkAttachmentDefinition, unless the network has `create: false` or the
stream already defines it. The definition has no annotation `k8s.v1.cni.cncf.io/resourceName`.

Why: Multus looks up networks by name. A resource name would make the network resources injector request an SR-IOV
device again. `ipam` is empty because TMM's self IPs come from F5SPKVlan objects or, in BIG-IP Next for Kubernetes 2.4
and later, from an Infra object. The CNI config repeats the definition's name because the CNI specification requires a
name. The conversion never overwrites an existing definition that has the same name but a different config.

Fix: no action is needed; the conversion handles this.

Source: F5, Macvlan Network Configuration; CNI specification; the macvlan plugin; the network resources injector.

Confidence: F5's page; documentation of Kubernetes, the kernel or another program.

Failing:

    networks:
    - {name: macvlan-internal, master: ens224}

Passing:

    networks:
    - {name: macvlan-internal, master: ens224}
    ---
    apiVersion: k8s.cni.cncf.io/v1
    kind: NetworkAttachmentDefinition
    metadata: {name: macvlan-internal}
    spec:
      config: '{"cniVersion": "0.3.1", "name": "macvlan-internal", "type": "macvlan",
        "master": "ens224", "mode": "bridge", "ipam": {}}'
"""

from __future__ import annotations

from postrender.config.network_definitions import (
    API_VERSION,
    KIND,
    cni_config,
    identity,
    meaning,
    means,
    written_config,
)
from postrender.errors import InputError, brief, full_name
from postrender.kubernetes import title
from postrender.rules import CHANGE
from postrender.yamledit import emit, nodes, stream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from postrender.config import Config, Network
    from postrender.kubernetes.objects import Object

ID = "definitions"
LEVEL = CHANGE
ABSENT = object()


def missing(
    config: Config, namespace: str | None, present: Sequence[Object], include_hooks: bool = False
) -> tuple[Network, ...]:
    """Return the networks to define.

    Raise InputError if the config lists a network twice, or if the stream has two different definitions of a network,
    defines a network differently from the config, or defines a network only in a Helm hook. Helm creates a hook's
    objects separately from the release, so the network may not exist when TMM's pods start.
    """
    _require_distinct(config, namespace)
    defined: dict[tuple[str | None, str], list[Object]] = {}
    for obj in present:
        defined.setdefault(identity(obj, namespace), []).append(obj)
    found = []
    for network in config.networks:
        place = network.namespace or namespace
        others = (place_and_name for place_and_name in defined if place_and_name[1] == network.name)
        perhaps = [obj for other in others if _may_be_one(other[0], place) for obj in defined[other]]
        if not _is_defined(network, defined.get((place, network.name), []), perhaps, include_hooks):
            found.append(network)
    return tuple(found)


def _may_be_one(place: str | None, other: str | None) -> bool:
    """Report whether two namespaces may be the same because one is None: the Helm release's, which is not known."""
    return place != other and None in (place, other)


def _require_distinct(config: Config, namespace: str | None) -> None:
    """Raise InputError if the config lists a network twice, or may do so because a namespace is not known."""
    seen: list[tuple[str | None, str]] = []
    for network in config.networks:
        place = network.namespace or namespace
        for other, name in seen:
            if name == network.name and place == other:
                sentence = f"{title('', place, name)} is listed twice in the config"
                raise InputError(f"{sentence}; rename one of the two networks, or set its namespace")
            if name == network.name and _may_be_one(place, other):
                sentence = f"the config lists {full_name(name)} with and without a namespace"
                raise InputError(f"{sentence}, and the TMM's is not known; set the namespace of both networks")
        seen.append((place, network.name))


def has_name_of(config: Config, obj: Object) -> bool:
    """Report whether an object has the name of one of the config's networks."""
    return any(network.name == obj.name for network in config.networks)


def _is_defined(network: Network, objs: Sequence[Object], perhaps: Sequence[Object], include_hooks: bool) -> bool:
    """Report whether a network needs no definition: the stream has it, or the config has `create: false`.

    `perhaps` lists the definitions that may also define the network, depending on the Helm release's namespace.
    """
    _require_separate([*objs, *perhaps])
    ordinary, others = ([obj for obj in them if include_hooks or not obj.is_hook] for them in (objs, perhaps))
    _require_one_meaning(network, [*ordinary, *others])
    if network.create and objs and not ordinary:
        sentence = (
            f"only a Helm hook defines {full_name(network.name)}, but a hook's objects are not part of the release"
        )
        advice = "remove the hook annotation, or set `create: false` if the network exists before TMM starts"
        raise InputError(f"{sentence}; {advice}", objs[0].place())
    if network.create and (ordinary or others):
        _require_same(network, [*ordinary, *others][0])
    return bool(ordinary) or not network.create


def _require_separate(objs: Sequence[Object]) -> None:
    """Raise InputError for a definition that Kubernetes' tools skip, because no `---` separates it."""
    for obj in objs:
        if not stream.is_separate(obj.parsed):
            sentence = (
                f"no --- precedes the document that defines {full_name(obj.name)}, so Kubernetes' tools would skip it"
            )
            raise InputError(f"{sentence}; fix the chart", obj.place())


def _require_one_meaning(network: Network, objs: Sequence[Object]) -> None:
    """Raise InputError if a network has two different definitions: `kubectl apply` would keep only the last one."""
    for obj in objs[1:]:
        if meaning(written_config(obj), network.name) != meaning(written_config(objs[0]), network.name):
            sentence = f"the stream defines {full_name(network.name)} twice, here and at line {objs[0].place().line}"
            raise InputError(f"{sentence}, with different CNI configs; keep only one definition", obj.place())


def _require_same(network: Network, obj: Object) -> None:
    text = written_config(obj)
    if not means(text, network):
        node = nodes.get(obj.node, "spec") or obj.node
        place = obj.parsed.place_of(node, "spec.config")
        sentence = f"the stream already defines {full_name(network.name)}, {_difference(text, network)}"
        raise InputError(f"{sentence}; make the two equal, or set `create: false`", place)


def _difference(text: str, network: Network) -> str:
    """Return a description of the first difference between a network's definitions in the stream and in the config."""
    value, wanted = meaning(text, network.name), meaning(emit.flow(cni_config(network)), network.name)
    if not isinstance(value, dict) or not isinstance(wanted, dict):
        return f"but its config is not a JSON object: {brief(text) or 'empty'}"
    key = next(key for key in (*wanted, *value) if value.get(key, ABSENT) != wanted.get(key, ABSENT))
    theirs, ours = (brief(emit.flow(it[key])) if key in it else "absent" for it in (value, wanted))
    return f"with a different CNI config: {brief(key)} is {theirs} there, but {ours} in spk-macvlan's config"


def definition(network: Network, namespace: str | None, annotations: dict[str, str]) -> dict[str, Any]:
    """Return a network's NetworkAttachmentDefinition, with the given annotations in addition to the config's."""
    metadata: dict[str, Any] = {"name": network.name}
    if network.namespace or namespace:
        metadata["namespace"] = network.namespace or namespace
    if network.labels:
        metadata["labels"] = dict(sorted(network.labels))
    if network.annotations or annotations:
        metadata["annotations"] = dict(sorted({**dict(network.annotations), **annotations}.items()))
    return {
        "apiVersion": API_VERSION,
        "kind": KIND,
        "metadata": metadata,
        "spec": {"config": emit.flow(cni_config(network))},
    }
