"""The names of the networks and of the TMM's namespace in a policy: text, or variables that kustomize sets.

Another kustomization may rename the networks (`namePrefix`, `nameSuffix`) or move them (`namespace`). kustomize does
not look for their names in expressions. Its `replacements` can copy the final names into them, but only in the
kustomization that renames: in the folder itself, they would run too early. Until they run, the API server refuses the
policies, because their variables are not valid expressions. kustomize's `vars` would follow every renaming, but they
also change `$$` in all other objects. Source: kustomize 5.6.0 and 5.8.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.policies.cel import Variable, joined
from postrender.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.config import Network, Tmm
    from postrender.policies.cel import Part

NAME, NAMESPACE = "name", "namespace"  #: fields of an object's metadata
HINT = "add replacements.yaml of this folder to the replacements of the kustomization"
#: CEL has no escape sequence that starts with `\!`, so an expression in which this is left does not compile.
UNSET = f"\\!{{}} is not set: {HINT}"


class Source(NamedTuple):
    """A field of a network's definition, and the variable that gets its value."""

    variable: Variable
    network: Network
    namespace: str | None
    field: str


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
        """Return the parts of a reference to a network's definition; the default namespace is the pod's."""
        namespace = self.namespace(network)
        return [*([namespace, "/"] if namespace else []), self.name(network)]

    def expression(self, network: Network) -> str:
        """Return an expression for a reference to a network in Multus' annotation, with the interface of the config."""
        interface = [f"@{network.interface}"] if network.interface else []
        return joined([*self.reference(network), *interface])

    def tmm_namespace(self, tmm: Tmm) -> Source | str | None:
        """Return the TMM's namespace; if a followed network is in it, return where to take it from."""
        sources = (it for it in self.sources() if it.field == NAMESPACE and it.namespace == tmm.namespace)
        return tmm.namespace and next(sources, tmm.namespace)

    def sources(self) -> Iterator[Source]:
        """Yield the fields of the definitions that expressions contain."""
        for number, (network, namespace) in enumerate(self.followed):
            for field in (NAME, NAMESPACE) if namespace else (NAME,):
                name = f"network{number}{field.title()}"
                yield Source(Variable(name, UNSET.format(name)), network, namespace, field)

    def variables(self) -> dict[str, str]:
        """Return the variables of each policy, by name; their values are not valid until kustomize sets them."""
        return {it.variable.name: f'"{it.variable.unset}"' for it in self.sources()}

    def _variable(self, network: Network, field: str) -> Variable | None:
        return next((it.variable for it in self.sources() if (it.network, it.field) == (network, field)), None)
