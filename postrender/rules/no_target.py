"""The manifests hold a TMM.

What: one document is the workload that `spec.tmm` of the config names, or an instance of BIG-IP Next for Kubernetes.
`check` and `diff` say it under this name in JSON, and `check` for GitHub; the exit status is 4.

Why: a chart that was not rendered whole, or another name of the workload, would otherwise pass as nothing to convert.

Fix: render the whole chart, or correct `spec.tmm`; `--allow-no-target` lets such manifests pass.

Source: the errors of this program.
"""

from __future__ import annotations

from postrender.rules.finding import ERROR

ID = "no-target"
LEVEL = ERROR
