"""The address pools in the stream's Infra objects and in the config, which two rules check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.record import NamedTuple
from postrender.rules.subject import on_config, on_object
from postrender.spk import infra
from postrender.yamledit import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.config import Config
    from postrender.kubernetes.objects import Object
    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject
    from postrender.spk.infra import Pool


class Plan(NamedTuple):
    """The pools of an Infra object or of the config, and their egress subnet. `object` is None for the config."""

    pools: tuple[Pool, ...]
    subnet: str | None
    object: Object | None = None

    def report(self, rule: str, level: str, pool: Pool, message: str, fix: str) -> Finding:
        """Return a finding about a pool of the plan, with the pool's place in the Infra object or in the config."""
        if self.object is not None:
            return on_object(rule, level, self.object, pool.path, message, fix)
        return on_config(rule, level, f"spec.networks[{pool.path[-1]}].vlan.pool", message, fix)


def plans(subject: Subject) -> Iterator[Plan]:
    """Yield the config's pools, if it has any, as one `Plan`, and a `Plan` for each Infra object of the stream."""
    own = tuple(of_config(subject.config))
    if own:
        yield Plan(own, subject.config.egress_subnet)
    for obj in subject.beside(infra.KIND):
        subnet = nodes.text(nodes.find(obj.node, infra.EGRESS))
        yield Plan(tuple(infra.pools(obj.node)), subnet, obj)


def of_config(config: Config) -> Iterator[Pool]:
    """Yield the config's pools. Each pool has its network's name, and a path that contains the network's index."""
    for number, network in enumerate(config.networks):
        if network.vlan and network.vlan.pool:
            path = ("spec", "networks", number)
            yield infra.of_range(network.name, network.vlan.pool.start, network.vlan.pool.end, path)
