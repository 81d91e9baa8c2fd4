"""Builds the policies, which contain the expressions, and their bindings. Their names come from the config."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from postrender import __version__
from postrender.kubernetes.admission import NAMESPACE_LABEL, PREFIX
from postrender.yamledit import emit, join

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from postrender.config import Config
    from postrender.policies.names import Source
    from postrender.yamledit.stream import Stream

    Object = dict[str, Any]

MARK = f"# Written by spk-macvlan {__version__} compile; compile again after every change to the config."
DEFAULT_WORKLOAD = "f5-tmm"
LONGEST = 253  #: the maximum number of characters in the name of an object
DIGEST = 12  #: characters of the digest that replaces the end of a longer name


def text(expression: str) -> str:
    """Return an expression as text that is written as a YAML block, which is easier to read."""
    return emit.Text(expression)


def named_expressions(expressions: Mapping[str, str]) -> list[Object]:
    """Return conditions or variables in the API's form."""
    return [{"name": name, "expression": text(expression)} for name, expression in expressions.items()]


def match_constraints(group: str, version: str, resources: Iterable[str]) -> Object:
    """Return the resources that a policy matches. Subresources such as `scale` are not included."""
    rule = {
        "apiGroups": [group],
        "apiVersions": [version],
        "operations": ["CREATE", "UPDATE"],
        "resources": [*resources],
    }
    return {"resourceRules": [rule]}


def policy(config: Config, kind: str, version: str, name: str, spec: Object) -> Object:
    """Return a policy."""
    return {"apiVersion": version, "kind": kind, "metadata": {"name": _name(config, name)}, "spec": spec}


def binding(of: Object, namespace: Source | str | None, actions: Iterable[str] = ()) -> Object:
    """Return the binding that enables a policy: in a namespace or, without one, in all."""
    name = of["metadata"]["name"]
    spec: Object = {"policyName": name}
    if actions:
        spec["validationActions"] = [*actions]
    if namespace:
        # The API server refuses the text of a variable that is not set, because it is not a valid label.
        labels = {NAMESPACE_LABEL: namespace if isinstance(namespace, str) else namespace.variable.unset}
        spec["matchResources"] = {"namespaceSelector": {"matchLabels": labels}}
    return {**of, "kind": f"{of['kind']}Binding", "metadata": {"name": name}, "spec": spec}


def _name(config: Config, name: str) -> str:
    """Return a policy name that is unique in the cluster: a namespace has no dots, so no two configs share a name."""
    parts = [f"{PREFIX}{name}"]
    parts += [f"in.{config.tmm.namespace}"] if config.tmm.namespace else []
    parts += [f"of.{config.tmm.workload}"] if config.tmm.workload != DEFAULT_WORKLOAD else []
    whole = ".".join(parts)
    if len(whole) <= LONGEST:
        return whole
    short = hashlib.sha256(whole.encode()).hexdigest()[:DIGEST]
    return f"{whole[: LONGEST - DIGEST - 1].rstrip('.-')}-{short}"


def stream(made: Iterable[Object]) -> Stream:
    """Return objects as a YAML stream."""
    return join.write([*made], [MARK])
