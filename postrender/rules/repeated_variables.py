"""No container of the TMM pod lists a variable twice.

What: each variable name is unique in its container or init container. If the conversion sets a repeated variable, it
keeps one entry. It does not change other repeated variables, and Kubernetes uses their last entry.

Why: server-side apply refuses the object (`duplicate entries for key`). Helm 4 uses server-side apply by default;
`kubectl` and Argo CD use it only with an option. If an upgrade changes the entries, Helm 3 and `kubectl apply` merge
them by name, so the old value may stay in effect permanently. If the chart then lists the variable only once, the next
upgrade removes both entries, and only the upgrade after that adds the variable again.

Fix: remove one of the entries in the chart's values. If the container is TMM's, you can also set the variable in
`spec.tmm.env`, which keeps only the first entry. If you can do neither, use Helm 3, or Helm 4 with
`--server-side=false`.

Source: Kubernetes 1.36 with Helm 3.19 and 4.3 (`make test-cluster`); a chart of the 2.1 era, which lists a variable
twice.

Confidence: tested; F5's definition or chart.

Failing:

    containers:
    - name: debug
      env: [{name: LEVEL, value: info}, {name: LEVEL, value: info}]

Passing:

    containers:
    - name: debug
      env: [{name: LEVEL, value: info}]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.errors import full_name
from postrender.rules import STREAM, WORKLOAD
from postrender.rules.finding import WARNING
from postrender.rules.subject import on_object
from postrender.yamledit import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "repeated-variables"
LEVEL = WARNING
SUBJECTS = (WORKLOAD,)
SCOPE = STREAM
FIX = "remove one entry; otherwise, Helm 4 needs --server-side=false"
FIX_OF_TMM = "remove one entry, or set the variable in spec.tmm.env; otherwise, Helm 4 needs --server-side=false"


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each entry that repeats the name of an earlier entry in its container."""
    for path, container, node in subject.containers():
        seen: set[str] = set()
        for number, entry in enumerate(nodes.items(nodes.get(node, "env"))):
            name = nodes.text(nodes.get(entry, "name")) or ""
            if name in seen:
                message = (
                    f"container {full_name(container)} lists {full_name(name)} twice, which server-side apply refuses"
                )
                fix = FIX_OF_TMM if node is subject.tmm.at(subject.tmm.env[:-1]) else FIX
                yield on_object(ID, LEVEL, subject.object, (*path, "env", number), message, fix)
            seen.add(name)
