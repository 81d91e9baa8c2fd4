"""Writes the policies as a folder for the `resources` of a kustomization, which may rename the policies and networks.

kustomize does not know that the `policyName` of a binding refers to a policy, or that expressions contain names of
networks. `references.yaml` makes it rename the former. `replacements.yaml` belongs to the `replacements` of the
kustomization that renames, and sets the latter. Source: kustomize 5.6.0 and 5.8.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.config.network_definitions import API_VERSION as NETWORK_VERSION
from postrender.config.network_definitions import KIND as NETWORK
from postrender.kubernetes.admission import MUTATING, NAMESPACE_LABEL, VALIDATING
from postrender.policies import objects
from postrender.yamledit import join

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from postrender.policies.names import Names, Source
    from postrender.yamledit.stream import Stream

    Object = dict[str, Any]

API_VERSION = "kustomize.config.k8s.io/v1beta1"
KUSTOMIZATION, POLICIES, REFERENCES = "kustomization.yaml", "policies.yaml", "references.yaml"
REPLACEMENTS = "replacements.yaml"
POLICY_KINDS = (VALIDATING, MUTATING)
BINDINGS = tuple(f"{kind}Binding" for kind in POLICY_KINDS)
LABEL = f"spec.matchResources.namespaceSelector.matchLabels.[{NAMESPACE_LABEL}]"


def files(policies: Sequence[Object], names: Names, bound_to: Source | str | None) -> dict[str, Stream]:
    """Return the files of the folder, by name. `bound_to` is the namespace of the bindings."""
    kustomization = {
        "apiVersion": API_VERSION,
        "kind": "Kustomization",
        "resources": [POLICIES],
        "configurations": [REFERENCES],
    }
    kinds = {it["kind"] for it in policies}
    references = {"nameReference": [_of_binding(kind) for kind in POLICY_KINDS if kind in kinds]}
    replacements = [_replacement(source, policies, source == bound_to) for source in names.sources()]
    return {
        KUSTOMIZATION: join.write([kustomization], [objects.MARK], opened=False),
        POLICIES: objects.stream(policies),
        REFERENCES: join.write([references], [objects.MARK], opened=False),
        **({REPLACEMENTS: join.write([replacements], [objects.MARK], opened=False)} if replacements else {}),
    }


def _of_binding(kind: str) -> Object:
    return {"kind": kind, "fieldSpecs": [{"kind": f"{kind}Binding", "path": "spec/policyName"}]}


def _replacement(source: Source, policies: Sequence[Object], is_bound: bool) -> Object:
    """Return kustomize's replacement that copies a field of a network's definition to every place that needs it."""
    namespace = {"namespace": source.namespace} if source.namespace else {}
    group, _, version = NETWORK_VERSION.partition("/")
    network = {"group": group, "version": version, "kind": NETWORK, "name": source.network.name, **namespace}
    return {
        "source": {**network, "fieldPath": f"metadata.{source.field}"},
        "targets": [target for policy in policies for target in _targets(source, policy, is_bound)],
    }


def _targets(source: Source, policy: Object, is_bound: bool) -> Iterator[Object]:
    """Yield the fields that get the value: a policy's variable, between its quotes, or the namespace of a binding."""
    # kustomize 5.6 compares the name, and 5.8 reads it as an expression; no other name of these kinds matches it.
    select = {"kind": policy["kind"], "name": policy["metadata"]["name"]}
    if source.variable.name in {it["name"] for it in policy["spec"].get("variables", ())}:
        path = f"spec.variables.[name={source.variable.name}].expression"
        yield {"select": select, "fieldPaths": [path], "options": {"delimiter": '"', "index": 1}}
    if is_bound and policy["kind"] in BINDINGS:
        yield {"select": select, "fieldPaths": [LABEL]}
