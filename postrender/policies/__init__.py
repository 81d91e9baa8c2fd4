"""Compiles the conversion, and a guard that checks its result, into admission policies, which the API server runs.

The guard depends only on the config; the converter also depends on a converted stream. Text from the config enters
the expressions (CEL) only as literals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.conversion import checks
from postrender.errors import InputError, UsageError
from postrender.policies import kustomization, objects
from postrender.policies.converter import NEWEST
from postrender.policies.converter import build as _converter
from postrender.policies.guard import build as _guard
from postrender.policies.names import Names
from postrender.record import NamedTuple
from postrender.rules import definitions, policy
from postrender.rules.finding import Finding
from postrender.rules.networks import with_interfaces
from postrender.yamledit import emit, nodes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from postrender.config import Config
    from postrender.conversion import Converted
    from postrender.policies.names import Source
    from postrender.yamledit.stream import Stream

__all__ = ["NEWEST", "Policies", "converter", "guard", "limitations", "require_workload"]

#: The maximum size of an object in bytes: etcd refuses a larger request. Source: etcd, System limits.
MOST = 3 << 19
REPEATED = "repeated-variables"  #: the id of the rule about variables that are listed more than once


class Policies(NamedTuple):
    """Objects to apply (policies, bindings and networks), and the networks' names in the policies' expressions."""

    made: tuple[dict[str, Any], ...]
    names: Names = Names()
    bound_to: Source | str | None = None  #: the namespace of the bindings

    @property
    def stream(self) -> Stream:
        """Return the objects as a stream for `kubectl apply`."""
        return objects.stream(self.made)

    def folder(self) -> dict[str, Stream]:
        """Return the files of a kustomization, by name."""
        return kustomization.files(self.made, self.names, self.bound_to)


def guard(config: Config, *, warns: bool = False) -> Policies:
    """Return the guard, which denies a TMM that is not on macvlan; with `warns`, it only warns."""
    return Policies(_storable(_guard(config, Names(), warns=warns)))


def converter(
    converted: Converted, config: Config, *, version: str = NEWEST, warns: bool = False, follows: bool = False
) -> Policies:
    """Return the networks, the guard and the converter.

    The networks are included because the release does not contain them. The guard is always included, because the API
    server leaves an object unchanged if it cannot apply a mutation, or if the policy does not match the object. With
    `follows`, another kustomization may rename the networks and move them to another namespace.
    """
    namespace = converted.rendered.namespace
    place = config.tmm.namespace or namespace
    names = Names(tuple((it, it.namespace or place) for it in converted.defined) if follows else ())
    networks = [definitions.definition(it, place, {}) for it in converted.defined]
    converts = _converter(config, names, version, qualifies=namespace is not None)
    made = _storable([*networks, *_guard(config, names, warns=warns), *converts])
    return Policies(made, names, names.tmm_namespace(config.tmm))


def _storable(made: Sequence[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
    """Return the objects; raise UsageError if the API server could not store one of them."""
    for it in made:
        size = len(emit.flow(it).encode())
        if size > MOST:
            name = f"{it['kind']} {it['metadata']['name']}"
            sentence = f"{name} has {size:,} bytes, but the API server stores at most {MOST:,}"
            raise UsageError(f"{sentence}; use fewer networks, variables or patterns in the config")
    return tuple(made)


def require_workload(converted: Converted) -> None:
    """Raise InputError if the TMM is a CNEInstance or BNKGatewayClass.

    A policy cannot convert the workload that the operator creates from such an object.
    """
    if converted.rendered.is_instance:
        kind = converted.rendered.kind
        raise InputError(f"the TMM is a {kind}, which no policy can convert; use the post-renderer and --format guard")


def _are_interfaces_lost(converted: Converted, config: Config) -> bool:
    """Report whether the conversion keeps interface names from an annotation in JSON."""
    tmm = converted.rendered
    is_json = any((nodes.text(tmm.at(path)) or "").lstrip().startswith("[") for path in tmm.lists)
    return is_json and with_interfaces(config.networks, tmm) != config.networks


def limitations(converted: Converted, config: Config) -> Iterator[Finding]:
    """Yield warnings about the parts of the conversion that the policies leave out or cannot fix."""
    yield from converted.findings
    whole = checks.findings(converted, config, whole_stream=True, ignored=())
    yield from (it for it in whole if it.rule == REPEATED)
    if not config.tmm.namespace:
        message = "the policies apply to the TMM in every namespace, but the networks exist in only one"
        yield Finding(policy.ID, policy.LEVEL, message, "set spec.tmm.namespace")
    if _are_interfaces_lost(converted, config):
        message = "the policy cannot read an annotation in JSON, so it does not keep the interface names in it"
        yield Finding(policy.ID, policy.LEVEL, message, "set spec.networks[].interface to these names")
    if config.patches:
        message = "the policy leaves out spec.patches"
        advice = "apply the patches with the post-renderer or a compiled Component"
        yield Finding(policy.ID, policy.LEVEL, message, advice)
