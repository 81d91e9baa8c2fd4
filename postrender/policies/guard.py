"""A ValidatingAdmissionPolicy that denies a TMM that is not on macvlan, and its binding.

The policy has no parameters (`paramKind`): after a parameter object is deleted and created again, the API server
sometimes does not find it. A policy that allows what it cannot check would then silently allow every TMM. Source:
Kubernetes 1.34 and 1.36.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from postrender import spk
from postrender.kubernetes.admission import GROUP
from postrender.kubernetes.admission import VALIDATING as KIND
from postrender.policies import cel, objects
from postrender.policies.tmm import Tmm, instance, workload
from postrender.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.config import Config
    from postrender.policies.names import Names

VERSION = f"{GROUP}/v1"
GROUPS = ("limits", "requests")
DENY, WARN = ("Deny",), ("Warn", "Audit")
LIMITED = "variables.limits.map(k, k)"
ONLY_REQUESTED = "variables.requests.map(k, k).filter(k, !(k in variables.limits))"
START = "TMM is not on macvlan: "
HOW = "deploy it again through spk-macvlan (Helm: --post-renderer spk-macvlan)"


class Validation(NamedTuple):
    """A condition that must be true for a TMM, and the message if it is false."""

    expression: str
    message: str
    names: str = ""  #: an expression that returns the names at the end of the message

    def as_object(self) -> dict[str, Any]:
        """Return the validation in the API's form."""
        message = {"message": f"{START}{self.message}; {HOW}"}
        if self.names:
            expression = (
                f"{cel.literal(f'{START}{self.message}: ')} + {self.names}.join(', ') + {cel.literal(f'; {HOW}')}"
            )
            # If the result is too long, the API server shows `message`.
            message["messageExpression"] = objects.text(expression)
        return {"expression": objects.text(self.expression), **message}


def build(config: Config, names: Names, *, warns: bool = False) -> list[dict[str, Any]]:
    """Return the policy and its binding for workloads, then those for CNEInstances and BNKGatewayClasses."""
    actions, namespace = WARN if warns else DENY, names.tmm_namespace(config.tmm)
    made = [_policy(config, tmm) for tmm in (workload(config, names), instance(config, names))]
    return [it for policy in made for it in (policy, objects.binding(policy, namespace, actions))]


def _policy(config: Config, tmm: Tmm) -> dict[str, Any]:
    spec = {
        "failurePolicy": "Fail",
        "matchConstraints": objects.match_constraints(tmm.group, tmm.version, tmm.resources),
        "matchConditions": objects.named_expressions(tmm.conditions),
        "variables": objects.named_expressions({**tmm.variables, **_offenders(tmm)}),
        "validations": [it.as_object() for it in _validations(config, tmm)],
    }
    return objects.policy(config, KIND, VERSION, tmm.guard, spec)


def _offenders(tmm: Tmm) -> dict[str, str]:
    """Return the policy's variables `devices` and `dropped`: the resources and variables that a TMM must not have."""
    return {
        "devices": f"({LIMITED} + {ONLY_REQUESTED}).filter(k, {tmm.is_device('k')})",
        "dropped": f"variables.env.map(e, e.name).filter(n, {tmm.is_dropped('n')})",
    }


def _validations(config: Config, tmm: Tmm) -> Iterator[Validation]:
    yield from (Validation(expression, message) for expression, message in tmm.preconditions)
    yield Validation("variables.devices.size() == 0", "it requests resources of a device plugin", "variables.devices")
    yield Validation("variables.dropped.size() == 0", "it has variables that must be removed", "variables.dropped")
    attachments = f"[{', '.join(tmm.attachments)}]"
    yield Validation(tmm.is_attached, "its networks must be those of the config, in this order", attachments)
    for name, value in ((spk.VETHS_FLAG, "TRUE"), *config.tmm.env):
        yield Validation(_has(name, cel.literal(value), value), f"its variable {name} is not {value!r}")
    for name, amount in config.tmm.resources:
        equal = " && ".join(cel.is_amount(group, name, amount) for group in GROUPS)
        if name == spk.HUGEPAGES and tmm.has_hugepages:
            equal = f"!({tmm.has_hugepages}) || ({equal})"
        yield Validation(equal, f"its {name} is not {amount} in limits and requests")
    if tmm.pages:
        yield Validation(
            f"variables.pages == '' || {_has(spk.HUGEPAGES_VARIABLE, 'variables.pages')}",
            f"its variable {spk.HUGEPAGES_VARIABLE} is not the number of its 2Mi pages",
        )


def _has(name: str, expression: str, value: str | None = None) -> str:
    """Return the condition that a variable is listed, and that every entry of it has the given value."""
    empty = "!has(e.value) || " if value == "" else "has(e.value) && "
    entries = f"variables.env.filter(e, e.name == {cel.literal(name)})"
    return f"{entries}.size() > 0 && {entries}.all(e, !has(e.valueFrom) && ({empty}e.value == {expression}))"
