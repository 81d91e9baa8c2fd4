"""An admission policy does everything that the conversion does.

What: if `compile` writes admission policies, the config has `spec.tmm.namespace` and no `spec.patches`.

Why: without a namespace, the policies apply to the TMM of every namespace, but the networks are created in only one.
The policies change only the TMM, while a patch can change any object, so the policies leave out all patches.

Fix: if `spec.tmm.namespace` is missing, set it. If the config has `spec.patches`, apply the patches with the
post-renderer or a compiled Component.

Source: Kubernetes, mutating admission policies.

Confidence: documentation of Kubernetes, the kernel or another program; tested.
"""

from __future__ import annotations

from postrender.rules.finding import WARNING

ID = "policy"
LEVEL = WARNING
