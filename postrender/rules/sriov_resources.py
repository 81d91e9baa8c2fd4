"""A values file requests no device-plugin resources.

What: `sriovResources` is removed from `resources.limits` and `resources.requests` under `tmm`. An entry or a whole map
that is `null` is kept, because Helm then removes the value of the chart's own `values.yaml`. Only the verb `values`
does this.

Why: the chart copies the entries into limits and requests, but no node offers the resources, so the pod would stay
Pending.

Fix: no action is needed; the conversion handles this. If the chart's own `values.yaml` has the key, Helm adds the
resources again: replace that file with its converted version, or set `sriovResources: null` in your file.

Source: F5, Macvlan Network Configuration; a chart of the 2.1 era, whose templates read the key; Helm, values files.

Confidence: F5's page; F5's definition or chart.

Failing:

    f5-tmm:
      tmm:
        resources:
          limits:
            sriovResources: {openshift.io/internal_netdevice: 1}

Passing:

    f5-tmm:
      tmm:
        resources:
          limits: {cpu: 1}
"""

from __future__ import annotations

from postrender.rules import CHANGE, VALUES
from postrender.spk import VALUES_SRIOV
from postrender.yamledit import nodes
from postrender.yamledit.change import REMOVE, Change

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.subject import Subject

ID = "sriov-resources"
LEVEL = CHANGE
ORDER = 70
SUBJECTS = (VALUES,)
REASON = "no device plugin in the lab offers this resource"


def apply(subject: Subject) -> Iterator[Change]:
    """Yield the removal of the map of device-plugin resources.

    If some entries of the map are null, yield a removal for each other entry instead.
    """
    for group in ("limits", "requests"):
        path = (*subject.tmm.resources, group, VALUES_SRIOV)
        node = subject.tmm.at(path)
        asked = [name for name in nodes.keys(node) if not nodes.is_null(nodes.get(node, name))]
        if node is None or nodes.is_null(node):
            continue
        if len(asked) == len(nodes.keys(node)):
            yield Change(REMOVE, path, None, ID, REASON)
            continue
        for name in asked:
            yield Change(REMOVE, (*path, name), None, ID, REASON)
