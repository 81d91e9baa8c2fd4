"""No container of the TMM pod lists a variable twice.

What: the names of the variables of each container and init container are unique. Of a variable that it sets, the
conversion keeps one entry; others it keeps as they are, and of these Kubernetes uses the last.

Why: server-side apply refuses the object (`duplicate entries for key`): Helm 4 uses it by default, `kubectl` and Argo
CD if they are told to. Where an upgrade changes the entries, Helm 3 and `kubectl apply` merge them by name: the old
value may come to stand last, for good, and where two become one, the next upgrade loses both; the one after that adds
it again.

Fix: leave one of the entries out in the chart's values; or, if it is the TMM container's, set the variable in
`spec.tmm.env`, of which the first entry stays. Otherwise use Helm 3, or Helm 4 with `--server-side=false`.

Source: Kubernetes 1.36 with Helm 3.19 and 4.3 (`make test-cluster`); a chart of the 2.1 era lists one twice.

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
FIX = "leave one of them out; otherwise, Helm 4 needs --server-side=false"
FIX_OF_TMM = "leave one of them out, or set it in spec.tmm.env; otherwise, Helm 4 needs --server-side=false"


def apply(subject: Subject) -> Iterator[Finding]:
    """Report each entry whose name an earlier one of the container has."""
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
