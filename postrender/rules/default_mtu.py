"""A values file gives TMM the networks' MTU.

What: if the config has one MTU, `global.tmmDefaultMTU` is set to it: to `TMM_DEFAULT_MTU` of `spec.tmm.env`, otherwise
to the `mtu` that all networks with an `mtu` share. In the flat layout, `customEnvVars` gets `TMM_DEFAULT_MTU` as well.
Only the verb `values` does it.

Why: frames that are larger than TMM's interface allows are lost. Newer charts read `global.tmmDefaultMTU` and
drop the variable from `customEnvVars`; older ones, with the flat layout, know only the variable.

Fix: nothing to do; if the networks have different MTUs, set `TMM_DEFAULT_MTU` in `spec.tmm.env`.

Source: a chart of the 2.1 era, whose templates read the key; public values files of SPK 1.5.

Failing:

    networks:
    - {name: macvlan-internal, master: ens224, mtu: 9000}
    ---
    global:
      tmmDefaultMTU: 1500

Passing:

    networks:
    - {name: macvlan-internal, master: ens224, mtu: 9000}
    ---
    global:
      tmmDefaultMTU: 9000
"""

from __future__ import annotations

from postrender.config.patterns import matching
from postrender.limits import whole_number
from postrender.rules import CHANGE, VALUES
from postrender.spk import MTU_VARIABLE, VALUES_MTU, variables
from postrender.yamledit import nodes
from postrender.yamledit.change import put

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.config import Config
    from postrender.rules.subject import Subject
    from postrender.yamledit.change import Change

ID = "default-mtu"
LEVEL = CHANGE
ORDER = 110
SUBJECTS = (VALUES,)
REASON = "the MTU of the config's networks"
MAX_DIGITS = 5  #: of an MTU


def apply(subject: Subject) -> Iterator[Change]:
    """Set the MTU where the chart reads it."""
    mtu = _mtu(subject.config)
    if mtu is None:
        return
    if nodes.text(subject.tmm.at(VALUES_MTU)) != str(mtu):
        yield from put(subject.tmm.parsed.root, VALUES_MTU, mtu, ID, REASON)
    if len(subject.tmm.base) == 1 and not _is_said(subject.config):
        yield from variables.assign(subject.tmm, MTU_VARIABLE, str(mtu), ID, REASON)


def _is_said(config: Config) -> bool:
    """Report whether the config itself sets the variable, or drops it."""
    return MTU_VARIABLE in dict(config.tmm.env) or matching(MTU_VARIABLE, config.tmm.unset_env) is not None


def _mtu(config: Config) -> int | None:
    configured = whole_number(dict(config.tmm.env).get(MTU_VARIABLE, ""), MAX_DIGITS)
    if configured is not None:
        return configured
    mtus = {network.mtu for network in config.networks} - {None}
    return mtus.pop() if len(mtus) == 1 else None
