"""An admission policy does everything that the conversion does.

What: if `compile` writes admission policies, the config has `spec.tmm.namespace` and no `spec.patches`.

Why: without a namespace, the policies apply to the TMM of every namespace, but the networks are created in only one.
The policies change only the TMM, while a patch can change any object, so they leave out all patches.

Fix: if `spec.tmm.namespace` is missing, set it. If the config has `spec.patches`, apply those with the post-renderer or
a compiled Component, because a policy leaves them out.

Source: Kubernetes, mutating admission policies.
"""

from __future__ import annotations

from postrender.rules.finding import WARNING

ID = "policy"
LEVEL = WARNING
