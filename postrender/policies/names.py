"""The names of the networks and of the TMM's namespace in a policy: text, or variables that follow a renaming.

Another kustomization may rename the networks (`namePrefix`, `nameSuffix`) or move them (`namespace`). kustomize does
not look for their names in expressions, but it replaces its variables (`vars`) after all renaming. It warns that `vars`
is deprecated, but the recommended `replacements` run before the renaming. Source: kustomize 5.6.0 and 5.8.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.config.network_definitions import API_VERSION, KIND, cni_config
from postrender.policies import cel
from postrender.policies.cel import Variable
from postrender.record import NamedTuple
from postrender.yamledit import emit

if TYPE_CHECKING:
    from typing import Any

    from postrender.config import Network, Tmm
    from postrender.policies.cel import Part

NAME, NAMESPACE = "name", "namespace"  #: fields of an object's metadata


class Names(NamedTuple):
    """The names of networks in expressions. For followed networks, these names are variables.

    `followed` lists the networks that another kustomization may rename, each with the namespace of its definition.
    """

    followed: tuple[tuple[Network, str | None], ...] = ()

    def name(self, network: Network) -> Part:
        """Return the name of a network."""
        return self._variable(network, NAME) or network.name

    def namespace(self, network: Network) -> Part | None:
        """Return the namespace of a network, or None if the config does not set it."""
        return network.namespace and (self._variable(network, NAMESPACE) or network.namespace)

    def reference(self, network: Network) -> list[Part]:
        """Return the parts of a reference to a network in Multus' annotation; the default namespace is the pod's."""
        namespace = self.namespace(network)
        interface = [f"@{network.interface}"] if network.interface else []
        return [*([namespace, "/"] if namespace else []), self.name(network), *interface]

    def tmm_namespace(self, tmm: Tmm) -> Part | None:
        """Return the TMM's namespace; if a followed network shares it, return that network's variable for it."""
        beside = (self._variable(network, NAMESPACE) for network, _ in self.followed if not network.namespace)
        return tmm.namespace and next(filter(None, beside), tmm.namespace)

    def cni_config(self, network: Network) -> str:
        """Return the CNI config of a network. Its `name` repeats the definition's name, which Multus reports."""
        name = cel.text(self.name(network))
        before, name, after = emit.flow(cni_config(network._replace(name=name))).partition(name)
        return f"{before}{name}{cel.without_variables(after)}" if self.followed else f"{before}{name}{after}"

    def variables(self) -> list[dict[str, Any]]:
        """Return the variables in the form of a kustomization."""
        return [
            {
                "name": _variable(network, namespace, field).name,
                "objref": {"apiVersion": API_VERSION, "kind": KIND, NAME: network.name, **_namespace(namespace)},
                "fieldref": {"fieldpath": f"metadata.{field}"},
            }
            for network, namespace in self.followed
            for field in ((NAME, NAMESPACE) if namespace else (NAME,))
        ]

    def _variable(self, network: Network, field: str) -> Variable | None:
        return next((_variable(network, namespace, field) for it, namespace in self.followed if it == network), None)


def _variable(network: Network, namespace: str | None, field: str) -> Variable:
    return Variable(f"{KIND}/{'/'.join(filter(None, (namespace, network.name)))}/metadata.{field}")


def _namespace(namespace: str | None) -> dict[str, str]:
    return {NAMESPACE: namespace} if namespace else {}
