"""A CNEInstance or BNKGatewayClass has no settings for SR-IOV devices.

What: the object's `dataPlane.mode` is not `sriov`, its variables for TMM contain no `OPENSHIFT_VFIO_RESOURCE_<n>`,
`ROBIN_VFIO_RESOURCE_<n>` and `PCIDEVICE_*`, and its resources for TMM contain none of a device plugin, such as
`openshift.io/sriov`.

Why: the conversion changes the networks of the object, but keeps these settings: the operator reads them, and no public
source says what it does with them on macvlan. Labs with other kernel interfaces need the variables. Otherwise, TMM may
wait for a device that a lab on macvlan does not have, or its pod stays Pending.

Fix: if TMM waits for a device, remove the setting as the finding says.

Source: the settings of public labs; that a variable is needed beside `TMM_MAPRES_ADDL_VETHS_ON_DP`, one lab on
host-device interfaces.

Confidence: several labs; one lab for a variable that is needed beside the flag.

Failing:

    kind: CNEInstance
    spec: {advanced: {tmm: {env: [{name: ROBIN_VFIO_RESOURCE_1, value: sriov}]}}}

Passing:

    kind: CNEInstance
    spec: {advanced: {tmm: {env: [{name: TMM_IGNORE_GATEWAYS, value: "TRUE"}]}}}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.errors import full_name
from postrender.rules import INSTANCE, STREAM
from postrender.rules.finding import WARNING
from postrender.rules.subject import on_object
from postrender.spk import is_sriov_variable, variables
from postrender.yamledit import nodes
from postrender.yamledit.change import pointer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject
    from postrender.yamledit.nodes import Path

ID = "instance-sriov"
LEVEL = WARNING
SUBJECTS = (INSTANCE,)
SCOPE = STREAM

MODES: tuple[Path, ...] = (("spec", "advanced", "dataPlane", "mode"), ("spec", "dataPlane", "mode"))


def apply(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each setting that names SR-IOV, or an SR-IOV device."""
    for path in MODES:
        if (subject.text(*path) or "").lower() == "sriov":
            patch = f"{{target: {{kind: {subject.tmm.kind}}}, patch: [{{op: remove, path: {pointer(path)}}}]}}"
            message = "dataPlane.mode is sriov, and the conversion keeps it"
            fix = f"if TMM waits for SR-IOV devices, paste into spec.patches: - {patch}"
            yield on_object(ID, LEVEL, subject.object, path, message, fix)
    yield from _variables(subject)
    yield from _resources(subject)


def _variables(subject: Subject) -> Iterator[Finding]:
    for index, name, _ in variables.entries(subject.tmm):
        if is_sriov_variable(name):
            message = f"{full_name(name)} names an SR-IOV device, and the conversion keeps it"
            fix = f"if TMM waits for the device, add {full_name(name)} to spec.tmm.unsetEnv"
            path = (*subject.relative(subject.tmm.env), index)
            yield on_object(ID, LEVEL, subject.object, path, message, fix)


def _resources(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each resource of a device plugin, with the patch that removes it."""
    resources = subject.relative(subject.tmm.resources)
    places: dict[str, list[Path]] = {}
    for group in ("limits", "requests"):
        for name in nodes.keys(subject.tmm.at((*subject.tmm.resources, group))):
            if "/" in name:
                places.setdefault(name, []).append((*resources, group, name))
    for name, paths in places.items():
        operations = ", ".join(f"{{op: remove, path: {pointer(path)}}}" for path in paths)
        message = f"{full_name(name)} is a resource of a device plugin, and the conversion keeps it"
        patch = f"{{target: {{kind: {subject.tmm.kind}}}, patch: [{operations}]}}"
        fix = f"if no node offers it, paste into spec.patches: - {patch}"
        yield on_object(ID, LEVEL, subject.object, paths[0], message, fix)
