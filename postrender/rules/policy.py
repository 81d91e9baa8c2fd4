"""A policy does all that the conversion does.

What: the config has `spec.tmm.namespace` and no `spec.patches`, where `compile` writes admission policies.

Why: without a namespace, the policies are for the TMM of every namespace, while the networks are created in one. A
policy has no part for other objects, so it leaves the patches out.

Fix: set `spec.tmm.namespace`, and apply the patches in another way.

Source: Kubernetes, mutating admission policies.
"""

from __future__ import annotations

from postrender.rules.finding import WARNING

ID = "policy"
LEVEL = WARNING
