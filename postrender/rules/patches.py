"""The config's patches are applied.

What: the operations of `spec.patches` come last, after all other changes, on every object that their target matches.

Why: what the conversion does not know, the user can say.

Fix: nothing to do; the conversion does it. A patch whose target matches nothing is an error.

Source: RFC 6902; kustomize, patches.
"""

from __future__ import annotations

from postrender.rules import CHANGE

ID = "patches"
LEVEL = CHANGE
