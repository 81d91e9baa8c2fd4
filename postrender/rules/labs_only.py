"""Macvlan is for labs.

What: the head of a config that `init` writes, and the output of `--verbose`, say that macvlan is for labs. `check`
reports nothing, because the sentence is true of every release.

Why: F5 does not support SPK on macvlan in production.

Fix: use SR-IOV in production.

Source: F5, Macvlan Network Configuration.

Confidence: F5's page.
"""

from __future__ import annotations

from postrender.rules.finding import NOTE

ID = "labs-only"
LEVEL = NOTE
SENTENCE = "SPK on macvlan is for labs; F5 does not support it in production"
