"""The conversion, and a guard for it, as admission policies that the API server itself runs.

Each is made from the config alone. What the config says gets into their expressions (CEL) as literals only.
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
    """Return the guard as a stream: it denies, or warns of, a TMM that is not on macvlan."""
    return objects.stream(_guard(config, warns=warns))


def converter(converted: Converted, config: Config, *, version: str = NEWEST, warns: bool = False) -> Stream:
    """Return the networks, the guard and the converter as a stream.

    The networks are no part of a release that knows nothing of them. The guard is always there: a mutation that the API
    server cannot make leaves the object as it is, and what is not matched is not converted.
    """
    namespace = converted.rendered.namespace
    place = config.tmm.namespace or namespace
    networks = [definitions.definition(network, place, {}) for network in converted.defined]
    converts = _converter(config, version, qualifies=namespace is not None)
    return objects.stream([*networks, *_guard(config, warns=warns), *converts])


def require_workload(converted: Converted) -> None:
    """Raise InputError if the TMM is an instance: what its operator makes of it is not the policy's."""
    if converted.rendered.is_instance:
        kind = converted.rendered.kind
        raise InputError(f"the TMM is a {kind}, which no policy converts; use the post-renderer, and --format guard")


def limitations(converted: Converted, config: Config) -> Iterator[Finding]:
    """Yield what a policy does not do with this stream, though the conversion does, or cannot help."""
    yield from converted.findings
    whole = checks.findings(converted, config, whole_stream=True, ignored=())
    yield from (it for it in whole if it.rule == REPEATED)
    if not config.tmm.namespace:
        message = "the policies are for the TMM of every namespace, and the networks for one"
        yield Finding(policy.ID, policy.LEVEL, message, "set spec.tmm.namespace")
    if config.patches:
        message = "spec.patches is no part of the policy"
        yield Finding(policy.ID, policy.LEVEL, message, "apply these patches in another way")
