"""A CNEInstance or BNKGatewayClass does not look for SR-IOV devices.

What: the object does not set `dpu.enabled: true` or `demoMode.enabled: false`, and no `envDiscovery` is enabled that
checks for virtual functions.

Why: a lab on macvlan has no SR-IOV devices. The settings of public labs suggest that the discovery stops if virtual
functions are missing, and that TMM uses DPDK drivers where it can, unless demoMode is on.

Fix: paste the patch in the finding into `spec.patches`.

Source: three public labs on macvlan (2.1 to 2.3), whose files follow this rule. One lab also has files that turn
demoMode off, but does not say whether TMM ran with them.

Confidence: several labs.

Failing:

    kind: CNEInstance
    spec: {dpu: {enabled: true}}

Passing:

    kind: CNEInstance
    spec: {dpu: {}}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.rules import INSTANCE, STREAM
from postrender.rules.finding import WARNING
from postrender.rules.subject import on_object
from postrender.spk import instance_fields
from postrender.yamledit.change import pointer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject
    from postrender.yamledit.nodes import Path

ID = "instance-devices"
LEVEL = WARNING
SUBJECTS = (INSTANCE,)
SCOPE = STREAM

NO_CHECK = "disableCheckVFs"
DISCOVERIES: tuple[Path, ...] = (("spec", "advanced", "envDiscovery"), ("spec", "envDiscovery"))


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each setting that looks for SR-IOV devices, with the patch that changes the setting."""
    for path, operation, message in _leftovers(subject):
        target = f"target: {{kind: {subject.tmm.kind}}}"
        fix = f"paste into spec.patches: - {{{target}, patch: [{{{operation}}}]}}"
        yield on_object(ID, LEVEL, subject.object, path, message, fix)


def _leftovers(subject: Subject) -> Iterator[tuple[Path, str, str]]:
    dpu: Path = ("spec", "dpu", "enabled")
    if subject.text(*dpu) == "true":
        yield dpu, f"op: remove, path: {pointer(dpu)}", "dpu is enabled, but a lab on macvlan has no DPU"
    demo: Path = ("spec", "advanced", "demoMode", "enabled")
    if subject.text(*demo) == "false":
        yield (
            demo,
            f"op: replace, path: {pointer(demo)}, value: true",
            "demoMode is off, so TMM may look for DPDK devices",
        )
    for path in DISCOVERIES:
        if subject.text(*path, "enabled") == "true" and subject.text(*path, NO_CHECK) != "true":
            yield (
                path,
                _unchecked(subject, path),
                "envDiscovery looks for virtual functions, which the lab does not have",
            )


def _unchecked(subject: Subject, path: Path) -> str:
    """Return the operation that stops the search; before 2.2, only turning off the whole discovery does so."""
    if instance_fields.exists(subject.product, NO_CHECK):
        return f"op: add, path: {pointer((*path, NO_CHECK))}, value: true"
    return f"op: remove, path: {pointer((*path, 'enabled'))}"
