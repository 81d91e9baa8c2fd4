"""What to do about a difference. Helm leaves some of them as they are; which, depends on how it applies objects.

Without server-side apply (Helm 3; Helm 4 with `--server-side=false`) it sends what changed since the last deployed
revision: what others, or a failed upgrade, added to a workload stays, and so does a custom resource that others edited.
Server-side apply ends in a conflict where others edited a field, and leaves what they added. Source: Helm 3.19 and 4.3
on Kubernetes 1.36 (`make test-cluster`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.verify.json_fields import at, maps, text

if TYPE_CHECKING:
    from postrender.verify.json_fields import Object

AGAIN = "release again through spk-macvlan"
HELM = "helm"  #: the name under which it applies objects, in both ways
REPLACED = f"{AGAIN}; if it stays, with --force (Helm 4: --force-replace)"
REPLACED_SERVER_SIDE = f"{AGAIN}; if it stays, with --force-replace --server-side=false"
CONFLICT = f"{AGAIN}; if that ends in a conflict, with --force-conflicts"


def of_custom_resource(obj: Object) -> str:
    """Return what to do about a custom resource, such as a network attachment definition, that differs."""
    return {"": AGAIN, "Apply": CONFLICT}.get(_operation(obj), REPLACED)


def of_field(obj: Object, *, is_added: bool) -> str:
    """Return what to do about a field of a workload that differs, or that must not be there."""
    operation = _operation(obj)
    if operation == "Apply":
        return REPLACED_SERVER_SIDE if is_added else CONFLICT
    return REPLACED if operation and is_added else AGAIN


def of_repetition(obj: Object) -> str:
    """Return what to do about a variable that is listed more than once, which server-side apply cannot make.

    A merge deletes both, and the next one adds it. Source: Kubernetes 1.36 with Helm 3.19 and 4.3.
    """
    return f"{AGAIN}, twice, since the first time removes it" if _operation(obj) else AGAIN


def _operation(obj: Object) -> str:
    """Return how Helm has last applied an object: Apply or Update; empty if it has not."""
    entries = [it for it in maps(at(obj, "metadata", "managedFields")) if text(it, "manager") == HELM]
    return max(((text(it, "time"), text(it, "operation")) for it in entries), default=("", ""))[1]
