"""The conversion, and a guard for it, as admission policies that the API server itself runs.

The guard is made from the config alone, the converter also from the conversion of a stream. Text from the config enters
the expressions (CEL) only as literals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.conversion import checks
from postrender.errors import InputError
from postrender.policies import objects
from postrender.policies.converter import NEWEST
from postrender.policies.converter import build as _converter
from postrender.policies.guard import build as _guard
from postrender.rules import definitions, policy
from postrender.rules.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.config import Config
    from postrender.conversion import Converted
    from postrender.yamledit.stream import Stream

__all__ = ["NEWEST", "converter", "guard", "limitations", "require_workload"]

REPEATED = "repeated-variables"  #: the rule's id


def guard(config: Config, *, warns: bool = False) -> Stream:
    """Return the guard as a stream: it denies a TMM that is not on macvlan, or warns about it."""
    return objects.stream(_guard(config, warns=warns))


def converter(converted: Converted, config: Config, *, version: str = NEWEST, warns: bool = False) -> Stream:
    """Return the networks, the guard and the converter as a stream.

    The networks are included because the release does not hold them. The guard is always included: an object stays as
    it is if the API server cannot apply a mutation, or if the policy does not match the object.
    """
    namespace = converted.rendered.namespace
    place = config.tmm.namespace or namespace
    networks = [definitions.definition(network, place, {}) for network in converted.defined]
    converts = _converter(config, version, qualifies=namespace is not None)
    return objects.stream([*networks, *_guard(config, warns=warns), *converts])


def require_workload(converted: Converted) -> None:
    """Raise InputError if the TMM is an instance: its operator creates the workload, not the policy."""
    if converted.rendered.is_instance:
        kind = converted.rendered.kind
        raise InputError(f"the TMM is a {kind}, which no policy converts; use the post-renderer and --format guard")


def limitations(converted: Converted, config: Config) -> Iterator[Finding]:
    """Yield warnings about the parts of the conversion that a policy does not do or cannot fix."""
    yield from converted.findings
    whole = checks.findings(converted, config, whole_stream=True, ignored=())
    yield from (it for it in whole if it.rule == REPEATED)
    if not config.tmm.namespace:
        message = "the policies apply to the TMM in every namespace, but the networks exist in only one"
        yield Finding(policy.ID, policy.LEVEL, message, "set spec.tmm.namespace")
    if config.patches:
        message = "spec.patches is not part of the policy"
        yield Finding(policy.ID, policy.LEVEL, message, "apply these patches in another way")
