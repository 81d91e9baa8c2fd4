"""A values file extends the chart's own lists.

What: the values file that `values` converts sets the list of variables already.

Why: Helm merges maps, but replaces lists. A list that is new in this file replaces the one of the chart's own
`values.yaml`, with all variables in it.

Fix: replace the chart's own `values.yaml` with its converted form, or copy its list into this file.

Source: Helm, values files.
"""

from __future__ import annotations

from postrender.rules.finding import WARNING

ID = "replaced-list"
LEVEL = WARNING
