"""The config's patches are applied.

What: the operations of each patch in `spec.patches` are applied last, after all other changes, to every object that the
patch's target matches.

Why: patches are for changes that the conversion itself does not make.

Fix: no action is needed; the conversion handles this. A patch whose target matches nothing is an error.

Source: RFC 6902; kustomize, patches.

Confidence: documentation of Kubernetes, the kernel or another program; tested.
"""

from __future__ import annotations

from postrender.rules import CHANGE

ID = "patches"
LEVEL = CHANGE
