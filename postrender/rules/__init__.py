"""What is changed, one file for each thing. A rule knows SPK and proposes changes; it never sees text.

Each module has an `ID`, and `changes(target, config)` that yields what it wants. Its docstring is its manual page.
"""

from __future__ import annotations

from postrender.rules import (
    device_plugins,
    environment,
    hugepages,
    instance_networks,
    networks,
    resources,
    sriov_variables,
    unset_variables,
    veths,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from postrender.config import Config
    from postrender.spk.target import Target
    from postrender.yamledit.change import Change

    Rule = Callable[[Target, Config], Iterator[Change]]

WORKLOAD: tuple[Rule, ...] = (
    networks.changes,
    veths.changes,
    sriov_variables.changes,
    unset_variables.changes,
    environment.changes,
    device_plugins.changes,
    resources.changes,
    hugepages.changes,
)
INSTANCE: tuple[Rule, ...] = (
    instance_networks.changes,
    veths.changes,
    unset_variables.changes,
    environment.changes,
    resources.changes,
)
