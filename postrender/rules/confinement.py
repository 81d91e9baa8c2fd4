"""The kernel confines the programs that Argo CD's plugin runs.

What: the node on which the plugin's sidecar runs supports Landlock and seccomp.

Why: without either of them, fewer layers keep Helm and kustomize inside an application's repository. The plugin's own
checks always do.

Fix: run the repo-server on nodes with Linux 5.13 or later that have Landlock among their security modules. According to
reports, RHEL 9 has it since 9.6.

Source: Linux, Landlock and seccomp.

Confidence: documentation of Kubernetes, the kernel or another program.
"""

from __future__ import annotations

from postrender.rules.finding import WARNING

ID = "confinement"
LEVEL = WARNING
