"""Macvlan is for labs.

What: says so, always.

Why: F5 does not support SPK on macvlan in production.

Fix: use SR-IOV in production.

Source: F5, Macvlan Network Configuration.

Failing:

    # always

Passing:

    # never
"""

from __future__ import annotations

from postrender.rules.finding import NOTE
from postrender.rules.subject import on_config

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "labs-only"
LEVEL = NOTE


def findings(subject: Subject) -> Iterator[Finding]:
    """Say it."""
    yield on_config(
        ID, LEVEL, "", "SPK on macvlan is for labs; F5 does not support it in production", "use SR-IOV there"
    )
