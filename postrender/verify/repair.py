"""Advice on how to repair a difference. Depending on how Helm applies objects, an upgrade may not be enough.

Without server-side apply (Helm 3; Helm 4 with `--server-side=false`), Helm sends the changes since the last deployed
revision. Helm keeps fields that another program, or a failed upgrade, added to a workload, and it keeps another
program's edits of custom resources. Server-side apply ends in a conflict if another program edited a field, and keeps
fields that another program added. Source: Helm 3.19 and 4.3 on Kubernetes 1.36 (`make test-cluster`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.verify.json_fields import at, maps, text

if TYPE_CHECKING:
    from postrender.verify.json_fields import Object

AGAIN = "deploy again through spk-macvlan"
HELM = "helm"  #: the name of Helm as a field manager, with and without server-side apply
REPLACED = f"{AGAIN}; if the difference remains, add --force (Helm 4: --force-replace)"
REPLACED_SERVER_SIDE = f"{AGAIN}; if the difference remains, add --force-replace --server-side=false"
CONFLICT = f"{AGAIN}; if that ends in a conflict, add --force-conflicts"


def of_custom_resource(obj: Object) -> str:
    """Return the advice for a custom resource, such as a network attachment definition, that differs."""
    return {"": AGAIN, "Apply": CONFLICT}.get(_operation(obj), REPLACED)


def of_field(obj: Object, *, is_added: bool) -> str:
    """Return the advice for a workload's field that differs or, with `is_added`, must not exist."""
    operation = _operation(obj)
    if operation == "Apply":
        return REPLACED_SERVER_SIDE if is_added else CONFLICT
    return REPLACED if operation and is_added else AGAIN


def of_repetition(obj: Object) -> str:
    """Return the advice for a variable that is listed more than once, which server-side apply cannot produce.

    A merge deletes both entries, and the next merge adds one entry. Source: Kubernetes 1.36 with Helm 3.19 and 4.3.
    """
    return f"{AGAIN}, twice: the first run removes the variable" if _operation(obj) else AGAIN


def _operation(obj: Object) -> str:
    """Return Helm's last operation on an object: Apply or Update; empty if there is none."""
    entries = [it for it in maps(at(obj, "metadata", "managedFields")) if text(it, "manager") == HELM]
    return max(((text(it, "time"), text(it, "operation")) for it in entries), default=("", ""))[1]
