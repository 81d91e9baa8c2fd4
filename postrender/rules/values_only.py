"""The rendered chart is checked, too.

What: `check` gets the rendered chart, not a values file. If it gets a chart's values file, it checks what the file and
the config show, and notes how many changes `values` would make in the file.

Why: most problems show only in the rendered chart, for example resources of other containers, VLAN objects and
network definitions.

Fix: run `values` on the file, then check the rendered chart, as the notes say.

Source: inferred from what the rules compare.

Confidence: inferred.
"""

from __future__ import annotations

from postrender.rules.finding import NOTE

ID = "values-only"
LEVEL = NOTE
