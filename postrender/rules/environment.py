"""Variables of the config are set on the TMM container.

What: each entry of `spec.tmm.env`. One that is there already is changed in place, wherever it is repeated; a new one is
appended, sorted by name.

Why: `TMM_DEFAULT_MTU`, `TMM_CALICO_ROUTER` and the like differ from lab to lab.

Fix: nothing to do; the conversion does it.

Source: the config.

Failing:

    env:
    - {name: TMM_DEFAULT_MTU, value: "1500"}  # config: tmm: {env: {TMM_DEFAULT_MTU: "9000"}}

Passing:

    env:
    - {name: TMM_DEFAULT_MTU, value: "9000"}
"""

from __future__ import annotations

from postrender.spk import variables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.config import Config
    from postrender.spk.target import Target
    from postrender.yamledit.change import Change

ID = "environment"
LEVEL = "change"


def changes(target: Target, config: Config) -> Iterator[Change]:
    """Set the variables of the config."""
    for name, value in config.tmm.env:
        yield from variables.assign(target, name, value, ID, "set in spec.tmm.env")
