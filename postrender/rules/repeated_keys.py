"""No map of the TMM lists a key twice.

What: each key on the path to a field that the conversion edits occurs only once in its map. For `compile`, this applies
to every key of the stream.

Why: Kubernetes uses the last entry, and so does the conversion. kustomize, and therefore Flux, refuses the object
(`mapping key … already defined`).

Fix: in the chart's values, disable the part that renders the key twice.

Source: kubectl and kustomize, which were run on an object with a repeated key.

Confidence: tested.
"""

from __future__ import annotations

from postrender.rules.finding import WARNING

ID = "repeated-keys"
LEVEL = WARNING
