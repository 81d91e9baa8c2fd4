"""The kernel confines what Argo CD's plugin runs.

What: the node of the sidecar has Landlock, which is in Linux 5.13 and later.

Why: without it, only the plugin's own checks keep Helm and kustomize inside an application's repository.

Fix: run the repo-server on nodes with Linux 5.13 or later.

Source: Linux, Landlock.
"""

from __future__ import annotations

from postrender.rules.finding import WARNING

ID = "confinement"
LEVEL = WARNING
