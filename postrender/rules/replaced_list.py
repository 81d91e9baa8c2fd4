"""A values file does not replace the chart's own list of variables.

What: the values file that `values` converts already sets the list of variables.

Why: Helm merges maps but replaces lists. A new list in this file replaces the list in the chart's own `values.yaml`,
with all its variables.

Fix: convert the chart's own `values.yaml` and replace it with the result, or copy its list of variables into this file.

Source: Helm, values files.

Confidence: documentation of Kubernetes, the kernel or another program.
"""

from __future__ import annotations

from postrender.rules.finding import WARNING

ID = "replaced-list"
LEVEL = WARNING
