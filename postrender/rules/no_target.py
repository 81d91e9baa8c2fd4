"""The manifests contain a TMM.

What: one document is the workload that `spec.tmm` of the config describes, or a CNEInstance or BNKGatewayClass (BIG-IP
Next for Kubernetes). In JSON output, `check` and `diff` report a missing TMM as `no-target`; `check` also does so in
its GitHub annotations. The exit status is 4.

Why: otherwise, a partly rendered chart or a renamed workload would look as if there were nothing to convert.

Fix: render the whole chart, or correct `spec.tmm`. `--allow-no-target` accepts manifests without a TMM.

Source: this program's own error.

Confidence: this program.
"""

from __future__ import annotations

from postrender.rules.finding import ERROR

ID = "no-target"
LEVEL = ERROR
