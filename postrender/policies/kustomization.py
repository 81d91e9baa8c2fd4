"""Writes the policies as a folder for the `resources` of a kustomization, which may rename the policies and networks.

kustomize does not know that the `policyName` of a binding refers to a policy, or that expressions contain names of
networks. The configuration in the folder makes kustomize change these names, too. Source: kustomize 5.6.0 and 5.8.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.config.network_definitions import KIND as NETWORK
from postrender.policies import converter, guard, objects
from postrender.yamledit import join

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from postrender.policies.names import Names
    from postrender.yamledit.stream import Stream

API_VERSION = "kustomize.config.k8s.io/v1beta1"
KUSTOMIZATION, POLICIES, REFERENCES = "kustomization.yaml", "policies.yaml", "references.yaml"
POLICY_KINDS = (guard.KIND, converter.KIND)
#: The fields that may contain a kustomize variable, by kind.
FIELDS = {
    guard.KIND: ("spec/variables/expression", "spec/validations/expression", "spec/validations/messageExpression"),
    converter.KIND: ("spec/variables/expression", "spec/mutations/jsonPatch/expression"),
    **{f"{kind}Binding": ("spec/matchResources/namespaceSelector/matchLabels",) for kind in POLICY_KINDS},
    NETWORK: ("spec/config",),
}


def files(policies: Sequence[dict[str, Any]], names: Names) -> dict[str, Stream]:
    """Return the files of the folder, by name."""
    variables = names.variables()
    kustomization = {
        "apiVersion": API_VERSION,
        "kind": "Kustomization",
        "resources": [POLICIES],
        "configurations": [REFERENCES],
        **({"vars": variables} if variables else {}),
    }
    kinds = {it["kind"] for it in policies}
    references: dict[str, Any] = {"nameReference": [_of_binding(kind) for kind in POLICY_KINDS if kind in kinds]}
    if variables:
        references["varReference"] = [
            {"kind": kind, "path": path} for kind, paths in FIELDS.items() if kind in kinds for path in paths
        ]
    return {
        KUSTOMIZATION: join.write([kustomization], [objects.MARK], opened=False),
        POLICIES: objects.stream(policies),
        REFERENCES: join.write([references], [objects.MARK], opened=False),
    }


def _of_binding(kind: str) -> dict[str, Any]:
    return {"kind": kind, "fieldSpecs": [{"kind": f"{kind}Binding", "path": "spec/policyName"}]}
