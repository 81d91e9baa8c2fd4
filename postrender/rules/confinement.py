"""The kernel confines the programs that Argo CD's plugin runs.

What: the node on which the plugin's sidecar runs supports Landlock, which Linux has included since version 5.13.

Why: without Landlock, only the plugin's own checks keep Helm and kustomize inside an application's repository.

Fix: run the repo-server on nodes with Linux 5.13 or later.

Source: Linux, Landlock.

Confidence: documentation of Kubernetes, the kernel or another program.
"""

from __future__ import annotations

from postrender.rules.finding import WARNING

ID = "confinement"
LEVEL = WARNING
