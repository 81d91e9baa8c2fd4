"""The product that a TMM belongs to: SPK, F5's CNFs, or a version of BIG-IP Next for Kubernetes.

The version follows from the kind, the `manifestVersion`, the deployment size `Tiny` (2.4), or the variable that enables
the `Infra` object, which replaces F5SPKVlan from 2.4 on. Without any of these, the version is unknown: it is never
guessed. Sources: F5's definition of BNKGatewayClass in 2.1, published in one lab's repository; public tools for 2.3 and
2.4.
"""

from __future__ import annotations

from postrender.limits import whole_number
from postrender.record import NamedTuple
from postrender.spk.kinds import GATEWAY_CLASS
from postrender.yamledit import nodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.yamledit.nodes import Node, Path

SPK, CNF, BNK = "SPK", "CNF", "BNK"
SPK_OR_CNF = "SPK or CNF"  #: both products use the same TMM charts
EARLIEST_INFRA = (2, 4)  #: the first version that uses Infra
SETTINGS_FLAG = "USE_GATEWAY_SETTINGS"  #: tells the controller to read Infra and to ignore F5SPKVlan
RESERVED_NAME = "macvlan-internal"  #: a network that a version that uses Infra may create itself
CONTROLLER_ENV: Path = ("spec", "advanced", "cneController", "env")
MAX_DIGITS = 3  #: the maximum number of digits in each number of a version


class Product(NamedTuple):
    """A product; for BIG-IP Next for Kubernetes, also its version as two numbers, such as (2, 4)."""

    name: str
    release: tuple[int, int] | None = None

    @property
    def takes_infra(self) -> bool | None:
        """Report whether self IPs come from an Infra object instead of F5SPKVlan; None if that is unknown."""
        if self.name != BNK:
            return False
        return None if self.release is None else self.release >= EARLIEST_INFRA

    def __str__(self) -> str:
        return self.name + (f" {self.release[0]}.{self.release[1]}" if self.release else "")


def parse(written: str) -> Product | None:
    """Return the product that a text such as `SPK`, `CNF` or `BNK 2.4` names, or None for any other text."""
    name, space, version = written.partition(" ")
    if name in (SPK, CNF) and not space:
        return Product(name)
    release = release_of(version) if name == BNK else None
    return Product(BNK, release) if release and str(Product(BNK, release)) == written else None


def release_of(version: str) -> tuple[int, int] | None:
    """Return the first two numbers of a version such as 2.4.0-EA-1, or None if it does not start with two numbers."""
    major, _, rest = version.partition(".")
    end = next((at for at, char in enumerate(rest) if char in ".-"), len(rest))
    numbers = (whole_number(major, MAX_DIGITS), whole_number(rest[:end], MAX_DIGITS))
    return None if None in numbers else numbers  # type: ignore[return-value]


def of_instance(kind: str, instance: Node) -> Product:
    """Return the product of a CNEInstance or BNKGatewayClass, with its version if the object shows it."""
    written = nodes.text(nodes.find(instance, ("spec", "manifestVersion")))
    if written:
        return Product(BNK, release_of(written))
    if kind == GATEWAY_CLASS.name:
        return Product(BNK, (2, 1))  # no rule depends on a difference between 2.0 and 2.1
    tiny = nodes.text(nodes.find(instance, ("spec", "deploymentSize"))) == "Tiny"
    return Product(BNK, EARLIEST_INFRA if tiny or reads_infra(instance) else None)


def reads_infra(instance: Node) -> bool:
    """Report whether a CNEInstance tells its controller to read the Infra object."""
    return [*_values(nodes.find(instance, CONTROLLER_ENV), SETTINGS_FLAG)][-1:] == ["true"]


def _values(env: Node | None, name: str) -> Iterator[str | None]:
    yield from (
        nodes.text(nodes.get(it, "value")) for it in nodes.items(env) if nodes.text(nodes.get(it, "name")) == name
    )
