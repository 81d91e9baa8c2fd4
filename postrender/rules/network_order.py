"""The networks are in the chart's order.

What: `check` compares the order of `spec.networks` with the order in which the chart attaches networks to the TMM. It
warns if a network is missing, if the names are in a different order (with `sriov` replaced by `macvlan`), or if the
internal and external networks (`internal` or `external` in the name) are. Additional networks are only a note.

Why: TMM numbers interfaces in the order of attachment. F5's macvlan guide lists the internal network first, so that
network is 1.1; most charts and examples list the external network first. If 1.1 and 1.2 are swapped, everything is
Ready, but no packet arrives.

Fix: reorder `spec.networks`, add the missing networks, or ignore this rule if the VLAN objects follow the config.

Source: public SPK and BIG-IP Next for Kubernetes labs, which all agree on the numbers. F5 does not document the numbers
for SPK.

Confidence: several labs.

Failing:

    networks:
    - {name: macvlan-internal, master: ens224}
    - {name: macvlan-external, master: ens256}
    ---
    annotations: {k8s.v1.cni.cncf.io/networks: "default/sriov-external,default/sriov-internal"}

Passing:

    networks:
    - {name: macvlan-external, master: ens256}
    - {name: macvlan-internal, master: ens224}
    ---
    annotations: {k8s.v1.cni.cncf.io/networks: "default/sriov-external,default/sriov-internal"}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.errors import full_name
from postrender.rules import INSTANCE, STREAM, VALUES, WORKLOAD
from postrender.rules.finding import NOTE, WARNING
from postrender.rules.subject import on_config
from postrender.spk import attachments

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "network-order"
LEVEL = WARNING
SUBJECTS = (WORKLOAD, INSTANCE, VALUES)
SCOPE = STREAM


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding if the config's networks differ from the chart's in number or order."""
    chart, here = _of_chart(subject), [network.name for network in subject.config.networks]
    if not chart:
        return
    both = f"the chart attaches {_numbered(chart)}, but the config attaches {_numbered(here)}"
    if len(here) < len(chart):
        yield on_config(ID, WARNING, "spec.networks", both, "add the missing networks, in the chart's order")
    elif _is_other_order(chart, here):
        yield on_config(ID, WARNING, "spec.networks", both, "reorder spec.networks to match the chart")
    elif len(here) > len(chart):
        yield on_config(ID, NOTE, "spec.networks", both, "check that the additional networks are intended")


def _of_chart(subject: Subject) -> list[str]:
    """Return the names of the chart's networks; an empty list if the annotation cannot be parsed."""
    try:
        return [it.name for it in attachments.read(subject.rendered)] if subject.rendered else []
    except ValueError:
        return []


def _is_other_order(chart: Sequence[str], here: Sequence[str]) -> bool:
    """Report whether the config lists the chart's networks, or their sides, in a different order."""
    renamed = [attachments.on_macvlan(name) for name in chart]
    is_moved = renamed != [*here] and sorted(renamed) == sorted(here)
    sides = zip(map(attachments.is_internal, chart), map(attachments.is_internal, here), strict=False)
    return is_moved or any(None not in pair and pair[0] != pair[1] for pair in sides)


def _numbered(names: Sequence[str]) -> str:
    return ", ".join(f"1.{number} {full_name(name)}" for number, name in enumerate(names, 1))
