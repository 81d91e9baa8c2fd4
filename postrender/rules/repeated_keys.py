"""No map of the TMM lists a key twice.

What: each key on the way to what the conversion edits is there once; for `compile`, each key of the stream.

Why: Kubernetes takes the last one, and so does the conversion. kustomize, and therefore Flux, refuses the object
(`mapping key … already defined`).

Fix: in the chart's values, disable what renders it twice.

Source: kubectl and kustomize, each with such an object.
"""

from __future__ import annotations

from postrender.rules.finding import WARNING

ID = "repeated-keys"
LEVEL = WARNING
